"""Paper as a printer gets it: in a real Chromium, page by page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from surveys.definition.survey import Survey
from surveys.definition.templates import all_templates
from surveys.storage import Store
from tests.browser.conftest import Visitor
from tests.support.examples import EXAMPLES

pytestmark = pytest.mark.browser


def pages_of(page: Page) -> list[bytes]:
    """The sheets of the printed page, each as the operators that draw it."""
    document = page.pdf(prefer_css_page_size=True, print_background=True)
    return re.findall(rb"/Type\s*/Page\b[^s]", document)


def every_type() -> Survey:
    """One question of each type, half of them on conditions, with jumps."""
    questions = [
        {"type": kind, "code": f"q{number}", "title": f"第 {number} 种：{kind}", **examples[0][0]}
        for number, (kind, examples) in enumerate(EXAMPLES.items())
    ]
    for each in questions[4::3]:
        each["show_if"] = {"item": "first", "is": "at_most", "value": 2}
    first = {"type": "rating", "code": "first", "title": "总的来说满意吗？"}
    jump = {"when": {"item": "first", "is": "at_least", "value": 5}, "to": "end"}
    return Survey.model_validate({
        "code": "every-type", "title": {"zh-Hans": "所有题型", "en": "Every type"}, "use": "试",
        "sections": [{"code": "a", "title": "开始", "questions": [first], "jumps": [jump]},
                     {"code": "b", "title": "其余", "questions": questions}],
    })  # fmt: skip


@pytest.fixture(scope="module")
def printed(sample: Store) -> list[str]:
    """The codes of surveys to print: every type, and templates short and long."""
    made = [every_type(), *(each for each in all_templates() if each.code in ("power-visit", "employee-satisfaction"))]
    for survey in made:
        own = survey.model_copy(update={"code": f"print-{survey.code}"[:40]})
        sample.surveys.save_draft(own, None, by="test")
        sample.surveys.publish(own.code, by="test")
    return [f"print-{survey.code}"[:40] for survey in made]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_sheet_is_empty_and_nothing_sticks_out(visitor: Visitor, printed: list[str], language: str) -> None:
    """The last sheet has words on it; sections and questions begin at one edge; nothing is wider than the paper."""
    page = visitor("designer", viewport={"width": 794, "height": 1123})
    for code in printed:
        page.goto(f"/paper/{code}?lang={language}")
        page.emulate_media(media="print")
        with_words = len(pages_of(page))
        page.evaluate("document.querySelector('.end').remove()")
        assert with_words - len(pages_of(page)) <= 1
        page.reload()
        tall = page.evaluate("document.documentElement.scrollHeight")
        assert with_words <= tall / 900 + 1, f"{code}: {with_words} sheets for {tall} px"
        edges = page.evaluate(
            "[...document.querySelectorAll('h2, .q > b')].map(each => {"
            " const range = document.createRange(); range.selectNodeContents(each);"
            " return Math.round(range.getClientRects()[0].left)})"
        )
        assert len(set(edges)) == 1, edges
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert "{" not in page.locator("main").inner_text()


def test_conditions_and_jumps_stand_on_the_sheet(visitor: Visitor, printed: list[str]) -> None:
    """In words, with numbers that are on the sheet; one instruction at the head and nowhere else."""
    page = visitor("designer")
    page.goto(f"/paper/{printed[0]}")
    text = page.locator("main").inner_text()
    assert "若第 1 题打 5 分或更高，请到此结束" in text and "若第 1 题打 2 分或更低，请回答：" in text
    assert text.count("请在方框中打") == 1 and text.count("写名次") == 1
    named = {int(each) for each in re.findall(r"第 (\d+) 题", text)}
    numbers = {int(each) for each in re.findall(r"^(\d+)\. ", text, re.M)}
    assert named <= numbers and numbers == set(range(1, len(numbers) + 1))
    page.get_by_role("link", name="English").click()
    assert "If question 1 is rated 5 or more, please end here" in page.locator("main").inner_text()
