"""A survey in several languages: what is missing, and translations that go out and come back unharmed."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.definition.translations import (
    NoConverter,
    UnfitTranslation,
    UnreadableSheet,
    as_sheet,
    by_place,
    canonical,
    in_script,
    languages,
    missing,
    proposals,
    read_sheet,
    texts,
    well_formed,
    with_translations,
)
from surveys.definition.translations.scripts import _converter
from surveys.definition.translations.sheets import restore_text, safe
from tests.support.examples import EXAMPLES


def survey(*questions: dict[str, Any], **settings: Any) -> Survey:
    asked = [{"code": "used", "type": "short_text", "title": "渠道"}, *questions]
    sections = [{"title": "第一部分", "questions": asked}]
    return Survey.model_validate({"code": "test", "title": "测试", "use": "试用", "sections": sections, **settings})


RATING = {"code": "csat", "type": "rating", "title": "您对{used}满意吗？", "points": 2, "labels": ["差", "好"]}
TOPIC = {"code": "topic", "type": "single_choice", "title": "主题", "options": [{"code": "bill", "label": "账单"}]}


def test_every_text_has_a_place_by_code() -> None:
    """So that a translation still fits when questions have been moved."""
    dimensions = [{"code": "speed", "label": "速度"}]
    assert {place: str(text) for place, text in texts(survey(RATING, TOPIC, dimensions=dimensions))} == {
        "title": "测试",
        "use": "试用",
        "dimensions.speed.label": "速度",
        "sections.1.title": "第一部分",
        "questions.used.title": "渠道",
        "questions.csat.title": "您对{used}满意吗？",
        "questions.csat.labels.1": "差",
        "questions.csat.labels.2": "好",
        "questions.topic.title": "主题",
        "questions.topic.options.bill.label": "账单",
    }


@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_the_walk_finds_the_texts_of_every_type(type_name: str) -> None:
    """Whatever fields it has: each wording of the definition is found once, at a place of its own."""
    for settings, _ in EXAMPLES[type_name]:
        asked = survey({"code": "q", "type": type_name, "title": "题目甲", "hint": "提示乙"} | settings)
        words = [words for _, text in texts(asked) for words in text.root.values()]
        assert {"题目甲", "提示乙"} <= set(words)
        assert len(by_place(asked)) == len(list(texts(asked)))
        dumped = asked.model_dump_json()
        assert dumped.count('"zh-Hans":') == len(list(texts(asked)))


def test_languages_in_use_and_what_is_missing_are_listed() -> None:
    """A default of the product does not make a survey speak a language."""
    consent = {"code": "agree", "type": "consent", "title": "说明"}
    assert languages(survey(consent)) == ["zh-Hans"]
    english = with_translations(survey(consent), "EN", {"title": "Test", "questions.agree.title": "Notice"})
    assert languages(english) == ["zh-Hans", "en"]
    assert [each.place for each in missing(english, "en")] == ["use", "sections.1.title", "questions.used.title"]
    assert missing(english, "en")[0].original == "试用"
    assert not missing(template("power-visit"), "en")
    assert len(missing(template("power-visit"), "zh-Hant")) == len(by_place(template("power-visit")))


@pytest.mark.parametrize(
    "tag", ["zh-Hans", "zh-Hant-TW", "en", "de-CH-1996", "ug-Arab-CN", "es-419", "x-none", "zh_CN", "", "a"]
)
def test_language_tags_follow_bcp_47(tag: str) -> None:
    """Well-formed ones are taken in whatever case, others refused with how to write them."""
    if tag in ("x-none", "zh_CN", "", "a"):
        assert not well_formed(tag)
        with pytest.raises(UnfitTranslation, match="zh-Hant"):
            canonical(tag)
    else:
        assert canonical(tag.lower()) == canonical(tag.upper()) == tag


def test_translations_that_do_not_fit_are_refused_all_at_once() -> None:
    """With the place and the reason; placeholders must be kept."""
    with pytest.raises(UnfitTranslation) as refusal:
        with_translations(survey(RATING), "en", {
            "questions.csat.title": "Satisfied?", "questions.gone.title": "x", "title": "{other}", "use": "Trial",
        })  # fmt: skip
    assert {place: str(why) for place, why in refusal.value.reasons.items()} == {
        "questions.csat.title": "缺少 {used}，它会换成前面的回答，必须保留",
        "questions.gone.title": "问卷中没有这个位置，可能题目已删除或改了代码",
        "title": "多了 {other}，原文中没有",
    }
    done = with_translations(survey(RATING), "en", {"questions.csat.title": "Satisfied with {used}?"})
    assert with_translations(done, "en", {"questions.csat.title": ""}) == survey(RATING)
    with pytest.raises(UnfitTranslation, match="唯一"):
        with_translations(survey(), "zh-Hans", {"title": " "})


def edited(file: bytes, cells: dict[tuple[int, int], Any]) -> bytes:
    """A spreadsheet after somebody has worked in it."""
    book = load_workbook(io.BytesIO(file))
    for (row, column), value in cells.items():
        book.active.cell(row, column, value)
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def test_a_sheet_goes_out_and_comes_back_with_translations() -> None:
    """One row per text, one column per language; an empty cell leaves what there is."""
    asked = survey(RATING)
    sheet = load_workbook(io.BytesIO(as_sheet(asked, ["en"]))).active
    assert [cell.value for cell in sheet[1]] == ["位置", "原文（zh-Hans）", "en"]
    assert [cell.value for cell in sheet[2]] == ["title", "测试", None]
    back = read_sheet(asked, edited(as_sheet(asked, ["en"]), {(2, 3): "Test", (6, 3): "Satisfied with {used}?"}))
    assert (back.taken, back.refused) == (2, ())
    assert back.survey.title.root == {"zh-Hans": "测试", "en": "Test"}
    assert back.survey.question("csat").title.root["en"] == "Satisfied with {used}?"
    again = read_sheet(back.survey, as_sheet(back.survey))
    assert (again.survey, again.taken) == (back.survey, 0)


def test_rows_that_do_not_fit_are_listed_with_the_reason_and_the_rest_is_taken() -> None:
    """Nothing is dropped silently."""
    asked = survey(RATING)
    file = edited(as_sheet(asked, ["en", "fr"]), {
        (1, 4): "français", (2, 3): "Test", (3, 2): "原文是别的", (3, 3): "Trial", (4, 3): "=1+1",
        (6, 3): "no placeholder", (20, 1): "questions.gone.title", (20, 3): "Gone",
    })  # fmt: skip
    back = read_sheet(asked, file)
    assert back.taken == 1
    assert [(each.row, str(each.why)[:10]) for each in back.refused] == [
        (1, "不是语言标签，请写成"), (3, "原文在导出之后改过，"), (4, "单元格是公式，请改成"),
        (6, "缺少 {used}，"), (20, "问卷中没有这个位置，"),
    ]  # fmt: skip
    assert str(back.refused[1]).startswith("第 3 行（use，en）：")


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04broken", b"a,b\n1,2\n"], ids=["empty", "broken", "csv"])
def test_other_files_are_refused(file: bytes) -> None:
    """With what was expected."""
    with pytest.raises(UnreadableSheet, match="XLSX"):
        read_sheet(survey(), file)


def test_another_workbook_is_refused() -> None:
    """A list of customers is no sheet of translations."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(["户号", "姓名"])
    book.save(file)
    with pytest.raises(UnreadableSheet, match="位置"):
        read_sheet(survey(), file.getvalue())


