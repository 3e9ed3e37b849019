"""In a real browser: a figure leads to its answers, a word of the cloud to its comments, cards stand in a row."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_figure_leads_to_its_answers(visitor: Visitor) -> None:
    """By one tap, with all that is chosen in the address."""
    page = visitor("manager")
    page.goto("/results?period=90")
    lead = page.locator(".xs-card a.xs-lead", has_text="n=").first
    n = lead.inner_text().removeprefix("n=")
    lead.click()
    expect(page.get_by_text(f"共 {n} 份答卷")).to_be_visible()
    assert "question=csat" in page.url and "period=90" in page.url
    expect(page.locator(".xs-table tbody tr")).to_have_count(min(20, int(n)))


@pytest.mark.usefixtures("analysed")
def test_a_word_of_the_cloud_shows_its_comments_below_it(visitor: Visitor) -> None:
    """By keyboard and by tap; tapped again they go, and the address keeps the word as long."""
    page = visitor("manager")
    word = page.locator("svg[role=group] text").first
    see_analysed(page, word)
    term = word.text_content()
    word.focus()
    page.keyboard.press("Enter")
    status = page.locator('[role="status"]', has_text=f"提到“{term}”的留言")
    expect(status).to_be_visible()
    expect(page.locator(".xs-quote mark", has_text=term).first).to_be_visible()
    page.wait_for_url(re.compile("term="))
    below = status.bounding_box(), page.locator("svg[role=group]").bounding_box()
    assert below[0] and below[1] and 0 < below[0]["y"] - below[1]["y"] < 900, "the comments are where one looks"
    page.locator("svg[role=group] text").first.dispatch_event("click")
    expect(status).to_have_count(0)
    assert "term=" not in page.url


def see_analysed(page: Page, word: Locator) -> None:
    """A server that has just begun reads its comments first; the page says how far it is, for those who look again."""
    reading = page.get_by_text("正在分析留言")
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        page.goto("/comments?period=all")
        expect(word.or_(reading).first).to_be_visible()
        if not reading.count():
            break
        page.wait_for_timeout(3_000)
    expect(word).to_be_visible()


def test_three_cards_stand_in_a_row_on_a_small_desk(visitor: Visitor) -> None:
    """At 1024 × 768 nobody has to scroll to compare the main figures."""
    page = visitor("manager", viewport={"width": 1024, "height": 768})
    page.goto("/results")
    cards = page.locator(".xs-card")
    expect(cards.nth(2)).to_be_visible()
    page.wait_for_function(
        "(tops => tops.length > 2 && tops[0] > 0 && tops[0] === tops[1] && tops[1] === tops[2])"
        "([...document.querySelectorAll('.xs-card')].map(each => each.getBoundingClientRect().top))"
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
