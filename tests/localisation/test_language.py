"""The product's own words: every one is marked and has its English; pages speak the language that was chosen."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from surveys.definition.questions import QUESTION_TYPES
from surveys.localisation.language import catalogues, choose_language, gettext, in_words, own_name, said
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, Text
from surveys.storage import Store
from tests.console.design.test_question_pages import FORM, ask
from tests.support.front_door import TestClient, hidden, visiting
from tests.support.rendered import Rendered

SURVEYS = Path(__file__).parents[2] / "surveys"
HTML = SURVEYS / "web" / "html"
FOR_DESIGNERS = {"print_material", "preview"}
SOURCES = [
    SURVEYS / "intake" / "attachments.py",
    *sorted(path for path in (SURVEYS / "web").rglob("*.py") if path.stem not in FOR_DESIGNERS),
    *sorted((SURVEYS / "definition" / "questions").glob("*.py")),
]
# Said by a page of the console, or to the one who prints: these are not for respondents.
FOR_THE_CONSOLE = {"cards.html", "poster.html", "typing.html"}
CHINESE = re.compile(r"[\u3400-\u9fff]")
NAME = "心声"  # what the product is called


# Mainland words and forms, and what readers of traditional characters call the thing.
MAINLAND = {
    "登錄": "登入", "鏈接": "連結", "文件": "檔案", "網絡": "網路", "賬": "帳", "聯繫": "聯絡", "刷新": "重新整理",
    "用戶": "使用者", "設備": "裝置", "郵箱": "電子郵件", "信息": "資訊", "創建": "建立", "添加": "新增",
    "設置": "設定", "保存": "儲存", "列表": "清單",
    "示例": "範例", "查找": "搜尋", "短信": "簡訊", "屏幕": "螢幕", "打印": "列印",
    "默認": "預設", "視頻": "影片", "軟件": "軟體", "服務器": "伺服器", "質量": "品質", "導入": "匯入",
    "導出": "匯出", "當前": "目前", "窗口": "視窗", "爲": "為", "裏": "裡", "“": "「", "”": "」",
}  # fmt: skip


def spoken(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Every Chinese wording in a program: line, wording, whether it comes with its own English."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(each) for node in ast.walk(tree) for each in _not_said(node)}
    bilingual = {id(each) for node in ast.walk(tree) if _has_english(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        words = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if CHINESE.search(words) and id(node) not in silent and words != NAME:
            yield getattr(node, "lineno", 0), words, id(node) in bilingual


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and what the builder calls a question type."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr):
            yield first.value
    if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == "label" for each in node.targets):
        yield node.value


def _has_english(node: ast.AST) -> bool:
    """A mapping by language, or the project's own pairs of Chinese and English."""
    if isinstance(node, ast.Dict):
        return "en" in [key.value for key in node.keys if isinstance(key, ast.Constant)]
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_texts"


def unmarked_and_marked(path: Path) -> tuple[list[str], list[str]]:
    """The Chinese texts of a template that stand outside of `_()`, and those inside."""
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    inside = {
        id(call.args[0]): call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const)
    }
    texts = [each.data for each in tree.find_all(nodes.TemplateData)]
    texts += [str(each.value) for each in tree.find_all(nodes.Const) if id(each) not in inside]
    return [text.strip() for text in texts if CHINESE.search(text)], list(inside.values())


def sources() -> list[Any]:
    return [pytest.param(path, id=path.relative_to(SURVEYS).as_posix()) for path in SOURCES]


def templates() -> list[Any]:
    return [
        pytest.param(path, id=path.relative_to(HTML).as_posix())
        for path in sorted(HTML.rglob("*.html"))
        if path.name not in FOR_THE_CONSOLE
    ]


@pytest.mark.parametrize("path", sources())
def test_every_wording_of_a_program_has_its_english(path: Path) -> None:
    """In the catalogue, with the same values in it; or beside it, as a text in both languages."""
    for line, wording, bilingual in spoken(path):
        if not bilingual:
            english = gettext(wording, "en")
            assert english != wording, f"{path.name}:{line}: no English for {wording!r}"
            assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", wording)), wording


@pytest.mark.parametrize("path", templates())
def test_every_wording_of_a_page_is_marked_and_has_its_english(path: Path) -> None:
    """No Chinese outside of `_()`."""
    unmarked, marked = unmarked_and_marked(path)
    assert not unmarked, f"{path.name}: mark with _(): {unmarked}"
    for wording in marked:
        assert wording == NAME or gettext(wording, "en") != wording, f"{path.name}: no English for {wording!r}"


