"""Building the post-visit survey from nothing, in a real browser, with every press and every field counted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser

ASPECTS = ["供电可靠性", "抢修服务", "办电接电", "服务态度", "信息告知"]
CLICKS, FIELDS = 4, 2


class Hand:
    """A designer's hand: presses and fills, and counts both."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields = page, 0, 0

    def press(self, thing: Locator) -> None:
        thing.click()
        self.clicks += 1
        self.settled()

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_role("textbox", name=label).fill(words)
        self.fields += 1

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def settled(self) -> None:
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(300)


def test_the_post_visit_survey_is_built_with_few_clicks(visitor: Visitor) -> None:
    """Overall satisfaction, five dimensions, would recommend, a comment: built, seen and published."""
    page = visitor("designer")
    page.goto("/surveys")
    hand = Hand(page)
    hand.press(page.get_by_role("tab", name="新建"))
    hand.fill("问卷名称", "抢修回访（新建）")
    hand.fill("要评价哪些方面", "\n".join(ASPECTS))
    hand.press(hand.button("创建问卷"))
    expect(page.get_by_role("heading", name="抢修回访（新建）")).to_be_visible()
    form = page.frame_locator("iframe")
    for words in ["总体来说，您对我们的服务满意吗？", *ASPECTS, "您有多愿意向亲友推荐我们的服务？", "意见和建议"]:
        expect(form.get_by_text(words).first).to_be_attached()
    expect(form.get_by_role("button", name="提交")).to_be_disabled()
    hand.press(hand.button("发布…"))
    hand.press(hand.button("确认发布"))
    expect(page.get_by_text("“抢修回访（新建）”已发布")).to_be_visible()
    assert (hand.clicks, hand.fields) == (CLICKS, FIELDS)
    answered = page.request.get("/s/survey")
    assert answered.ok and all(words in answered.text() for words in ASPECTS)


def test_question_by_question(visitor: Visitor) -> None:
    """The same from an empty survey without the short way: each type added by one press, ratings as one group."""
    page = visitor("designer")
    page.goto("/surveys")
    hand = Hand(page)
    hand.press(page.get_by_role("tab", name="新建"))
    hand.fill("问卷名称", "逐题搭建")
    hand.press(page.get_by_text("再问推荐意愿（NPS）和意见建议"))
    hand.press(hand.button("创建问卷"))
    hand.press(hand.button("一组评分"))
    hand.fill("每行一个方面", "\n".join(ASPECTS))
    hand.press(hand.button("添加评分"))
    page.keyboard.press("Escape")
    hand.press(hand.button(re.compile("推荐意愿$")))
    hand.press(hand.button(re.compile("开放意见$")))
    expect(page.get_by_text("8 题 ·").first).to_be_visible()
    assert (hand.clicks, hand.fields) == (7, 2)


def test_a_draft_survives_a_reload_and_steps_are_undone(visitor: Visitor) -> None:
    """What was typed is there after the page is opened anew; before that, undo says what it takes back."""
    page = visitor("designer")
    page.goto("/surveys")
    hand = Hand(page)
    hand.press(page.get_by_role("tab", name="模板库"))
    page.get_by_role("textbox", name="查找").fill("回访")
    page.locator(".st-key-template-power-visit").get_by_role("button", name="使用").click()
    hand.settled()
    title = page.get_by_role("textbox", name="题目 *")
    title.fill("总的来说，您对这次服务满意吗？")
    title.blur()
    expect(hand.button("撤销：修改第 1 题的题目")).to_be_enabled()
    expect(page.frame_locator("iframe").get_by_text("总的来说").first).to_be_attached()
    page.reload()
    expect(page.get_by_role("textbox", name="题目 *")).to_have_value("总的来说，您对这次服务满意吗？")


@pytest.mark.parametrize("viewport", [PHONE, {"width": 820, "height": 1180}], ids=["phone", "tablet"])
def test_the_builder_fits_the_screen(visitor: Visitor, viewport: dict[str, int]) -> None:
    """Nothing sticks out to the side, in any of its views."""
    page = visitor("designer", viewport=viewport)
    page.goto("/surveys?edit=power-visit")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    hand, main = Hand(page), page.locator('[data-testid="stMain"]')
    for view in ("题目", "维度", "问卷设置", "翻译", "检查与发布", "导出"):
        hand.press(page.get_by_role("radio", name=view, exact=True))
        assert main.evaluate("box => box.scrollWidth - box.clientWidth") == 0, view
        assert not page.get_by_test_id("stException").count()
