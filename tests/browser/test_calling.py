"""The agent's page of a call in a real browser: answered by the keyboard, and nothing typed is lost on the way."""

from __future__ import annotations

from datetime import time

import pytest
from playwright.sync_api import Browser, expect

from surveys.accounts import Role
from surveys.calls import CallQueue, CallRules
from surveys.clock import utc_now
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.web.sessions import SESSION_COOKIE
from tests.browser.conftest import session_of
from tests.browser.serving import DESKTOP, PHONE, served
from tests.front_door import add_account, publish

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def calling(store: Store) -> Store:
    """One person to be called, at whatever hour."""
    publish(store, "power-visit")
    add_account(store, "voice", Role.AGENT)
    store.contacts.keep([Contact("c", "王建国", phone="13812345678")], by="test")
    rules = CallRules(opens=time(0), closes=time.max)
    queue = CallQueue("q", "抢修回访", "power-visit", "您好，我是供电公司的客服。", rules)
    store.calls.open_queue(queue, ["c"], by="test", now=utc_now())
    return store


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_call_is_answered_by_the_keyboard(chromium: Browser, calling: Store, screen: dict[str, int]) -> None:
    """1 and 0 in a row are ten; what was typed survives the look at the number; all fits the screen."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=screen)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(calling, "voice"), "url": address}])
        page = context.new_page()
        page.goto("/call")
        expect(page.get_by_role("button", name="取下一通")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("王**")).to_be_visible()
        page.keyboard.press("4")
        expect(page.locator('input[name="csat"][value="4"]')).to_be_checked()
        page.get_by_label("您最希望我们改进什么？").fill("先说了一句 10")
        page.get_by_role("button", name="显示号码").click()
        expect(page.get_by_role("link", name="13812345678")).to_be_visible()
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value("先说了一句 10")
        page.locator("h1").click()
        for key in ("5", "Tab", "4", "Tab", "3", "Tab", "2", "Tab", "1", "Tab", "1", "0"):
            page.keyboard.press(key)
        expect(page.locator('input[name="nps"][value="10"]')).to_be_checked()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".code b")).to_be_visible()
        receipt = page.locator(".code b").inner_text()
        page.reload()
        expect(page.locator(".code b")).to_have_text(receipt)
        page.keyboard.press("Enter")
        expect(page.get_by_text("完成 1")).to_be_visible()
        context.close()
    [[kept]] = list(calling.responses.responses("power-visit"))
    assert kept.answers == {
        "csat": 4, "reliability": 5, "repair": 4, "connection": 3, "attitude": 2, "information": 1, "nps": 10,
        "comment": "先说了一句 10",
    }  # fmt: skip


def test_a_sign_in_that_ended_during_a_call_costs_nothing_typed(chromium: Browser, calling: Store) -> None:
    """The form stands there again without the person's card, and goes through after signing in."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=DESKTOP)  # type: ignore[arg-type]
        session = {"name": SESSION_COOKIE, "url": address}
        context.add_cookies([{**session, "value": session_of(calling, "voice")}])  # type: ignore[list-item]
        page = context.new_page()
        page.goto("/call")
        expect(page.get_by_role("button", name="取下一通")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("王**")).to_be_visible()
        page.keyboard.press("4")
        page.get_by_label("您最希望我们改进什么？").fill("客户说了很多")
        context.clear_cookies()
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("link", name="在新窗口登录")).to_be_visible()
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value("客户说了很多")
        expect(page.get_by_text("王**")).to_have_count(0)
        context.add_cookies([{**session, "value": session_of(calling, "voice")}])  # type: ignore[list-item]
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("请再按一次")).to_be_visible()
        page.get_by_role("button", name="提交").click()
        expect(page.locator(".code b")).to_be_visible()
        assert page.evaluate("localStorage.length") == 0
        context.close()
    [[kept]] = list(calling.responses.responses("power-visit"))
    assert (kept.answers["csat"], kept.answers["comment"]) == (4, "客户说了很多")
