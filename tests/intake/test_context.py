"""Context travels: what an event, an invitation, a call list or another system knows stands with the answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from surveys.accounts import new_session_token, token_hash
from surveys.definition.context.declared import USUAL, facts_to_keep
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.conftest import submission
from tests.fieldwork.test_calls import QUEUE
from tests.support.front_door import SECRET, Clock, add_account, field, hidden, visiting
from tests.web.test_api import ANSWER, EVENT, TestClient, clock, faults, follow_up_campaign, hand_in, system

__all__ = ["clock", "system"]  # fixtures

ABOUT = {
    "department": "repair", "touchpoint": "repair-east", "business_type": "故障抢修",
    "context": {"order": "WO-1", "crew": "城东一班", "agent": "8012"},
}  # fmt: skip
FACTS_OF_EVENT = {"order": "WO-1", "crew": "城东一班", "agent": "8012"}


def only(store: Store) -> StoredResponse:
    [[response]] = list(store.responses.responses("power-visit"))
    return response


def invited(system: TestClient, store: Store, clock: Clock, **changes: Any) -> str:
    """The token of whom an event has invited."""
    campaign = follow_up_campaign(store, clock)
    assert system.post("/events", json=EVENT | ABOUT | changes).json()["invitations"] == 1
    clock.passes(days=2)
    Scheduler(store, clock=clock).run_due()
    [invitation] = store.invitations.of_campaign(campaign)
    return link_token(SECRET, invitation.id)


def answered(store: Store, token: str, clock: Clock) -> StoredResponse:
    with visiting(store, clock) as browser:
        page = browser.get(f"/i/{token}").text
        assert browser.post(f"/i/{token}", data=hidden(page) | {"csat": "5", "nps": "9"}).status_code == 200
    return only(store)


def test_what_an_event_tells_stands_with_the_answer(system: TestClient, published: Store, clock: Clock) -> None:
    """By the personal link: touchpoint, department of the event, business type, order, crew, agent."""
    got = answered(published, invited(system, published, clock), clock)
    assert (got.touchpoint, got.department, got.business_type) == ("repair-east", "repair", "故障抢修")
    assert got.district == "城东"
    assert {name: got.context[name] for name in FACTS_OF_EVENT} == FACTS_OF_EVENT


def test_the_department_of_the_event_counts_without_a_touchpoint(
    system: TestClient, published: Store, clock: Clock
) -> None:  # fmt: skip
    """Whose service it was, and not where the customer is filed."""
    published.contacts.keep([_customer()], by="test")
    token = invited(system, published, clock, touchpoint=None)
    assert answered(published, token, clock).department == "repair"


def _customer() -> Contact:
    return Contact("c", "王先生", customer_number="3301", phone="13800138000", department="service")


def test_an_answer_by_text_message_has_the_context_of_its_invitation(
    system: TestClient, published: Store, clock: Clock
) -> None:  # fmt: skip
    """The same as by the link."""
    invited(system, published, clock)
    assert system.post("/sms", json={"id": "1", "from": "13800138000", "text": "5"}).json()["outcome"] == "accepted"
    got = only(published)
    assert (got.touchpoint, got.department, got.business_type) == ("repair-east", "repair", "故障抢修")
    assert {name: got.context[name] for name in FACTS_OF_EVENT} == FACTS_OF_EVENT


def test_a_phone_interview_carries_event_agent_and_list(system: TestClient, published: Store, clock: Clock) -> None:
    """Of a queue of those who have not answered an invitation; the agent is who called."""
    invited(system, published, clock)
    [campaign] = published.campaigns.all()
    assert published.calls.open_queue_of(QUEUE, campaign.id, by="test", now=clock()) == 1
    with visiting(published, clock) as browser:
        token = new_session_token()
        published.accounts.begin_session(add_account(published, "voice", Role.AGENT), token_hash(token), clock())
        browser.cookies.set(SESSION_COOKIE, token)
        desk = browser.get("/call").text
        address = browser.post("/call", data={"_csrf": field(desk, "_csrf")}).headers["location"]
        page = browser.get(address).text
        assert browser.post(address, data=hidden(page) | {"csat": "5", "nps": "9"}).status_code == 200
    got = only(published)
    assert (got.touchpoint, got.department, got.business_type) == ("repair-east", "repair", "故障抢修")
    assert got.context == FACTS_OF_EVENT | {"agent": "voice", "queue": "抢修回访"}


def test_an_anonymous_answer_has_no_context(system: TestClient, published: Store, clock: Clock) -> None:
    """Neither it nor the invitation keeps anything of the event."""
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish("power-visit", by="test")
    token = invited(system, published, clock)
    [invitation] = published.invitations.of_campaign(published.campaigns.all()[0].id)
    assert invitation.context == {}
    got = answered(published, token, clock)
    assert (got.touchpoint, got.business_type, got.context, got.department) == (None, None, {}, "service")
    assert facts_to_keep(survey, dict.fromkeys(USUAL, "x")) == {}
    refused = hand_in(system, touchpoint=None, context={"order": "WO-1", "crew": "一班"})
    assert faults(refused) == ["context.order", "context.crew"]


def test_an_answer_handed_in_carries_the_callers_reference(system: TestClient, published: Store) -> None:
    """The one given, else the number by which a repeat is known; it is read back, also from a batch."""
    hand_in(system, "A-1")
    hand_in(system, "A-2", context={"reference": "ORDER-9", "crew": "一班"})
    system.post("/responses/batch", json={"responses": [ANSWER | {"id": "A-3"}]})
    read = system.get("/surveys/power-visit/responses").json()["responses"]
    assert [each["context"] for each in read] == [
        {"reference": "A-1"}, {"reference": "ORDER-9", "crew": "一班"}, {"reference": "A-3"},
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["events", "responses"])
def test_facts_nobody_declared_are_refused_by_name(system: TestClient, published: Store, path: str) -> None:
    """Nothing is kept then."""
    if path == "events":
        answer = system.post("/events", json=EVENT | {"context": {"order": "1", "shoe_size": "42"}})
    else:
        answer = hand_in(system, context={"order": "1", "shoe_size": "42"})
    assert faults(answer) == ["context.shoe_size"] and published.responses.amount("power-visit") == 0


def test_an_unknown_touchpoint_of_an_event_is_refused(system: TestClient) -> None:
    assert faults(system.post("/events", json=EVENT | {"touchpoint": "nowhere"})) == ["touchpoint"]


def test_context_outlives_an_older_database(published: Store) -> None:
    """Answers without context are read as having none."""
    published.responses.append([submission(1), replace(submission(2), context={"order": "7"})])
    found = {each.id[-1]: each.context for chunk in published.responses.responses("power-visit") for each in chunk}
    assert found == {"1": {}, "2": {"order": "7"}}


# Reading on


def pages(system: TestClient, after: str = "", **wanted: Any) -> Iterator[dict[str, Any]]:
    while after is not None:
        page = system.get("/surveys/power-visit/responses", params={"after": after, "limit": 2, **wanted}).json()
        yield page
        after = page["next"]


def references(*read: dict[str, Any]) -> list[str]:
    return [each["context"]["reference"] for page in read for each in page["responses"]]


def test_a_cursor_sees_what_has_come_since(system: TestClient) -> None:
    """Each answer once, in the order in which they came, whenever one goes on reading."""
    for number in "123":
        hand_in(system, number)
    first = list(pages(system))
    for number in "45":
        hand_in(system, number, received_at="2020-01-01T00:00:00Z")
    second = list(pages(system, first[-1]["cursor"]))
    third = list(pages(system, second[-1]["cursor"]))
    assert (references(*first), references(*second), references(*third)) == (["1", "2", "3"], ["4", "5"], [])
    assert third[-1]["cursor"] == second[-1]["cursor"]


def test_reading_is_narrowed_by_time_and_place(system: TestClient) -> None:
    """Times with their zones; the end is not included."""
    hand_in(system, "1", received_at="2026-11-20T08:00:00+08:00")
    hand_in(system, "2", received_at="2026-11-21T08:00:00+08:00", touchpoint=None)
    since = list(pages(system, since="2026-11-20T12:00:00Z"))
    until = list(pages(system, until="2026-11-21T00:00:00Z"))
    assert (references(*since), references(*until)) == (["2"], ["1"])
    assert references(*pages(system, touchpoint="repair-east")) == ["1"]
    assert references(*pages(system, department="service")) == ["2"]
    assert references(*pages(system, channel="sms")) == []


@pytest.mark.parametrize(
    ("path", "query", "where"),
    [
        ("surveys/power-visit/responses", {"form": "2026-11-20", "after": ""}, ["query.form"]),
        ("surveys/power-visit/results", {"since": "x"}, ["query.since"]),
        ("surveys", {"page": "2", "limit": "3"}, ["query.limit", "query.page"]),
        ("surveys/power-visit/responses", {"after": "abc"}, ["query.after"]),
        ("surveys/power-visit/responses", {"since": "yesterday"}, ["query.since"]),
    ],
)
def test_what_is_asked_for_in_vain_is_refused(
    system: TestClient, path: str, query: dict[str, str], where: list[str]
) -> None:  # fmt: skip
    """A filter misspelt must not give out everything."""
    answer = system.get(f"/{path}", params=query)
    assert answer.status_code == 422 and faults(answer) == where


def test_a_number_stands_for_one_answer(system: TestClient, published: Store) -> None:
    """The same again is a repeat; another under the same number is refused, alone and in a batch; the first stays."""
    hand_in(system, "1")
    assert hand_in(system, "1").json()["outcome"] == "duplicate"
    other = {"answers": {"csat": 1, "nps": 0}}
    assert hand_in(system, "1", **other).status_code == 409
    batch = {"responses": [ANSWER | {"id": "1"}, ANSWER | {"id": "1"} | other]}
    receipts = system.post("/responses/batch", json=batch).json()["receipts"]
    assert [each["outcome"] for each in receipts] == ["duplicate", "conflict"]
    assert only(published).answers["csat"] == 5


def test_a_number_stands_for_one_event(system: TestClient, published: Store, clock: Clock) -> None:
    """Reported again it is the same; with another customer it is refused."""
    follow_up_campaign(published, clock)
    assert [system.post("/events", json=EVENT).status_code for _ in range(2)] == [202, 202]
    other = {"customer": {"customer_number": "4402", "phone": "13900000000"}}
    assert system.post("/events", json=EVENT | other).status_code == 409
    assert published.contacts.numbered("4402") is None


def test_an_event_nobody_listens_to_says_so(system: TestClient, published: Store, clock: Clock) -> None:
    """So does one that campaigns wait for but that invites nobody."""
    alone = system.post("/events", json=EVENT).json()
    follow_up_campaign(published, clock)
    heard = system.post("/events", json=EVENT | {"id": "2"}).json()
    again = system.post("/events", json=EVENT | {"id": "3"}).json()
    assert (alone["invitations"], alone["listening"]) == (0, 0) and "work_order.closed" in alone["note"]
    assert (heard["invitations"], heard["listening"], heard["note"]) == (1, 1, "")
    assert (again["invitations"], again["listening"]) == (0, 1) and "invited lately" in again["note"]


def test_of_an_anonymous_survey_no_order_is_kept(published: Store) -> None:
    """The table of arrivals has named answers alone."""
    published.responses.append([submission(1)])
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish("power-visit", by="test")
    published.responses.append([submission(2, version=2, received_at=None)])
    with sqlite3.connect(published.path) as db:
        assert [row[0][-1] for row in db.execute("SELECT response FROM arrivals")] == ["1"]


def test_results_of_an_anonymous_survey_change_by_whole_batches(
    system: TestClient, published: Store, clock: Clock
) -> None:
    """A reader who looks every day sees nothing move until five more people have answered on days gone by."""
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish("power-visit", by="test")

    def answer(*numbers: int) -> None:
        day = local_day(clock())
        published.responses.append(
            [
                submission(each, version=2, received_at=None, received_on=day, department="service", touchpoint=None)
                for each in numbers
            ]
        )

    def seen() -> tuple[str, int]:
        published.responses.settle(date.max)
        results = system.get("/surveys/power-visit/results").json()
        return results["release"], max(each["n"] for each in results["figures"])

    looks = []
    for numbers in ([1, 2, 3, 4, 5], [6], [], [7, 8, 9], [10], []):
        answer(*numbers)
        looks.append(seen())
        clock.passes(days=1)
    assert [n for _, n in looks] == [0, 5, 5, 5, 5, 10]
    assert len({mark for mark, _ in looks}) == 3
