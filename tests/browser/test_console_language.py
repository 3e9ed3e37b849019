"""The language switch in a real browser: it changes the whole console, stays between pages, and keeps the filters."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_the_language_is_switched_and_stays(visitor: Visitor) -> None:
    """Filters chosen in one language are still chosen in the other; another page follows, and so does a reload."""
    page = visitor("admin")
    page.goto("/results")
    page.get_by_role("button", name="近 90 天").or_(page.get_by_role("radio", name="近 90 天")).first.click()
    expect(page).to_have_url(re.compile("period=90"))
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="Satisfaction", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("(?=.*lang=en)(?=.*period=90)"))
    page.get_by_role("link", name="Comments").click()
    expect(page.get_by_role("heading", name="Comments", exact=True).first).to_be_visible()
    expect(page).to_have_url(re.compile("lang=en"))
    page.reload()
    expect(page.get_by_role("heading", name="Comments", exact=True).first).to_be_visible()
    page.goto("/comments?lang=en&sentiment=%E8%B4%9F%E9%9D%A2")
    expect(page.get_by_text("Negative", exact=True).first).to_be_visible()
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", name="意见", exact=True)).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
