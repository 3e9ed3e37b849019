"""The puzzle in a real browser: unnoticed with scripts, a small sum without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from surveys.fieldwork.protection import Protection
from surveys.storage import Store
from tests.browser.serving import PHONE, served
from tests.support.front_door import publish

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_form_with_a_puzzle_is_answered(chromium: Browser, store: Store, *, scripts: bool) -> None:
    """With scripts the sum is never seen, even by who is quicker than the work; without, it is worked out by hand."""
    publish(store, "power-visit")
    store.protections.set("power-visit", Protection(puzzle=True), by="test")
    with served(store) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/s/power-visit")
        asked = page.get_by_text("请算一算")
        page.locator('label:has(input[name="csat"][value="5"])').click()
        if scripts:
            expect(asked).to_be_hidden()
        else:
            first, second = re.findall(r"\d+", asked.inner_text())
            page.get_by_label("请算一算").fill(str(int(first) + int(second)))
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
        context.close()
    assert store.responses.amount("power-visit") == 1


def test_without_https_a_form_brought_back_is_answered_with_the_sum_it_shows(chromium: Browser, store: Store) -> None:
    """The browser has no cryptography there."""
    publish(store, "power-visit")
    store.protections.set("power-visit", Protection(puzzle=True), by="test")
    with served(store) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        context.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
        page = context.new_page()
        page.goto("/s/power-visit")
        page.locator('label:has(input[name="csat"][value="5"])').click()
        page.reload()
        expect(page.get_by_text("已恢复您上次填写的内容")).to_be_visible()
        first, second = re.findall(r"\d+", page.get_by_text("请算一算").inner_text())
        page.get_by_label("请算一算").fill(str(int(first) + int(second)))
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
        context.close()
