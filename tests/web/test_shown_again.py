"""A form that is to be mended has an address: shown anew and gone back to, in the browser that has sent it alone."""

from __future__ import annotations

import pytest

from surveys.accounts import Role
from surveys.cases.opinion_boxes import Box, category_code
from surveys.localisation.clock import utc_now
from surveys.storage import Store
from surveys.web.forms import shown_again
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import Clock, TestClient, add_account, be, hidden, receipt, visiting
from tests.support.open_review import publish_review
from tests.web.test_form_addresses import address, orders

pytestmark = pytest.mark.dated

WAYS = ("/s/orders?order=A1&tp=repair-east", "/i/{token}?order=A1", "/box/east?from=poster", "/s/orders")


def at(store: Store, way: str) -> str:
    """A way to a form in which something must be written."""
    orders(store, {"code": "more", "type": "short_text", "title": "还有"})
    store.boxes.save(Box("east", "城东意见箱", "repair"), by="test")
    return way.format(token=invite(store, campaign(store, "orders"), "c-1")[0])


def mistaken(browser: TestClient, way: str) -> str:
    """The address that a form leads on to in which what must be written is missing."""
    page = browser.get(way).text
    typed = {"contact": "写到一半"} if way.startswith("/box") else {"more": "写到一半"}
    answer = browser.post(address(page), data={**hidden(page), **typed}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


@pytest.mark.parametrize("way", WAYS)
def test_what_is_to_be_mended_is_shown_as_often_as_one_likes(store: Store, way: str) -> None:
    """With what was typed and what is wrong; sent from there, it goes to the address it was given out under."""
    way = at(store, way)
    with visiting(store) as browser:
        back = mistaken(browser, way)
        assert back.startswith(way)
        for _ in range(3):
            page = browser.get(back)
            assert page.status_code == 422 and "写到一半" in page.text and "需要改正" in page.text
            assert address(page.text) == way
        fields = {"text": "好", "category": category_code("建议")} if way.startswith("/box") else {"said": "好"}
        assert receipt(browser.post(way, data={**hidden(page.text), **fields}).text)


@pytest.mark.parametrize("way", WAYS)
def test_who_is_handed_its_address_gets_an_empty_form(store: Store, way: str) -> None:
    """With all that the link says, and nothing of what another has typed."""
    way = at(store, way)
    with visiting(store) as browser, visiting(store) as other:
        back = mistaken(browser, way)
        browser.get(back)
        browser.cookies.clear()
        for visitor in (browser, other):
            answer = visitor.get(back, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, way)


def test_a_browser_without_cookies_sees_it_once(store: Store) -> None:
    """And has lost nothing when it is led on."""
    way = at(store, WAYS[0])
    with visiting(store) as browser:
        back = mistaken(browser, way)
        browser.cookies.clear()
        assert "写到一半" in browser.get(back).text
        assert browser.get(back, follow_redirects=False).status_code == 303


def test_it_is_kept_for_half_an_hour(store: Store) -> None:
    """Then the address leads to the form as it was given out."""
    way, clock = at(store, WAYS[0]), Clock()
    with visiting(store, clock) as browser:
        back = mistaken(browser, way)
        clock.passes(minutes=29)
        assert browser.get(back).status_code == 422
        clock.passes(minutes=2)
        assert browser.get(back, follow_redirects=False).headers["location"] == way


@pytest.mark.parametrize("reason", ["too large", "too many"])
def test_what_is_not_kept_is_shown_at_once(store: Store, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """Memory has its limits; nothing typed is lost by them, and what others were led on to is still there."""
    way = at(store, WAYS[0])
    with visiting(store) as browser:
        first = mistaken(browser, way)
        monkeypatch.setattr(shown_again, *(("_LARGEST", 3) if reason == "too large" else ("_MOST", 1)))
        page = browser.get(way).text
        answer = browser.post(way, data={**hidden(page), "more": "写到一半"}, follow_redirects=False)
        assert answer.status_code == 422 and "写到一半" in answer.text
        assert browser.get(first).status_code == 422


def test_room_is_made_of_what_was_shown_long_ago(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of what somebody is being led on to."""
    monkeypatch.setattr(shown_again, "_MOST", 2)
    way, clock = at(store, WAYS[0]), Clock()
    with visiting(store, clock) as browser:
        old, newer = mistaken(browser, way), mistaken(browser, way)
        clock.passes(minutes=2)
        newest = mistaken(browser, way)
        assert browser.get(old, follow_redirects=False).status_code == 303
        assert browser.get(newer).status_code == browser.get(newest).status_code == 422


def test_the_next_person_at_a_computer_finds_nothing_about_colleagues(store: Store) -> None:
    """Neither signed in as someone else, nor signed out, nor after the answer was given."""
    publish_review(store)
    wu, li = (add_account(store, name, Role.STAFF) for name in ("wu", "li"))
    way, typed = "/s/open-review", {"department": "repair", "comment": "写到一半"}
    with visiting(store) as browser:
        be(browser, store, wu)
        page = browser.get(way).text
        answer = browser.post(way, data={**hidden(page), **typed}, follow_redirects=False)
        back = answer.headers["location"]
        assert "写到一半" in browser.get(back).text
        be(browser, store, li)
        assert browser.get(back, follow_redirects=False).headers["location"] == way
        be(browser, store, wu)
        page = browser.get(back).text
        assert "写到一半" in page
        assert receipt(browser.post(way, data={**hidden(page), **typed, "overall": "4"}).text)
        assert browser.get(back, follow_redirects=False).headers["location"] == way


def test_in_a_frame_it_is_the_answer_itself(store: Store) -> None:
    """A frame of another website gets no cookies."""
    at(store, WAYS[0])
    with visiting(store) as browser:
        page = browser.get("/embed/orders").text
        answer = browser.post("/embed/orders", data={**hidden(page), "more": "写到一半"}, follow_redirects=False)
        assert answer.status_code == 422 and "写到一半" in answer.text


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "by the clock"])
def test_of_a_survey_closed_meanwhile_it_is_shown_as_long_as_it_is_taken(store: Store, *, at_once: bool) -> None:
    """Whatever was begun in time is taken for a while, unless nothing more is to come in."""
    way, clock = at(store, WAYS[0]), Clock()
    clock.now = utc_now()
    with visiting(store, clock) as browser:
        back = mistaken(browser, way)
        store.surveys.close("orders", by="test", at_once=at_once)
        clock.passes(minutes=1)
        page = browser.get(back)
        assert page.status_code == (410 if at_once else 422)
        if not at_once:
            assert receipt(browser.post(way, data={**hidden(page.text), "said": "好"}).text)
