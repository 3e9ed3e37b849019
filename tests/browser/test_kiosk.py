"""A tablet at the counter: customer after customer, with the network cut meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.storage import Store
from tests.browser.serving import served
from tests.front_door import publish
from tests.serving import free_port

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TABLET = {"width": 1024, "height": 768}


def answer(page: Page, point: int) -> None:
    """A tap on a face goes on by itself; the rest is skipped to the end."""
    page.locator(f'label:has(input[name="csat"][value="{point}"])').click()
    expect(page.locator("[data-q=done]")).to_be_visible()
    for _ in range(3):
        if page.get_by_role("heading", name="感谢您的评价").is_visible():
            break
        page.locator(".desk button").last.click()
    expect(page.get_by_role("heading", name="感谢您的评价")).to_be_visible()


def test_answers_given_without_network_are_delivered_once(chromium: Browser, store: Store) -> None:
    """Also after the page was opened again without network; and each counts once, whatever is sent twice."""
    publish(store, "counter-kiosk")
    store.kiosks.set("repair-east", "counter-kiosk", by="test")
    port = free_port()
    context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", viewport=TABLET)  # type: ignore[arg-type]
    page = context.new_page()
    with served(store, port):
        page.goto("/k/repair-east")
        page.locator(".desk button").last.click()
        expect(page.get_by_text("请先回答这一题")).to_be_visible()
        answer(page, 5)
        expect(page.locator("b[data-desk]")).not_to_be_empty()
        expect(page.locator("[data-q=csat]")).to_be_visible()
        expect(page.locator('input[name="csat"]:checked')).to_have_count(0)
        page.wait_for_function("caches.match(location.href).then((kept) => !!kept)")

    # The server is gone: pages, and the worker that keeps them, reach nothing.
    answer(page, 1)
    expect(page.get_by_text("还有 1 份等待送出")).to_be_visible()
    page.reload()
    answer(page, 3)
    expect(page.get_by_text("还有 2 份等待送出")).to_be_visible()
    assert store.responses.amount("counter-kiosk") == 1

    kept = page.evaluate("Object.entries(localStorage)")
    with served(store, port):
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_text("等待送出")).to_be_hidden()
        for key, item in kept:  # as if the answer of the server had been lost
            page.evaluate("([key, item]) => localStorage.setItem(key, item)", [key, item])
        page.reload()
        expect(page.get_by_text("等待送出")).to_be_hidden()
        page.wait_for_function("Object.keys(localStorage).length === 0")
        context.close()
    found = [each for chunk in store.responses.responses("counter-kiosk") for each in chunk]
    assert sorted(each.answers["csat"] for each in found) == [1, 3, 5]
    assert {(each.channel, each.touchpoint) for each in found} == {("kiosk", "repair-east")}
