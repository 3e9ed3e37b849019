"""At every door an answer belongs to the round in which it was begun, and counts once in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from surveys.accounts import Account, new_session_token, token_hash
from surveys.definition.round_rules import RoundRule
from surveys.fieldwork.protection import Protection
from surveys.fieldwork.rounds import Round
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.front_door import NOW, Clock, add_account, be, heading, hidden, visiting
from tests.support.open_review import REVIEW, publish_review
from tests.web.test_api import GIVEN, TestClient, clock, hand_in, system

__all__ = ["clock", "system"]
DAY = timedelta(days=1)


@pytest.fixture
def wu(store: Store) -> Account:
    publish_review(store)
    return add_account(store, "wu", Role.STAFF, ("service",))


def plan(store: Store, survey: str, code: str, opens: datetime, closes: datetime | None = None) -> None:
    store.rounds.plan(Round(survey, code, None, opens, closes, created_by="test"), now=opens)


def rounds_of(store: Store, survey: str) -> list[str | None]:
    return sorted((each.round for each in store.responses.newest(survey, 100)), key=str)


def test_a_quarterly_survey_is_answered_again_in_the_next_quarter_and_not_before(store: Store, wu: Account) -> None:
    time = Clock()
    with visiting(store, time) as browser:
        for now, amount in ((NOW, 1), (NOW + 30 * DAY, 1), (datetime(2027, 1, 2, 2, tzinfo=UTC), 2)):
            time.now = now
            token = new_session_token()
            store.accounts.begin_session(wu, token_hash(token), now)
            browser.cookies.set(SESSION_COOKIE, token)
            page = browser.get(f"/s/{REVIEW}")
            if page.status_code == 200:
                for department in ("repair", "connection"):
                    browser.post(f"/s/{REVIEW}", data={**hidden(page.text), "department": department, "overall": "4"})
                    page = browser.get(f"/s/{REVIEW}")
            assert page.status_code == 409 and "每轮每人填写一次" in page.text
            assert store.responses.amount(REVIEW) == 2 * amount
    assert rounds_of(store, REVIEW) == [None] * 4  # the calendar says which
    assert {code: each.answers for code, each in store.rounds.counts(REVIEW).items()} == {"2026-Q4": 2, "2027-Q1": 2}
    assert store.rounds.counts(REVIEW)["2026-Q4"].took_part == 1


def test_between_rounds_the_form_says_when_the_next_one_opens(published: Store) -> None:
    published.rounds.set_rule("power-visit", RoundRule(), by="test", now=NOW)
    plan(published, "power-visit", "autumn", NOW - DAY, NOW)
    plan(published, "power-visit", "winter", NOW + DAY)
    with visiting(published) as browser:
        page = browser.get("/s/power-visit")
    assert (page.status_code, heading(page.text)) == (404, "这一轮已经结束，下一轮还没有开始")
    assert "2026-11-23 10:30" in page.text


def test_what_was_begun_in_a_round_belongs_to_it_although_it_closed_meanwhile(published: Store) -> None:
    published.rounds.set_rule("power-visit", RoundRule(), by="test", now=NOW)
    plan(published, "power-visit", "autumn", NOW - DAY)
    time, minutes = Clock(), timedelta(minutes=1)
    with visiting(published, time) as browser:
        begun = [hidden(browser.get("/s/power-visit").text) for _ in range(3)]
        time.now = NOW + 10 * minutes
        published.rounds.close_now("power-visit", "autumn", by="test", now=time.now)
        assert browser.get("/s/power-visit").status_code == 404
        sent = [browser.post("/s/power-visit", data={**begun[0], "csat": "4"}).status_code]
        plan(published, "power-visit", "winter", NOW + 11 * minutes)
        time.now = NOW + 20 * minutes
        sent += [browser.post("/s/power-visit", data={**begun[1], "csat": "4"}).status_code]
        time.now = NOW + 80 * minutes  # too late for the first; it is not lost
        sent += [browser.post("/s/power-visit", data={**begun[2], "csat": "4"}).status_code]
    assert sent == [200] * 3
    assert rounds_of(published, "power-visit") == ["autumn", "autumn", "winter"]


def test_one_answer_of_each_device_counts_in_a_round(published: Store) -> None:
    published.protections.set("power-visit", Protection(once_per_device=True), by="test")
    time = Clock()
    with visiting(published, time) as browser:
        for now in (NOW, NOW + DAY, NOW + 30 * DAY):
            time.now = now
            browser.post("/s/power-visit", data={**hidden(browser.get("/s/power-visit").text), "csat": "4"})
    assert published.responses.amount("power-visit") == 2


def test_a_sheet_of_paper_is_of_the_round_of_its_day(published: Store) -> None:
    published.rounds.set_rule("power-visit", RoundRule(), by="test", now=NOW)
    plan(published, "power-visit", "autumn", NOW - 9 * DAY, NOW - 5 * DAY)
    with visiting(published) as browser:
        be(browser, published, add_account(published, "clerk", Role.AGENT))
        page = browser.get("/typing/power-visit").text
        given = {**hidden(page), "_batch": "城东", "_tp": "repair-east", "k.csat": "4", "k.nps": "9", "k.comment": "好"}
        days = {"1": "2026-11-15", "2": "2026-11-20"}
        sent, sure = [], []
        for sheet, day in days.items():
            typed = {**given, "_sheet": sheet, "_day": day}
            sent.append(browser.post("/typing/power-visit", data=typed))
            more = hidden(sent[-1].text) | {"_left": "1", "_sheet": sheet, "_day": day}
            sure.append(browser.post("/typing/power-visit", data=typed | more))
    assert "没有开放的轮次" in sent[1].text and "没有开放的轮次" not in sent[0].text
    assert rounds_of(published, "power-visit") == ["autumn"], sure[0].text


def test_another_system_hands_in_answers_to_the_round_in_which_they_were_given(
    system: TestClient, published: Store, clock: Clock
) -> None:
    published.rounds.set_rule("power-visit", RoundRule(), by="test", now=NOW)
    plan(published, "power-visit", "autumn", NOW - 9 * DAY, NOW - 5 * DAY)
    assert "no round of it is open" in hand_in(system, "0").json()["detail"]
    plan(published, "power-visit", "winter", NOW - DAY)
    clock.now = NOW
    given = [(NOW - 6 * DAY).isoformat(), (NOW - timedelta(hours=1)).isoformat()]
    answers = [hand_in(system, f"{n}", received_at=each).status_code for n, each in enumerate(given, 1)]
    assert answers == [200, 200] and hand_in(system, "3").status_code == 200
    assert rounds_of(published, "power-visit") == ["autumn", "winter", "winter"]
    page = system.get("/surveys/power-visit/responses").json()["responses"]
    assert sorted(each["round"] for each in page) == ["autumn", "winter", "winter"]
    assert page[0]["answers"] == GIVEN
