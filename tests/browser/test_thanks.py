"""Forms keep their address and lead on to thanks that stand there again, with scripts or without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.cases.opinion_boxes import Box
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import PHONE, session_of
from tests.browser.serving import served
from tests.browser.test_enter import asked
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import add_account

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
VALUES = "tp=repair-east&order=A1&lang=zh-Hant"


def ways(store: Store) -> dict[str, tuple[str, str, str]]:
    """Of each kind: its address, the label of what must be written, and the heading of its end."""
    store.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    [token] = invite(store, campaign(store, "lines"), "c1", days=36_500)
    return {
        "open": (f"/s/lines?{VALUES}", "意见", "感谢您的评价"),
        "personal": (f"/i/{token}?{VALUES}", "意见", "感谢您的评价"),
        "box": ("/box/east?from=poster", "请写下您的意见", "我们收到了您的意见"),
    }


def browsing(chromium: Browser, address: str, **more: Any) -> Page:
    return chromium.new_context(base_url=address, viewport=PHONE, **more).new_page()  # type: ignore[arg-type]


@SCRIPTS
@pytest.mark.parametrize("kind", ["open", "personal", "box"])
def test_a_corrected_mistake_keeps_the_address(chromium: Browser, store: Store, kind: str, *, scripts: bool) -> None:
    """Sent empty, refreshed, mended, sent; then refreshed, back, forward: nothing asks whether to send again.

    It is the same receipt, and one answer with its touchpoint.
    """
    asked(store)
    with served(store) as address:
        way, label, end = ways(store)[kind]
        page = browsing(chromium, address, java_script_enabled=scripts)
        page.goto("about:blank")
        page.goto(way)
        page.get_by_role("button", name="提交").click()
        expect(page.locator(".note.bad").first).to_be_visible()
        page.reload()
        expect(page.locator(".note.bad").first).to_be_visible()
        assert page.url.startswith(f"{address}{way}&_again=")
        page.get_by_label(label).fill("好")
        if kind == "box":
            page.get_by_text("建议").check()
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name=end)).to_be_visible()
        code = page.locator(".code b").inner_text()
        thanks = page.url
        page.reload()
        expect(page.locator(".code b")).to_have_text(code)
        page.go_back()
        assert page.url.startswith(address + way)
        expect(page.locator("h1" if kind == "personal" else "form.answer")).to_be_visible()
        page.go_back()
        assert page.url == address + way
        page.go_forward()
        page.go_forward()
        assert page.url == thanks
        expect(page.locator(".code b")).to_have_text(code)
        page.context.close()
    if kind != "box":
        [[response]] = list(store.responses.responses("lines"))
        assert response.touchpoint == "repair-east" and response.answers == {"said": "好"}
    else:
        assert len(store.cases.all()) == 1


@SCRIPTS
def test_the_way_back_and_forward_shows_form_and_thanks(chromium: Browser, store: Store, *, scripts: bool) -> None:
    """And never asks whether to send again."""
    asked(store)
    with served(store) as address:
        page = browsing(chromium, address, java_script_enabled=scripts)
        page.goto("about:blank")
        page.goto(f"/s/lines?{VALUES}")
        page.get_by_label("意见").fill("好")
        page.get_by_role("button", name="提交").click()
        code = page.locator(".code b").inner_text()
        for _ in range(2):
            page.go_back()
            assert page.url == f"{address}/s/lines?{VALUES}"
            expect(page.get_by_role("button", name="提交")).to_be_visible()
            page.go_forward()
            expect(page.locator(".code b")).to_have_text(code)
        page.context.close()
    assert store.responses.amount("lines") == 1


@SCRIPTS
def test_a_colleague_s_form_ends_the_same_way(chromium: Browser, store: Store, *, scripts: bool) -> None:
    """Of someone signed in, with the way on to what is left to do."""
    add_account(store, "wu", Role.STAFF)
    asked(store, audience="staff", anonymous=True)
    with served(store) as address:
        page = browsing(chromium, address, java_script_enabled=scripts)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(store, "wu"), "url": address}])
        page.goto("/s/lines?from=mail")
        page.get_by_role("button", name="提交").click()
        expect(page.locator(".note.bad").first).to_be_visible()
        assert page.url.startswith(f"{address}/s/lines?from=mail&_again=")
        page.get_by_label("意见").fill("好")
        page.get_by_role("button", name="提交").click()
        code = page.locator(".code b").inner_text()
        page.reload()
        expect(page.locator(".code b")).to_have_text(code)
        expect(page.get_by_role("link", name="回到待填问卷")).to_be_visible()
        page.context.close()
    assert store.responses.amount("lines") == 1


def test_what_was_begun_about_one_order_is_not_in_the_next_one(chromium: Browser, store: Store) -> None:
    """On the same phone, of an open link and of a personal one; each finds its own again."""
    asked(store)
    with served(store) as address:
        for way in ("/s/lines", ways(store)["personal"][0].partition("?")[0]):
            page = browsing(chromium, address)
            page.goto(f"{way}?order=A1")
            page.get_by_label("意见").fill("写到一半")
            page.wait_for_timeout(2600 if way != "/s/lines" else 500)
            page.goto(f"{way}?order=B2")
            expect(page.get_by_label("意见")).to_have_value("")
            page.goto(f"{way}?order=A1")
            expect(page.get_by_label("意见")).to_have_value("写到一半")
            page.context.close()