def test_scripts_say_nothing_of_their_own() -> None:
    """They take their words from the page, which is in the right language."""
    for path in HTML.rglob("*.js"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not CHINESE.search(code), path.name


def test_the_walk_finds_what_is_missing(tmp_path: Path) -> None:
    """Otherwise it would prove nothing."""
    program, page = tmp_path / "a.py", tmp_path / "a.html"
    program.write_text('"""说明"""\nX = "没有英文"\nY = {"zh-Hans": "有", "en": "has"}\n', "utf-8")
    page.write_text('{{ _("提交") }}<b title="标题">{{ "裸" }}</b>', "utf-8")
    assert [(wording, bilingual) for _, wording, bilingual in spoken(program)] == [("没有英文", False), ("有", True)]
    assert unmarked_and_marked(page) == (['<b title="标题">', "裸"], ["提交"])


@pytest.mark.parametrize("language", [each for each in catalogues() if each != DEFAULT_LANGUAGE])
def test_no_wording_is_translated_in_two_ways(language: str) -> None:
    """The catalogues of a language are read as one: of two translations only the last would ever be said."""
    ways: defaultdict[str, set[str]] = defaultdict(set)
    for path in (SURVEYS / "localisation" / "locale" / language / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            for message in (each for each in read_po(file) if each.id):  # its head says when it was read
                ways[f"{message.context}: {message.id}"].add(str(message.string))
    assert len(ways) > 300, "the catalogues were not found"
    assert not {wording: each for wording, each in ways.items() if len(each) > 1}


def test_english_holds_no_chinese() -> None:
    """Nor does any catalogue say nothing."""
    from surveys.localisation.language import _catalogue

    assert "en" in catalogues()
    for wording, english in _catalogue("en").items():
        assert english.strip() and not CHINESE.search(english), wording


def test_traditional_characters_come_with_the_words_of_their_readers() -> None:
    """Not the mainland's words in other characters."""
    from surveys.localisation.language import _catalogue

    said_there = "\n".join(_catalogue("zh-Hant").values())
    assert "登入" in said_there
    assert {word: own for word, own in MAINLAND.items() if word in said_there} == {}


@pytest.mark.parametrize(
    ("wish", "offered", "preferences", "expected"),
    [
        ("en", ["zh-Hans", "en"], "", "en"),
        ("fr", ["zh-Hans", "en"], "", "zh-Hans"),
        ("", ["zh-Hans", "en"], "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", ["zh-Hans", "en"], "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", ["zh-Hans", "zh-Hant"], "zh-TW", "zh-Hant"),
        ("", ["en", "de"], "", "en"),
        ("../../etc", ["zh-Hans"], "x;q=y,*;q=0", "zh-Hans"),
    ],
)
def test_the_language_is_the_one_wished_for(wish: str, offered: list[str], preferences: str, expected: str) -> None:
    """Else the browser's, else Chinese."""
    assert choose_language(wish, offered, preferences) == expected


def test_messages_are_said_in_any_language() -> None:
    """With the texts in them; Chinese where there is no other, English for readers of neither."""
    message = Message(
        "“{option}”不能与其他选项同时选择", {"option": Text.model_validate({"zh-Hans": "都没有", "en": "None"})}
    )
    assert said(message, "zh-Hans") == "“都没有”不能与其他选项同时选择"
    assert said(message, "en") == "“None” can't be chosen together with others"
    assert in_words("提交", "de") == in_words("提交", "en") != "提交"
    assert gettext("没有这句话", "en") == "没有这句话"
    assert [own_name(tag) for tag in ("zh-Hans", "zh-Hant", "en", "xx-none")] == [
        "简体中文",
        "繁體中文",
        "English",
        "xx-none",
    ]


BOTH: dict[str, Any] = {"title": {"zh-Hans": "试", "en": "A try"}}
RATED = {"code": "item", "type": "rating", "title": {"zh-Hans": "满意吗？", "en": "Satisfied?"}, "required": True}


def body(html: str) -> str:
    """What people read of a page: without sheet, script and the name of the other language."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r'<(a|button)[^>]* lang="[^"]*"[^>]*>.*?</\1>', "", text, flags=re.DOTALL)


def post(browser: TestClient, fields: dict[str, Any]) -> Any:
    return browser.post(FORM, data=fields)


def test_a_form_speaks_the_chosen_language_to_its_end(store: Store) -> None:
    """Form, problem, thanks: `lang` is right and no Chinese is left; the answer is the same."""
    store.organisation.set("organisation", "Power Co")
    ask(store, RATED, **BOTH)
    with visiting(store) as browser:
        assert 'href="?tp=x&amp;lang=en" lang="en"' in browser.get(FORM + "?tp=x").text
        form = browser.get(FORM + "?lang=en").text
        problem = post(browser, hidden(form)).text
        thanks = post(browser, {**hidden(problem), "item": "3"}).text
    for html in (form, problem, thanks):
        assert '<html lang="en">' in html and not CHINESE.search(body(html)), body(html)


def test_the_language_can_be_changed_with_a_form_half_filled(store: Store) -> None:
    """The page comes back in the other language with everything on it; nothing is stored, nothing is a problem."""
    ask(store, RATED, **BOTH)
    with visiting(store) as browser:
        refused = Rendered(post(browser, hidden(browser.get(FORM).text)).text)
        page = post(browser, {**refused.sent(), "item": "4", "_switch": "en"})
    assert page.status_code == 200 and '<html lang="en">' in page.text and 'value="4" checked' in page.text
    assert store.responses.amount("try") == 0


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_built_in_words_are_translated(store: Store, name: str) -> None:
    """Kano's answers, the sides of pairs, hints of fields."""
    from tests.support.examples import EXAMPLES

    store.organisation.set("organisation", "Power Co")
    settings = re.sub(r"[\u3400-\u9fff]+", "word", str(EXAMPLES[name][0][0]))
    ask(store, {"type": name, "code": "item", "title": "Item", **ast.literal_eval(settings)}, **BOTH)
    with visiting(store) as browser:
        assert not CHINESE.search(body(browser.get(FORM + "?lang=en").text))
