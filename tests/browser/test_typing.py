"""Typing sheets in with the keyboard alone: every code stays in the place it was typed for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.browser.conftest import session_of
from tests.browser.serving import DESKTOP, served
from tests.support.front_door import add_account, publish

pytestmark = pytest.mark.browser
ITEMS = ("csat", "reliability", "repair", "connection", "attitude", "information", "nps")


@pytest.fixture
def desk(chromium: Browser, store: Store) -> Iterator[Page]:
    """A clerk before an empty sheet of a named batch, the cursor in its first field."""
    publish(store, "power-visit")
    add_account(store, "clerk", Role.AGENT)
    with served(store) as address:
        context = chromium.new_context(base_url=address, viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(store, "clerk"), "url": address}])
        page = context.new_page()
        page.goto("/typing/power-visit")
        expect(field(page, "csat")).to_be_focused()
        page.get_by_label("批次").fill("十一月")
        field(page, "csat").focus()
        yield page
        context.close()


def field(page: Page, item: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[name="k.{item}"]')


def keyed(page: Page, *codes: str) -> None:
    """Each code and Enter, as fast as keys come."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def test_a_sheet_is_kept_as_it_was_typed(desk: Page, store: Store) -> None:
    """A code and Enter each; the last Enter stands before saving, one more saves, and all is read back."""
    keyed(desk, "5", "4", "3", "2", "1", "99", "8", "")
    assert [field(desk, item).input_value() for item in ITEMS] == ["5", "4", "3", "2", "1", "99", "8"]
    expect(desk.get_by_role("button", name="保存，录下一份")).to_be_focused()
    assert store.responses.amount("power-visit") == 0
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("第 1 份：5 · 4 · 3 · 2 · 1 · 99 · 8")
    [[kept]] = store.responses.responses("power-visit")
    assert [kept.answers[item] for item in ITEMS] == [5, 4, 3, 2, 1, "na", 8]
    expect(field(desk, "csat")).to_be_focused()
    assert all(not field(desk, item).input_value() for item in ITEMS)


def test_keys_too_many_don_t_run_into_the_next_sheet(desk: Page, store: Store) -> None:
    """Digits typed after the last field go nowhere."""
    keyed(desk, "5", "4", "3", "2", "1", "99", "8", "")
    desk.keyboard.type("777")
    assert store.responses.amount("power-visit") == 0
    assert [field(desk, item).input_value() for item in ITEMS] == ["5", "4", "3", "2", "1", "99", "8"]


def test_a_wrong_code_is_marked_where_it_stands(desk: Page) -> None:
    """Enter does not go on, the field says why; once mended it does, and the mark is gone."""
    keyed(desk, "7")
    expect(field(desk, "csat")).to_be_focused()
    alert = desk.locator(".tf", has=field(desk, "csat")).get_by_role("alert")
    expect(alert).to_be_visible()
    keyed(desk, "５")
    expect(alert).to_be_hidden()
    expect(field(desk, "reliability")).to_be_focused()


def test_empty_questions_are_asked_about_by_keyboard(desk: Page, store: Store) -> None:
    """Nothing is kept at first; what was typed stands there still, and one more Enter on the question keeps it so."""
    keyed(desk, "5", "", "", "", "", "", "", "", "")
    expect(desk.get_by_role("alert").first).to_contain_text("没有键入编号")
    assert store.responses.amount("power-visit") == 0 and field(desk, "csat").input_value() == "5"
    expect(field(desk, "reliability")).to_be_focused()
    keyed(desk, *[""] * 7)
    expect(desk.get_by_role("button", name="纸面上就是这样")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("第 1 份：5")
    [[kept]] = store.responses.responses("power-visit")
    assert kept.answers == {"csat": 5}


def test_enter_in_the_head_of_the_page_saves_nothing(desk: Page, store: Store) -> None:
    """It goes on to the next field there as well."""
    desk.get_by_label("份号").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("收到日期")).to_be_focused()
    assert store.responses.amount("power-visit") == 0


def test_enter_of_an_input_method_stays_in_its_field(desk: Page) -> None:
    """It ends the word that is being composed; the next Enter goes on."""
    comment = field(desk, "comment")
    comment.focus()
    comment.fill("师傅很好")
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        desk.evaluate(
            "(how) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
            "{ key: 'Enter', bubbles: true, cancelable: true, ...how }))",
            composing,
        )
        expect(comment).to_be_focused()
    desk.keyboard.press("Enter")
    expect(comment).not_to_be_focused()
    expect(comment).to_have_value("师傅很好")
