"""A tablet at the counter: customer after customer, with the network cut meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveys.accounts import token_hash
from surveys.intake.receipts import random_code
from surveys.localisation.clock import utc_now
from surveys.storage import Store
from tests.browser.serving import enrol_tablet, served
from tests.support.front_door import publish
from tests.support.serving import free_port

pytestmark = pytest.mark.browser

TABLET = {"width": 1024, "height": 768}


def tablet(chromium: Browser, store: Store, counter: str) -> BrowserContext:
    """One whose network can be cut: while a worker takes over a page, a request may slip past what cuts it."""
    context = chromium.new_context(viewport=TABLET, service_workers="block")  # type: ignore[arg-type]
    enrol_tablet(context, store, counter)
    return context


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
    enrol_tablet(context, store, f"http://127.0.0.1:{port}")
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


@pytest.fixture
def counter(store: Store) -> Iterator[str]:
    """The address of a place with a tablet."""
    publish(store, "counter-kiosk")
    store.kiosks.set("repair-east", "counter-kiosk", by="test")
    with served(store) as address:
        yield f"{address}/k/repair-east"


def kept(store: Store) -> list[object]:
    return sorted(each.answers["csat"] for chunk in store.responses.responses("counter-kiosk") for each in chunk)


def test_the_next_customer_finds_nothing_of_one_who_left(chromium: Browser, store: Store, counter: str) -> None:
    """After a minute untouched the tablet stands at its first question, in its own language, and nothing was sent."""
    context = chromium.new_context(viewport=TABLET)  # type: ignore[arg-type]
    enrol_tablet(context, store, counter)
    page = context.new_page()
    page.clock.install()
    page.goto(counter)
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**?lang=en")
    page.locator('label:has(input[name="csat"][value="2"])').click()
    page.clock.fast_forward(1000)
    expect(page.locator("[data-q=done]")).to_be_visible()
    page.clock.fast_forward(58_000)
    expect(page.locator("[data-q=done]")).to_be_visible()
    page.clock.fast_forward(2_000)
    page.wait_for_url(counter)
    expect(page.get_by_role("heading", name="窗口即时评价")).to_be_visible()
    expect(page.locator("[data-q=csat]")).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0 and kept(store) == []
    context.close()


def test_a_language_someone_chose_and_left_is_not_the_next_customers(
    chromium: Browser, store: Store, counter: str
) -> None:  # fmt: skip
    """Also when they pressed nothing else."""
    context = chromium.new_context(viewport=TABLET)  # type: ignore[arg-type]
    enrol_tablet(context, store, counter)
    page = context.new_page()
    page.clock.install()
    page.goto(counter)
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**?lang=en")
    page.clock.fast_forward(61_000)
    page.wait_for_url(counter)
    context.close()


def test_two_tabs_of_a_tablet_deliver_each_answer_once(chromium: Browser, store: Store, counter: str) -> None:
    """They share what waits; both find it when the network is back, at the same moment."""
    context = tablet(chromium, store, counter)
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(counter)
    context.route("**/k/repair-east", lambda route: route.abort())
    for tab, point in zip(tabs, (2, 4), strict=True):
        answer(tab, point)
    expect(tabs[1].get_by_text("还有 2 份等待送出")).to_be_visible()
    context.unroute("**/k/repair-east")
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    for tab in tabs:
        expect(tab.get_by_text("等待送出")).to_be_hidden()
        assert tab.evaluate("localStorage.length") == 0
    assert kept(store) == [2, 4]
    context.close()


def test_a_tablet_with_no_room_left_still_delivers(chromium: Browser, store: Store, counter: str) -> None:
    """What can't be kept on the tablet waits in the open page, which is not loaded anew meanwhile."""
    context = tablet(chromium, store, counter)
    page = context.new_page()
    page.goto(counter)
    page.evaluate("""() => {
        for (let size = 2 ** 22; size >= 1; size /= 2)
            try { while (true) localStorage.setItem("full" + localStorage.length, "x".repeat(size)); } catch {}
    }""")
    context.route("**/k/repair-east", lambda route: route.abort())
    answer(page, 5)
    expect(page.get_by_text("还有 1 份等待送出")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('xsk')).length") == 0
    context.unroute("**/k/repair-east")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("等待送出")).to_be_hidden()
    assert kept(store) == [5]
    context.close()


def test_an_answer_to_a_closed_survey_holds_up_no_other(chromium: Browser, store: Store, counter: str) -> None:
    """It stays on the tablet, while what comes after it is delivered; once the survey is open again it is too."""
    context = tablet(chromium, store, counter)
    page = context.new_page()
    page.goto(counter)
    context.route("**/k/repair-east", lambda route: route.abort())
    answer(page, 1)
    expect(page.get_by_text("还有 1 份等待送出")).to_be_visible()
    store.surveys.close("counter-kiosk", by="test")
    publish(store, "power-visit")
    store.kiosks.set("repair-east", "power-visit", by="test")
    context.unroute("**/k/repair-east")
    page.goto(counter)
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('xsk-refused:'))")
    page.locator('label:has(input[name="csat"][value="3"])').click()
    for _ in range(20):
        if page.get_by_role("heading", name="感谢您的评价").is_visible():
            break
        page.locator(".desk button").last.click()
    expect(page.locator("b[data-desk]")).not_to_be_empty()
    assert store.responses.amount("power-visit") == 1 and kept(store) == []

    store.surveys.publish("counter-kiosk", by="test")
    page.goto(counter)
    expect(page.get_by_text("等待送出")).to_be_hidden()
    page.wait_for_function("() => localStorage.length === 0")
    assert kept(store) == [1]
    context.close()


def test_a_low_score_is_thanked_otherwise_than_a_high_one(chromium: Browser, store: Store) -> None:
    """Customer after customer, chosen on the tablet itself."""
    publish(store, "counter-kiosk")
    store.kiosks.set("repair-east", "counter-kiosk", by="test")
    port = free_port()
    page = tablet(chromium, store, f"http://127.0.0.1:{port}").new_page()
    sorry, glad = page.get_by_text("很抱歉没有让您满意"), page.get_by_text("祝您生活愉快")
    with served(store, port):
        page.goto(f"http://127.0.0.1:{port}/k/repair-east")
        for point, said, unsaid in ((1, sorry, glad), (5, glad, sorry)):
            answer(page, point)
            expect(said).to_be_visible()
            expect(unsaid).to_be_hidden()
            expect(page.locator("[data-q=csat]")).to_be_visible()


def test_a_tablet_sent_away_keeps_its_answers_until_it_is_enrolled_again(
    chromium: Browser, store: Store, counter: str
) -> None:
    """It says so; by the link from the console it becomes a tablet again, and delivers what waited."""
    context = tablet(chromium, store, counter)
    page = context.new_page()
    page.goto(counter)
    [enrolled] = store.kiosks.tablets(["repair-east"], utc_now())
    store.kiosks.revoke_tablet(enrolled.id, by="test")
    answer(page, 2)
    expect(page.get_by_text("这台平板没有登记，或已停用：还有 1 份等待送出")).to_be_visible()
    page.goto(counter)
    expect(page.get_by_role("heading", name="这台平板还没有登记")).to_be_visible()
    assert kept(store) == []
    code = random_code()
    store.kiosks.invite_tablet("repair-east", token_hash(code), by="test", now=utc_now())
    page.goto(f"{counter}/enrol?code={code}")
    page.get_by_role("button", name="登记这台平板").click()
    page.wait_for_url(counter)
    page.wait_for_function("() => localStorage.length === 0")
    assert kept(store) == [2]
    context.close()
