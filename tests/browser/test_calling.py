"""The agent's page of a call in a real browser: answered by the keyboard, and nothing typed is lost on the way."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from playwright.sync_api import Browser, expect

from surveys.fieldwork.calls import CallQueue, CallRules
from surveys.localisation.clock import local_day, utc_now
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import session_of
from tests.browser.serving import DESKTOP, PHONE, served
from tests.support.front_door import add_account, publish

pytestmark = pytest.mark.browser


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


def test_the_outcomes_of_a_call_are_in_reach_of_the_keyboard(chromium: Browser, calling: Store) -> None:
    """F2 opens them from wherever the agent is, and Enter books the first."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(calling, "voice"), "url": address}])
        page = context.new_page()
        page.goto("/call")
        page.get_by_role("button", name="取下一通").click()
        page.get_by_label("您最希望我们改进什么？").focus()
        page.keyboard.press("F2")
        expect(page.get_by_role("button", name="无人接听")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("无人接听 1")).to_be_visible()
        context.close()


def test_enter_in_the_day_of_an_appointment_reports_nothing(chromium: Browser, calling: Store) -> None:
    """The first outcome is not booked by a key that was meant for the date."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(calling, "voice"), "url": address}])
        page = context.new_page()
        page.goto("/call")
        page.get_by_role("button", name="取下一通").click()
        page.get_by_text("没有访问成功", exact=True).click()
        for field in (page.locator("[name=day]"), page.locator("[name=time]"), page.locator("[name=opt_out]")):
            field.focus()
            page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        expect(page.get_by_role("button", name="无人接听")).to_be_visible()
        context.close()
    today = local_day(utc_now())
    assert not calling.calls.by_agent(today, today)


COMPOSING = """([key, ctrl]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, ctrlKey: ctrl, keyCode: 229, bubbles: true, cancelable: true }))"""


def test_a_digit_chooses_an_outcome_and_in_a_text_it_is_a_letter(chromium: Browser, calling: Store) -> None:
    """F2 and a digit lead to an outcome from within a text, Enter books it; an input method's keys do neither."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(calling, "voice"), "url": address}])
        page = context.new_page()
        page.goto("/call")
        page.get_by_role("button", name="取下一通").click()
        text = page.get_by_label("您最希望我们改进什么？")
        text.focus()
        page.keyboard.type("3 次")
        for key, ctrl in (("F2", False), ("Enter", True), ("2", False)):
            page.evaluate(COMPOSING, [key, ctrl])
        expect(text).to_be_focused()
        expect(text).to_have_value("3 次")
        assert page.locator("input:checked").count() == 0
        page.keyboard.press("F2")
        page.keyboard.press("2")
        chosen = page.locator("details.outcome button[name=outcome]").nth(1)
        expect(chosen).to_be_focused()
        said = chosen.inner_text()
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{said} 1")).to_be_visible()
        context.close()
    today = local_day(utc_now())
    assert [(each.outcome.label, each.times) for each in calling.calls.by_agent(today, today)] == [(said, 1)]


def test_an_appointment_in_the_past_costs_nothing_typed(chromium: Browser, calling: Store) -> None:
    """The page of the call says why, with the answers so far and the day; mended, it is booked."""
    with served(calling) as address:
        context = chromium.new_context(base_url=address, viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(calling, "voice"), "url": address}])
        page = context.new_page()
        page.goto("/call")
        page.get_by_role("button", name="取下一通").click()
        page.get_by_label("您最希望我们改进什么？").fill("客户说了很多")
        page.get_by_text("没有访问成功", exact=True).click()
        page.locator("[name=day]").fill("2020-01-01")
        page.locator("[name=time]").fill("10:00")
        page.get_by_role("button", name="改约").click()
        expect(page.get_by_role("alert").first).to_contain_text("约好的时间应在今后 60 天之内")
        expect(page.get_by_label("您最希望我们改进什么？")).to_have_value("客户说了很多")
        expect(page.locator("[name=day]")).to_have_value("2020-01-01")
        page.locator("[name=day]").fill((local_day(utc_now()) + timedelta(days=3)).isoformat())
        page.get_by_role("button", name="改约").click()
        expect(page.get_by_text("改约 1")).to_be_visible()
        context.close()
