"""Systems of customers, each from set-up over two rounds to a result per subject, through the doors that users have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from analysis.facts import analysed_facts, values_of
from analysis.frames import item_column
from analysis.level.satisfaction import mean_score
from analysis.released.evidence import PlaceNames
from analysis.released.gate import gate_of
from analysis.released.parts import Column
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.organisation.departments import Department, Touchpoint
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.support.front_door import SECRET, Clock, hidden, publish, visiting
from tests.web.test_api import TestClient, clock, system

__all__ = ["clock", "system"]  # fixtures
pytestmark = pytest.mark.dated
ROUNDS = 2
Door = Callable[[int], None]  # brings the answers of a round


def answer(store: Store, clock: Clock, address: str, **typed: str) -> None:
    with visiting(store, clock) as browser:
        sent = browser.post(address, data=hidden(browser.get(address).text) | typed)
        if 'class="answer"' in sent.text:  # what was entered has brought up further questions
            sent = browser.post(address, data=hidden(sent.text) | typed)
        assert sent.status_code == 200 and 'class="answer"' not in sent.text


def event(system: TestClient, number: str, kind: str, **more: Any) -> int:
    body = {"id": number, "kind": kind, "occurred_at": "2026-11-22T10:00:00+08:00"}
    body["customer"] = {"customer_number": number, "phone": f"138{int(number):08d}"}
    answered = system.post("/events", json=body | more)
    assert answered.status_code == 202, answered.text
    return int(answered.json()["invitations"])


def campaign(store: Store, clock: Clock, survey: str, kind: str) -> str:
    plan = Plan(name=survey, channel="sms", schedule=Schedule(event=kind, after=1, unit=Unit.HOURS))
    planned = plan_campaign(store, plan, survey, department=None, by="test", now=clock())
    start(store, planned, SECRET, by="test", now=clock())
    return planned.id


def by_links(store: Store, clock: Clock, planned: str, typed: dict[str, str]) -> None:
    """Everyone invited answers behind their own link."""
    clock.passes(hours=2)
    Scheduler(store, clock=clock).run_due()
    for each in store.invitations.of_campaign(planned):
        if not each.finished:
            answer(store, clock, f"/i/{link_token(SECRET, each.id)}", **typed)


def result(store: Store, survey: str, column: str) -> dict[str, int]:
    """How many answers each value of a column has, through the gate that pages read by."""
    record = store.surveys.get(survey)
    facts = {name: values_of(fact, "zh-Hans") for name, fact in analysed_facts(record.survey).items()}
    view = gate_of(store).answers(record, None, PlaceNames(facts=facts))
    item = Column(item_column(record.survey.overall or ""))
    found = {each: view.within(where={column: each}) for each in view.values(column)}
    return {name: part.ask(mean_score, item, low=1, high=5).n for name, part in found.items() if part.n}


def in_rounds(clock: Clock, door: Door) -> None:
    for number in range(ROUNDS):
        door(number)
        clock.passes(days=40)


def test_s5_closed_loop(system: TestClient, store: Store, clock: Clock) -> None:
    """An order closes, its customer is asked by text message, and crews have their results."""
    publish(store, "work-order", "service")
    planned = campaign(store, clock, "work-order", "work_order.closed")

    def orders(number: int) -> None:
        for n, crew in enumerate(("一班", "一班", "二班")):
            context = {"order": f"WO-{number}-{n}", "crew": crew, "business": "fault", "hours_to_resolve": "3"}
            assert event(system, f"{number}{n}1", "work_order.closed", department="repair", context=context) == 1
        by_links(store, clock, planned, {"solved": "fully", "csat": "5"})

    in_rounds(clock, orders)
    assert result(store, "work-order", "context.crew") == {"一班": 4, "二班": 2}
    assert result(store, "work-order", "context.business") == {"故障抢修": 6}
    assert result(store, "work-order", "context.hours_to_resolve") == {"< 4 小时": 6}
    assert {each.department for each in store.responses.newest("work-order", 9)} == {"repair"}


def test_s11_touchpoints(store: Store, clock: Clock) -> None:
    """Each touchpoint by the poster that hangs there."""
    places = [Touchpoint(f"hall-{n}", f"{n} 号营业厅", "service", stage="办理") for n in (1, 2)]
    store.organisation.save([Department("service", "营销服务部")], places)
    publish(store, "touchpoint-spot", "service")
    survey = store.surveys.get("touchpoint-spot").survey
    typed = {each.code: "5" for each in survey.questions() if each.required}

    def posters(_: int) -> None:
        for place in places:
            answer(store, clock, f"/s/touchpoint-spot?tp={place.code}", **typed)

    in_rounds(clock, posters)
    assert result(store, "touchpoint-spot", "touchpoint") == {"hall-1": 2, "hall-2": 2}


def test_s19_insurance(store: Store, clock: Clock) -> None:
    """The four questions of the short survey, split by the policy in the link; the counter asks underwriting."""
    publish(store, "insurance-short", "service")
    publish(store, "insurance-counter", "service")
    short = {"csat": "4", "initiative": "own", "terms": "fully", "claims": "mostly"}
    counter = {"matter": "underwriting", "csat": "5", "courtesy": "5", "competence": "5", "plan": "4"}

    def clients(_: int) -> None:
        answer(store, clock, "/s/insurance-short?policy_kind=车险", **short)
        answer(store, clock, "/s/insurance-counter?counter=3&line=motor", **counter)

    in_rounds(clock, clients)
    assert result(store, "insurance-short", "context.policy_kind") == {"车险": 2}
    assert result(store, "insurance-counter", "context.line") == {"车险": 2}
    kept = store.responses.newest("insurance-short", 1)[0].answers
    assert {kept["initiative"], kept["terms"], kept["claims"]} == {"own", "fully", "mostly"}


def test_s21_key_accounts(store: Store, clock: Clock) -> None:
    """Named people of key accounts behind links of their own, whose answers keep who gave them."""
    people = [
        Contact(f"k{n}", f"企业 {n}", customer_number=f"K{n}", phone=f"1390000000{n}", tier="重要") for n in (1, 2)
    ]
    store.contacts.keep(people, by="test")
    publish(store, "key-account", "service")
    survey = store.surveys.get("key-account").survey
    typed = {each.code: "4" for each in survey.questions() if each.required}

    def asked(number: int) -> None:
        plan = Plan(name=f"第 {number} 轮", channel="sms", schedule=Schedule(at=clock(), unit=Unit.DAYS))
        planned = plan_campaign(store, plan, "key-account", department=None, by="test", now=clock())
        start(store, planned, SECRET, by="test", now=clock())
        by_links(store, clock, planned.id, typed)

    in_rounds(clock, asked)
    kept = store.responses.newest("key-account", 9)
    assert sorted(each.contact or "" for each in kept) == ["k1", "k1", "k2", "k2"]


def test_s23_keypad_and_text_message(system: TestClient, store: Store, clock: Clock) -> None:
    """Agent and list come along with keys and messages, and split the results."""
    publish(store, "keypad-reply", "service")

    def calls(number: int) -> None:
        for agent in ("8001", "8002"):
            call = {"id": f"{number}{agent}", "survey": "keypad-reply", "context": {"agent": agent, "queue": "热线"}}
            assert system.post("/ivr", json=call | {"keys": ["5", "1"]}).json()["outcome"] == "accepted"
            assert system.post("/sms", json=call | {"text": "4 1"}).json()["outcome"] == "accepted"

    in_rounds(clock, calls)
    assert result(store, "keypad-reply", "context.agent") == {"8001": 4, "8002": 4}
    assert result(store, "keypad-reply", "context.queue") == {"热线": 8}
    assert result(store, "keypad-reply", "channel") == {"ivr": 4, "sms": 4}


@pytest.mark.parametrize(
    ("survey", "businesses"),
    [
        ("new-connection", ["new", "increase"]), ("capacity-change", ["reduce", "suspend", "substitute", "voltage"]),
        ("account-change", ["transfer", "reclass", "close", "merge", "split"]),
        ("site-change", ["relocate", "move_meter", "remove"]),
    ],
)  # fmt: skip
def test_s24_business_catalogue(
    system: TestClient, store: Store, clock: Clock, survey: str, businesses: list[str]
) -> None:
    """Each of the fourteen with the papers it needs, asked for what concerns it, and with a result of its own."""
    publish(store, survey, "service")
    planned = campaign(store, clock, survey, "business.done")
    [fact] = [each for each in store.surveys.get(survey).survey.context if each.code == "biz"]
    assert [each.code for each in fact.options] == businesses and all(each.note for each in fact.options)

    def done(number: int) -> None:
        for n, business in enumerate(businesses):
            assert event(system, f"{number}{n}2", "business.done", context={"biz": business, "order": "1"}) == 1
        by_links(store, clock, planned, {"csat": "4"})

    in_rounds(clock, done)
    labels = [str(each.label) for each in fact.options]
    assert result(store, survey, "context.biz") == dict.fromkeys(labels, ROUNDS)
    assert store.responses.newest(survey, 1)[0].received_on > (clock() - timedelta(days=60)).date()
