"""A survey's own wish that typed sheets wait, walked in a browser: typed in by one person, released by another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import DESK, PHONE, session_of, settled, wait_for_drawing
from tests.support.front_door import add_account, publish
from tests.support.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.dated]
ACCOUNT = "/reconciliation?survey=power-visit"
WISH = "这份问卷录入的纸面"


@contextmanager
def desk_of(chromium: Browser, store: Store, address: str, name: str, size: dict[str, int]) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, viewport=size, locale="zh-CN")  # type: ignore[arg-type]
    context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(store, name), "url": address}])
    page = context.new_page()
    wait_for_drawing(page)
    yield page
    context.close()


def ask_for_release(page: Page) -> None:
    page.goto(ACCOUNT)
    settled(page)
    page.get_by_role("combobox", name=WISH).click()
    page.get_by_role("option", name="由另一人放行后计入").click()
    expect(page.get_by_text("已保存。已在等待的仍须放行。")).to_be_visible()


def type_in(page: Page) -> None:
    page.goto("/typing/power-visit")
    page.get_by_label("批次").fill("十一月")
    for item in ("csat", "reliability", "repair", "connection", "attitude", "information", "nps"):
        page.locator(f'[name="k.{item}"]').fill("5")
    page.locator('[name="k.comment"]').fill("师傅很好")
    page.get_by_role("button", name="保存，录下一份").click()
    expect(page.get_by_role("status")).to_contain_text("等另一人放行后计入")


def test_typed_by_one_and_released_by_another(chromium: Browser, store: Store) -> None:
    """Who typed has no button for it; the account then says how much rests on typing, and the audit who did what."""
    publish(store, "power-visit")
    for name, role in {"boss": Role.ADMIN, "typist": Role.DESIGNER, "second": Role.DESIGNER}.items():
        add_account(store, name, role)
    with serving(store.path) as address:
        with desk_of(chromium, store, address, "typist", DESK) as page:
            ask_for_release(page)
            type_in(page)
            page.goto(ACCOUNT)
            expect(page.get_by_text("1 份录入的纸面还没有计入")).to_be_visible()
            settled(page)
            expect(page.get_by_role("button", name="放行", exact=True)).to_have_count(0)
            assert store.responses.amount("power-visit") == 0
        with desk_of(chromium, store, address, "second", PHONE) as page:
            page.goto(ACCOUNT)
            page.get_by_role("button", name="放行", exact=True).click()
            expect(page.get_by_text("已放行：计入 1 份")).to_be_visible()
            expect(page.get_by_text("在库的 1 份中，1 份（100%）由人从纸面录入")).to_be_visible()
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        with desk_of(chromium, store, address, "boss", DESK) as page:
            page.goto("/audit")
            settled(page)
            said = page.get_by_test_id("stMain").inner_text()
            for words in ("改变录入的纸面是否须放行", "录入纸质问卷", "放行录入的纸面"):
                assert words in said, said
    assert store.responses.amount("power-visit") == 1
    assert "Traceback" not in store.path.with_suffix(".log").read_text()
