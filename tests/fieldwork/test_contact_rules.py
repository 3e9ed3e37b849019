"""Who wants one channel only gets nothing by another, by any door and file; an exempt campaign says why it asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.fieldwork.calls import CallQueue
from surveys.fieldwork.campaigns.audience import LeftOutReason
from surveys.operations.happenings import Happening
from surveys.operations.launch import Followed, follow_up_event, plan_campaign, reach_audience, start
from surveys.operations.scheduler import Scheduler, links_of
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.fieldwork.test_campaigns import plan, send_all, started, waiting
from tests.support.front_door import NOW, SECRET, Clock

WANG = Contact("wang", "王芳", phone="13800000001", email="wang@example.cn", department="repair")
AGAIN = Contact("again", "王芳", phone="13800000001", email="fang@example.cn", department="repair")
LODGER = Contact("lodger", "李强", phone="13800000001", email="li@example.cn", department="repair")
LATER = NOW + timedelta(days=60)


@pytest.fixture
def known(published: Store) -> Store:
    published.contacts.keep([WANG, AGAIN, LODGER], by="test")
    return published


def asked(store: Store, channel: str) -> set[str]:
    return {each.id for each in reach_audience(store, plan(channel=channel), None, NOW).people}


def called(store: Store, queue: str = "q") -> int:
    return store.calls.open_queue(CallQueue(queue, "回访", "power-visit"), [WANG.id, AGAIN.id], by="test", now=NOW)


def test_one_channel_holds_for_all_files_and_addresses_of_a_person(known: Store) -> None:
    """Two files of one name and number are one person; who shares the number is spared there and reached elsewhere."""
    known.contacts.ask_only_by(WANG.id, "mail", by="test")
    assert asked(known, "mail") == {"wang", "again", "lodger"}
    found = reach_audience(known, plan(channel="sms"), None, NOW)
    assert (found.people, found.left_out) == ([], {LeftOutReason.OTHER_CHANNEL: 3})
    assert called(known) == 0, "a call goes to the same number"
    known.contacts.opt_out(AGAIN.id, by="test")
    assert asked(known, "mail") == {"lodger"}, "nothing at all is stricter"


def test_a_wish_for_calls_keeps_messages_away(known: Store) -> None:
    """And a call is made."""
    known.contacts.ask_only_by(WANG.id, "call", by="test")
    assert asked(known, "sms") == set() and asked(known, "mail") == {"lodger"}
    assert called(known) == 1, "one call for both files"


def test_a_wish_is_inherited_by_a_file_that_comes_later(published: Store) -> None:
    """A second import makes no second person, and a new address in a file is bound at once."""
    published.contacts.keep([WANG], by="test")
    published.contacts.ask_only_by(WANG.id, "sms", by="test")
    published.contacts.keep([AGAIN], by="test")
    assert asked(published, "mail") == set()
    lodger = Contact("new", "新人", email="fang@example.cn", department="repair")
    published.contacts.keep([lodger], by="test")
    assert asked(published, "mail") == set(), "the mailbox is known by now as that of somebody who wants messages only"


def test_a_wish_taken_back_leaves_those_of_others(known: Store) -> None:
    """Of people who share a number each may change only their own mind."""
    known.contacts.opt_out(LODGER.id, by="test")
    known.contacts.ask_only_by(WANG.id, "mail", by="test")
    known.contacts.opt_out(WANG.id, by="test", back=True)
    assert asked(known, "sms") == set(), "the lodger's number stays silent"
    assert asked(known, "mail") == {"wang", "again"}


def test_a_wish_that_comes_between_is_heard_at_every_step(known: Store) -> None:
    """Drawn, then put into the outbox, then sent, then reminded: each asks anew."""
    started(known, channel="mail", reminders=(3,))
    Scheduler(known, clock=Clock()).run_due()
    queued = known.outbox.counts()
    known.contacts.ask_only_by(WANG.id, "sms", by="test")
    invitations = known.invitations.of_campaign(known.campaigns.all()[0].id)
    links = links_of(known, SECRET, "https://x.example", clock=Clock())
    told = {each.contact for each in invitations if links(each.id) is not None}
    assert queued and told == {"lodger"}


def happened(store: Store, number: str) -> Followed:
    return follow_up_event(store, SECRET, Happening("work_order.closed", number, "wang", NOW), now=NOW)


EVENT = {"event": "work_order.closed", "after": 1}


def test_what_an_event_does_not_bring_about_is_said_by_reason(known: Store) -> None:
    """To the system that reports it."""
    started(known, schedule=EVENT)
    assert happened(known, "1").invitations == 1
    assert happened(known, "1").held_back == {LeftOutReason.KNOWN_EVENT: 1}
    assert happened(known, "2").held_back == {LeftOutReason.ASKED_LATELY: 1}
    known.contacts.ask_only_by("wang", "mail", by="test")
    assert happened(known, "3") == Followed(1, 0, {LeftOutReason.OTHER_CHANNEL: 1})


def test_an_exempt_campaign_asks_for_each_order_and_is_counted(known: Store) -> None:
    """Its reason and how many were to rest stand in the audit trail; wishes hold against it too."""
    exempt = started(known, schedule=EVENT, exempt_because="每张工单都要回访")
    assert [happened(known, number).invitations for number in "1223"] == [1, 1, 0, 1]
    assert known.invitations.despite_rest(exempt.id) == 2
    [line] = [each for each in known.accounts.audit() if each.action == "exempt campaign"]
    assert line.object == exempt.id and line.detail == "0: 每张工单都要回访"
    known.contacts.opt_out("wang", by="test")
    assert happened(known, "4").held_back == {LeftOutReason.OPTED_OUT: 1}


def test_whom_an_exempt_campaign_asks_rests_from_others(known: Store) -> None:
    """The plan says beforehand how many it would ask who were asked lately."""
    started(known)
    assert reach_audience(known, plan(), None, NOW).left_out == {LeftOutReason.ASKED_LATELY: 3}
    second = plan_campaign(known, plan(exempt_because="复查"), "power-visit", department=None, by="test", now=NOW)
    found = reach_audience(known, second.plan, None, NOW)
    assert (len(found.people), found.despite_rest) == (1, 1)
    start(known, second, SECRET, by="test", now=NOW, expected=1)
    assert known.invitations.despite_rest(second.id) == 1
    assert send_all(known) == waiting(known) == 0
    assert reach_audience(known, plan(), None, LATER - timedelta(days=31)).left_out.keys() == {
        LeftOutReason.ASKED_LATELY
    }