@given(st.text(max_size=30), st.sampled_from(["", "=", "+", "-", "@", "'=", "''@", "'"]))
def test_no_cell_is_a_formula_and_every_text_is_restored(words: str, head: str) -> None:
    """What begins like a formula goes out as text and comes back as it was."""
    text = head + words
    if safe(text).lstrip("'") == text.lstrip("'"):
        assert restore_text(safe(text)) == text
    assert safe(text)[:1] not in {*"=+-@\t\r"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip))
def test_any_wording_survives_the_sheet(words: str) -> None:
    """Emoji, quotes, formulas, other scripts."""
    wording = words.replace("{", "(").strip()
    asked = with_translations(survey(), "en", {"title": wording})
    assert read_sheet(survey(), as_sheet(asked)).survey == asked


def test_traditional_script_is_proposed_with_placeholders_kept() -> None:
    """For every text that has none yet; the words of a region on demand."""
    pytest.importorskip("opencc")
    proposed = proposals(survey(RATING))
    assert proposed["questions.csat.title"] == "您對{used}滿意嗎？"
    assert not missing(with_translations(survey(RATING), "zh-Hant", proposed), "zh-Hant")
    assert in_script("软件", "zh-Hant-TW") == "軟體"
    with pytest.raises(NoConverter, match="不能自动转换成 fr"):
        in_script("软件", "fr")


def test_without_the_converter_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else depends on it."""
    _converter.cache_clear()
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(NoConverter, match="pip install opencc-python-reimplemented"):
        in_script("软件")
    _converter.cache_clear()
