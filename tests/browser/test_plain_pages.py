"""The plain pages beside the usual form, in the dark and in large type, on phone, tablet and desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from surveys.fieldwork.calls import CallQueue, CallRules
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.web.protection.signing import sign
from tests.browser.conftest import Visitor
from tests.browser.serving import enrol_tablet
from tests.browser.test_looks import CUT
from tests.browser.test_question_types import axe, violations

__all__ = ["axe"]  # fixture

pytestmark = pytest.mark.browser

SCREENS = [{"width": 360, "height": 740}, {"width": 1024, "height": 768}, {"width": 1280, "height": 800}]
SURVEY, PLACE, QUEUE = "key-account", "repair-east", "plain-pages"
SIZES = """() => { const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) { const holder = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() && holder.checkVisibility() && !holder.closest("script, style, option"))
      found.push([texts.currentNode.data.trim().slice(0, 20), parseFloat(getComputedStyle(holder).fontSize)]); }
  return found; }"""
FIELDS = """() => [...document.querySelectorAll("input, select, textarea, button")].filter((each) =>
  each.checkVisibility() && !each.matches("[type=radio], [type=checkbox], .vh"))
  .map((each) => [each.name || each.textContent.trim(), parseFloat(getComputedStyle(each).fontSize)])"""


@pytest.fixture
def prepared(sample: Store) -> Iterator[Store]:
    """A tablet, a draw and a queue of calls, gone afterwards."""
    before = sample.kiosks.survey_at(PLACE)
    sample.kiosks.set(PLACE, "power-visit", by="test")
    rules = CallRules(opens=time(0), closes=time.max)
    if not any(queue.id == QUEUE for queue in sample.calls.queues()):
        people = [each.id for each in sample.contacts.page(limit=50)]
        sample.calls.open_queue(CallQueue(QUEUE, "外观", SURVEY, "您好。", rules), people, by="test", now=utc_now())
    sample.prizes.set(Prize(SURVEY, PrizeKind.DRAW, "电费", local_day(utc_now()) + timedelta(days=7)), by="test")
    yield sample
    sample.kiosks.set(PLACE, before, by="test")


def opened(address: str) -> Callable[[Page, Store], None]:
    return lambda page, _: void(page.goto(address))


def void(_: object) -> None: ...


def mistaken(address: str) -> Callable[[Page, Store], None]:
    """The page as it comes back from a mistake."""

    def go(page: Page, _: Store) -> None:
        page.goto(address)
        page.evaluate("document.querySelectorAll('[required]').forEach((each) => each.removeAttribute('required'))")
        page.locator("main form button.go").first.click()
        page.wait_for_load_state()

    return go


def called(page: Page, _: Store) -> None:
    page.goto("/call")
    page.get_by_role("button", name="取下一通").click()
    page.locator("form.answer").wait_for()


def messaged(page: Page, _: Store) -> None:
    """A message to a box, and on to what becomes of it."""
    page.goto("/box/counter")
    page.locator("main textarea").first.fill("窗口的灯太暗了，看不清字")
    for group in page.locator("main fieldset").all():
        if group.locator("input[type=radio]").count():
            group.locator("input[type=radio]").first.check(force=True)
    page.locator("main form button.go").first.click()
    page.wait_for_url("**/case/**")


def drawn(page: Page, store: Store) -> None:
    """The page of a draw, which is reached by a ticket that is sent."""
    ticket = sign(store.path.with_suffix(".key").read_bytes(), f"prize:{SURVEY}", "0" * 32)
    page.goto("/case")
    page.evaluate(
        """([address, ticket]) => { const form = Object.assign(document.createElement("form"),
        { method: "post", action: address }); form.append(Object.assign(document.createElement("input"),
        { name: "ticket", value: ticket })); document.body.append(form); form.submit(); }""",
        [f"/prize/{SURVEY}", ticket],
    )
    page.locator("input[name=phone]").wait_for()


def at_counter(page: Page, store: Store) -> None:
    page.goto("/case")
    enrol_tablet(page.context, store, page.url, PLACE)
    page.goto(f"/k/{PLACE}")


PAGES: dict[str, tuple[str | None, Callable[[Page, Store], None]]] = {
    "sign-in": (None, opened("/login")),
    "sign-in mistaken": (None, mistaken("/login")),
    "password": ("agent", opened("/password")),
    "password mistaken": ("agent", mistaken("/password")),
    "sign-out": ("agent", opened("/logout")),
    "box": (None, opened("/box/counter")),
    "box mistaken": (None, mistaken("/box/counter")),
    "look-up": (None, opened("/case")),
    "look-up mistaken": (None, mistaken("/case")),
    "case": (None, messaged),
    "withdrawal": (None, opened("/s/power-visit/withdraw")),
    "withdrawal mistaken": (None, mistaken("/s/power-visit/withdraw")),
    "prize": (None, drawn),
    "tablet": (None, at_counter),
    "tablet not enrolled": (None, opened(f"/k/{PLACE}")),
    "tablet to enrol": (None, opened(f"/k/{PLACE}/enrol?code=2222-2222-2222")),
    "call desk": ("agent", opened("/call")),
    "call": ("agent", called),
    "typing": ("admin", opened("/typing/power-visit")),
    "typing mistaken": ("admin", mistaken("/typing/power-visit")),
    "forms of staff": ("staff-service", opened("/my")),
    "refused": ("agent", opened("/typing/nothing")),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_plain_page_in_the_dark_and_in_large_type(
    visitor: Visitor, prepared: Store, axe: str, name: str
) -> None:  # fmt: skip
    """Contrasts hold, every letter grows, nothing stands beside the screen."""
    who, go = PAGES[name]
    page = visitor(who, SCREENS[0])
    go(page, prepared)
    sizes: dict[bool, Any] = {}
    for large in (False, True):
        page.evaluate("(large) => document.documentElement.classList.toggle('large', large)", large)
        sizes[large] = page.evaluate(SIZES) + page.evaluate(FIELDS)
        for screen in SCREENS:
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
            assert page.evaluate(CUT) == []
        page.set_viewport_size(SCREENS[0])  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.wait_for_timeout(150)
            assert not violations(page, axe), (scheme, large)
    fixed = [usual for usual, grown in zip(sizes[False], sizes[True], strict=True) if grown[1] < usual[1] * 1.3]
    assert not fixed, "stays small in large type"
