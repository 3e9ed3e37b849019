"""A reader of comments corrects what the analysis said, judges a sample, and gives it words of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitor, settled

pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("analysed")
def test_a_correction_wins_over_the_model(visitor: Visitor) -> None:
    """The comment bears the label of the person from then on, with their name beside it, for others too."""
    page = visitor("manager")
    page.goto("/comments")
    expect(page.get_by_role("heading", name="留言", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="更正").first.click()
    settled(page)
    choices = page.get_by_test_id("stRadio").filter(has_text="情感")
    before = choices.locator("label:has(input:checked)").inner_text().strip()
    words = "中性" if before == "负面" else "负面"
    choices.get_by_text(words, exact=True).click()
    page.get_by_role("button", name="保存判断").click()
    expect(page.get_by_text("已记下您的判断，它优先于模型。")).to_be_visible()
    page.reload()
    judged = page.locator(".xs-comment", has_text=re.compile("已由 .+ 判断")).first
    expect(judged).to_be_visible(timeout=60_000)
    expect(judged.locator(".meta")).to_contain_text(words)


@pytest.mark.usefixtures("analysed")
def test_a_sample_is_judged_without_seeing_the_model(visitor: Visitor) -> None:
    """On a phone: nothing is chosen beforehand, and the next comment follows."""
    page = visitor("designer", PHONE)
    page.goto("/teaching")
    expect(page.get_by_text("已判断 0 条")).to_be_visible(timeout=60_000)
    quote = page.locator(".xs-quote").first
    text = quote.inner_text()
    assert page.get_by_test_id("stRadio").locator("input:checked").count() == 0
    expect(page.get_by_role("button", name="保存判断")).to_be_disabled()
    page.get_by_text("中性", exact=True).click()
    page.get_by_role("button", name="保存判断").click()
    expect(page.get_by_text("已判断 1 条")).to_be_visible()
    expect(quote).not_to_have_text(text)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.usefixtures("analysed")
def test_own_words_show_what_they_catch_before_they_are_saved(visitor: Visitor) -> None:
    page = visitor("designer")
    page.goto("/teaching")
    settled(page)
    page.get_by_role("tab", name="自己的主题").click()
    page.get_by_label("词语和同义说法，每行一个").fill("变压器\n不会出现的说法")
    page.get_by_label("主题名称").fill("变压器")
    page.get_by_label("主题名称").press("Tab")
    expect(page.get_by_text(re.compile(r"抓住 [1-9]\d* / \d+ 条留言"))).to_be_visible(timeout=60_000)
    expect(page.locator(".xs-quote mark", has_text="变压器").first).to_be_visible()
    expect(page.get_by_role("button", name="保存主题")).to_be_enabled()
