"""What a screen reader says of each question type: Chromium's accessibility tree against the lines in spoken.txt.

A line is what is said at one stop: its kind, its name, whether it must be answered or is wrong, and what describes it.
Where the wording is changed on purpose, the block of that type in spoken.txt is changed with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from surveys.definition.questions import QUESTION_TYPES
from surveys.storage import Store
from tests.browser.serving import PHONE, served
from tests.browser.test_question_types import NAMED
from tests.console.design.test_question_pages import FORM, ask, item
from tests.support.examples import EXAMPLES

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).with_name("spoken.txt")
KINDS = {
    "form": "表单", "group": "组", "radiogroup": "单选组", "radio": "单选", "checkbox": "复选", "textbox": "编辑",
    "combobox": "下拉", "option": "", "button": "按钮", "slider": "滑块", "spinbutton": "数字", "status": "状态",
    "Date": "日期", "InputTime": "时间", "paragraph": "文字", "canvas": "画布", "progressbar": "进度",
}  # fmt: skip
SILENT = {"option", "progressbar"}


def spoken(page: Any) -> list[str]:
    """What is said from the form's beginning to its button, stop by stop."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {each["nodeId"]: each for each in nodes}
    form = next(each for each in nodes if value(each, "role") == "form")
    return [line for line in lines(form, by_id) if line]


def lines(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    role = value(node, "role")
    if not node.get("ignored") and role in KINDS and role not in SILENT:
        yield line(node, role, by_id)
    for child in node.get("childIds", ()):
        if child in by_id and role not in ("paragraph", "combobox", "Date", "InputTime"):
            yield from lines(by_id[child], by_id)


def line(node: dict[str, Any], role: str, by_id: dict[str, dict[str, Any]]) -> str:
    name = value(node, "name") or (text(node, by_id) if role in ("paragraph", "status") else "")
    states = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    marks = ["必须作答" if states.get("required") else "", "有误" if states.get("invalid") == "true" else ""]
    marks += ["已选" if states.get("checked") == "true" else ""]
    description = value(node, "description")
    words = " ".join(name.split()).replace("， ", "，")
    said = [KINDS[role], words, *marks, f"（{' '.join(description.split())}）" if description else ""]
    return " · ".join(each for each in said if each) if name or description else ""


def text(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> str:
    if value(node, "role") == "StaticText":
        return value(node, "name")
    return "".join(text(by_id[child], by_id) for child in node.get("childIds", ()) if child in by_id)


def value(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", ""))


def of_type(store: Store, browser: Any, name: str) -> list[str]:
    """What is said of a required question of this type with a hint, as the form opens."""
    ends = {"low_label": "很不满意", "high_label": "很满意"} if name in NAMED else {}
    settings = {**EXAMPLES[name][0][0], **ends, "hint": "提示在此", "required": name not in ("statement", "hidden")}
    if name == "hidden":
        settings = EXAMPLES[name][0][0]
    ask(store, item(name, **settings))
    with served(store) as address:
        page = browser.new_page(viewport=PHONE)
        page.goto(address + FORM)
        said = spoken(page)
        page.close()
    return said


def script() -> dict[str, list[str]]:
    """The expected lines of each type."""
    blocks: dict[str, list[str]] = {}
    for each in SCRIPT.read_text("utf-8").splitlines():
        if each.startswith("["):
            blocks[each.strip("[]")] = []
        elif each.strip() and not each.startswith("#"):
            blocks[next(reversed(blocks))].append(each)
    return blocks


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_a_screen_reader_says_what_is_written_down(store: Store, chromium: Any, name: str) -> None:
    """Number and title apart, points with their words, hints and limits with the field they belong to."""
    assert of_type(store, chromium, name) == script()[name]


def test_points_are_read_with_their_words(store: Store, chromium: Any) -> None:
    """Three points, fair: not a number that runs into a word."""
    labels = ["很不满意", "不满意", "一般", "满意", "很满意"]
    ask(store, item("rating", labels=labels))
    with served(store) as address:
        page = chromium.new_page(viewport=PHONE)
        page.goto(address + FORM)
        said = spoken(page)
        assert "单选 · 3 分，一般" in said and "单选 · 5 分，很满意" in said
        page.close()


def test_the_count_of_characters_is_said_when_one_pauses(store: Store, chromium: Any) -> None:
    """Not at every key; what is too long is marked at once."""
    ask(store, item("short_text", max_length=10))
    with served(store) as address:
        page = chromium.new_page(viewport=PHONE)
        page.clock.install()
        page.goto(address + FORM)
        count = page.locator(".count")
        assert count.get_attribute("aria-live") == "polite"
        page.fill("[name=item]", "一二三四五六七八九十一")
        assert "over" in (count.get_attribute("class") or "") and "11" not in count.inner_text()
        page.clock.run_for(600)
        assert count.inner_text().startswith("11 /")
        page.close()


def test_all_of_a_form_lies_in_landmarks(store: Store, chromium: Any) -> None:
    """Banner, navigation, main, the form with its name, and what stands at the foot."""
    ask(store, item("rating"))
    with served(store) as address:
        page = chromium.new_page(viewport=PHONE)
        page.goto(address + FORM)
        session = page.context.new_cdp_session(page)
        roles = {value(each, "role") for each in session.send("Accessibility.getFullAXTree")["nodes"]}
        assert {"banner", "navigation", "main", "form", "contentinfo"} <= roles
        outside = page.evaluate(
            "[...document.body.children].filter(each => !/^(HEADER|MAIN|FOOTER|SCRIPT)$/.test(each.tagName)).length"
        )
        assert outside == 0
        page.close()
