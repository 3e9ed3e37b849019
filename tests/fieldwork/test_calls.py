"""Phone interviews: rules of calling again, and one agent to a call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from surveys.fieldwork.calls import Call, CallOutcome, CallQueue, CallRules, CallState, UnfitAppointment, after
from surveys.people.contact import Contact, Secrecy
from surveys.people.visibility import Sight
from surveys.storage import Store
from surveys.storage.records.calls import NotHeld
from tests.support.front_door import NOW, publish

EVERYTHING = Sight(None, Secrecy.TOP, plain=False)
OPEN = Sight(None, Secrecy.NONE, plain=False)
QUEUE = CallQueue("q", "抢修回访", "power-visit", "您好，我是供电公司的客服。")
BUSINESS = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai


def person(number: int, **changes: object) -> Contact:
    values = {"id": f"c{number}", "name": "王建国", "phone": f"138{number:08d}", "department": "repair"}
    return Contact(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def calling(store: Store) -> Store:
    """Three people to be called about a published survey."""
    publish(store, "power-visit", "service")
    store.contacts.keep([person(number) for number in range(3)], by="test")
    store.calls.open_queue(QUEUE, ["c0", "c1", "c2"], by="test", now=NOW)
    return store


# Rules


CALL = Call("x", "q", "c0", NOW, state=CallState.HELD, held_by="voice")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-25T01:00", "2026-11-25T01:00"), ("2026-11-25T00:59", "2026-11-25T01:00"),
        ("2026-11-25T12:00", "2026-11-26T01:00"), ("2026-11-27T12:00", "2026-11-30T01:00"),
        ("2026-11-28T03:00", "2026-11-30T01:00"),
    ],
    ids=["just open", "before", "evening", "Friday evening", "Saturday"],
)  # fmt: skip
def test_people_are_called_at_decent_hours(now: str, opens: str) -> None:
    """9:00 to 20:00 in Shanghai, here on working days alone."""
    rules, moment = CallRules(weekends=False), datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert rules.next_open(moment) == datetime.fromisoformat(opens).replace(tzinfo=UTC)
    assert rules.open_at(moment) is (now == opens)


def test_an_unanswered_call_is_tried_again_so_many_times() -> None:
    """After the spacing, moved into the hours of calling; then it is given up."""
    rules = CallRules(times=2, spacing_minutes=60)
    again = after(CALL, CallOutcome.NO_ANSWER, rules, BUSINESS)
    assert (again.state, again.tries, again.due_at) == (CallState.WAITING, 1, BUSINESS + timedelta(hours=1))
    evening = after(CALL, CallOutcome.NO_ANSWER, rules, datetime(2026, 11, 25, 11, 30, tzinfo=UTC))
    assert evening.due_at == datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    assert after(again, CallOutcome.NO_ANSWER, rules, BUSINESS).state is CallState.DONE


def test_an_appointment_is_kept_to_the_minute_and_within_the_hours() -> None:
    agreed = BUSINESS + timedelta(days=1, minutes=17)
    later = after(replace(CALL, tries=7), CallOutcome.LATER, CallRules(), BUSINESS, agreed)
    assert (later.state, later.due_at, later.agreed) == (CallState.WAITING, agreed, True)
    for unfit in (None, BUSINESS, BUSINESS - timedelta(1), BUSINESS + timedelta(61), BUSINESS + timedelta(hours=12)):
        with pytest.raises(UnfitAppointment):
            after(CALL, CallOutcome.LATER, CallRules(), BUSINESS, unfit)


@pytest.mark.parametrize("outcome", [CallOutcome.REFUSED, CallOutcome.WRONG_NUMBER, CallOutcome.NOT_WANTED])
def test_some_are_not_called_again(outcome: CallOutcome) -> None:
    assert after(CALL, outcome, CallRules(), BUSINESS).state is CallState.DONE


def test_hours_have_an_order() -> None:
    with pytest.raises(ValueError, match="opens"):
        CallRules(opens=time(20), closes=time(9))


# Who calls whom


def test_many_agents_at_once_never_have_the_same_call(store: Store) -> None:
    """Twenty threads take sixty calls; nobody is called twice, in neither of two queues."""
    publish(store, "power-visit")
    store.contacts.keep([person(number) for number in range(60)], by="test")
    for name in ("a", "b"):
        queue = replace(QUEUE, id=name)
        assert store.calls.open_queue(queue, [f"c{n}" for n in range(60)], by="test", now=NOW) == 60

    def work(agent: int) -> list[str]:
        taken = [store.calls.take(f"agent {agent}-{each}", OPEN, NOW) for each in range(6)]
        return [call.contact for call in taken if call]

    with ThreadPoolExecutor(20) as pool:
        taken = [contact for contacts in pool.map(work, range(20)) for contact in contacts]
    assert len(taken) == len(set(taken)) == 60


def test_a_call_is_the_agents_until_its_hold_ends(calling: Store) -> None:
    """Asking again gives the same one; after the hold another agent may take it, and the first has it no more."""
    first = calling.calls.take("a", OPEN, NOW)
    assert first and calling.calls.take("a", OPEN, NOW) == first
    others = [calling.calls.take(agent, OPEN, NOW) for agent in "bcd"]
    assert others[2] is None and len({each.id for each in others if each} | {first.id}) == 3
    late = NOW + timedelta(minutes=31)
    taken = calling.calls.take("d", OPEN, late)
    assert taken and taken.id in {first.id, *(each.id for each in others if each)}
    before = next(agent for agent, call in zip("abc", [first, *others], strict=False) if call and call.id == taken.id)
    with pytest.raises(NotHeld):
        calling.calls.report(taken.id, before, CallOutcome.REFUSED, late)


def test_who_is_called_is_who_may_be(calling: Store) -> None:
    """Nobody who opted out, has no phone, is held too closely or belongs elsewhere; none at night."""
    calling.contacts.opt_out("c0", by="test")
    calling.contacts.keep([person(1, secrecy=Secrecy.TOP), person(2, department="service")], by="test")
    assert calling.calls.take("a", Sight(frozenset({"repair"}), Secrecy.NONE, plain=False), NOW) is None
    assert calling.calls.take("a", OPEN, NOW.replace(hour=15)) is None
    assert calling.calls.take("a", OPEN, NOW).contact == "c2"  # type: ignore[union-attr]
    assert calling.calls.take("b", EVERYTHING, NOW).contact == "c1"  # type: ignore[union-attr]
    calling.contacts.keep([person(9, phone=""), person(8)], by="test")
    assert calling.calls.open_queue(replace(QUEUE, id="r"), ["c9", "c8", "c0", "no one"], by="test", now=NOW) == 1
    calling.calls.close_queue("r", by="test", now=NOW)
    assert calling.calls.take("c", EVERYTHING, NOW) is None


def test_an_appointment_comes_first_when_its_time_has_come(calling: Store) -> None:
    first = calling.calls.take("a", OPEN, NOW)
    assert first
    calling.calls.report(first.id, "a", CallOutcome.LATER, NOW, NOW + timedelta(hours=1))
    assert calling.calls.take("b", OPEN, NOW + timedelta(minutes=59)).id != first.id  # type: ignore[union-attr]
    assert calling.calls.take("a", OPEN, NOW + timedelta(hours=1)).id == first.id  # type: ignore[union-attr]
