"""One message for each address; wishes and the time between invitations go by address, whatever files there are."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from surveys.fieldwork.campaigns.audience import LeftOutReason
from surveys.fieldwork.campaigns.campaign import Campaign
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.operations.launch import Happening, follow_up, reach_audience
from surveys.operations.scheduler import Scheduler, links_of
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.fieldwork.test_calls import BUSINESS, OPEN, QUEUE
from tests.fieldwork.test_campaigns import plan, started, waiting
from tests.support.front_door import NOW, SECRET, Clock, visiting

PHONE, LATER = "13800001111", NOW + timedelta(days=90)


def files(store: Store, *changes: dict[str, str]) -> list[Contact]:
    """Files of people with one phone, each with a number of their own."""
    made = [
        Contact(f"{number:016x}", f"客户{number}", customer_number=str(number), **({"phone": PHONE} | each))  # type: ignore[arg-type]
        for number, each in enumerate(changes)
    ]
    store.contacts.keep(made, by="test")
    return made


def left_out(store: Store, channel: str = "sms", due=NOW) -> dict[LeftOutReason, int]:  # type: ignore[no-untyped-def]
    return dict(reach_audience(store, plan(channel=channel), None, due).left_out)


def run(store: Store) -> int:
    return Scheduler(store, clock=Clock()).run_due()


def visit_stop(store: Store, campaign: Campaign) -> None:
    [invitation] = store.invitations.of_campaign(campaign.id)
    with visiting(store) as browser:
        browser.post(f"/i/{link_token(SECRET, invitation.id)}/stop")


def test_three_files_with_one_phone_get_one_message(published: Store) -> None:
    """And the audience says how many were left out because of it."""
    files(published, {}, {}, {})
    assert left_out(published) == {LeftOutReason.SAME_ADDRESS: 2}
    started(published)
    assert (run(published), waiting(published)) == (1, 1)


def test_a_mailbox_is_the_same_in_capital_letters(published: Store) -> None:
    """For the draw, for wishes, and for finding someone."""
    files(published, {"email": "Zhang@example.cn"}, {"email": "zhang@example.cn"})
    assert left_out(published, "mail") == {LeftOutReason.SAME_ADDRESS: 1}
    assert len(published.contacts.with_email("ZHANG@example.cn")) == 2
    published.wishes.leave_alone("email", "ZHANG@EXAMPLE.cn", by="test", at=NOW)
    assert left_out(published, "mail") == {LeftOutReason.OPTED_OUT: 2}


def test_a_wish_holds_for_all_files_with_the_address(published: Store) -> None:
    """By the link in one message; other addresses in their files are still written to."""
    first, _ = files(published, {}, {"email": "li@example.cn"})
    visit_stop(published, started(published))
    assert left_out(published, due=LATER) == {LeftOutReason.OPTED_OUT: 2}
    assert [each.id for each in reach_audience(published, plan(channel="mail"), None, LATER).people] != [first.id]


@pytest.mark.parametrize("wish_first", [True, False], ids=["wished, then deleted", "deleted, then wished"])
def test_a_wish_outlives_the_file(published: Store, wish_first: bool) -> None:
    """Whoever is imported again under another number is not asked; the file says so, and can be opted in again."""
    [person] = files(published, {})
    campaign = started(published)
    if wish_first:
        visit_stop(published, campaign)
    published.contacts.delete(person.id, by="test")
    if not wish_first:
        visit_stop(published, campaign)
    published.contacts.keep([replace(person, id="again", customer_number="9")], by="test")
    assert left_out(published, due=LATER) == {LeftOutReason.OPTED_OUT: 1}
    assert published.wishes.since("again") is not None
    published.contacts.opt_out("again", by="test", back=True)
    assert left_out(published, due=LATER) == {} and published.wishes.since("again") is None


def test_no_address_is_readable_in_what_outlives_a_file(published: Store) -> None:
    """Only hashes that need the installation's secret."""
    [person] = files(published, {"email": "li@example.cn"})
    published.contacts.opt_out(person.id, by="test")
    published.contacts.delete(person.id, by="test")
    with sqlite3.connect(published.path) as db:
        kept = [row[0] for row in db.execute("SELECT address FROM wishes")]
    assert len(kept) == 2 and not any(PHONE in each or "li@" in each for each in kept)
    assert published.wishes.key("phone", PHONE) in kept


def test_the_resting_period_outlives_the_file(published: Store) -> None:
    """Deleted and imported again, by another channel too: asked lately is asked lately, for an event as well."""
    [person] = files(published, {"email": "li@example.cn"})
    started(published)
    published.contacts.delete(person.id, by="test")
    published.contacts.keep([replace(person, id="again", customer_number="9")], by="test")
    assert left_out(published) == left_out(published, "mail") == {LeftOutReason.ASKED_LATELY: 1}
    assert left_out(published, due=LATER) == {}
    started(published, schedule={"event": "work_order.closed"})
    assert follow_up(published, SECRET, Happening("work_order.closed", "k", "again", NOW), now=NOW) == 0


def test_an_event_invites_no_address_that_is_left_alone(published: Store) -> None:
    """Also where the file is new."""
    published.wishes.leave_alone("phone", PHONE, by="test", at=NOW)
    files(published, {})
    started(published, schedule={"event": "work_order.closed"})
    assert follow_up(published, SECRET, Happening("work_order.closed", "k", f"{0:016x}", NOW), now=NOW) == 0


def test_a_wish_follows_a_changed_phone(published: Store) -> None:
    """The new number in the file of someone left alone is left alone; saving a stale file takes no wish back."""
    [person] = files(published, {})
    published.contacts.opt_out(person.id, by="test")
    published.contacts.keep([replace(person, phone="13900002222")], by="test")
    assert published.contacts.get(person.id).opted_out_at is not None  # type: ignore[union-attr]
    published.contacts.delete(person.id, by="test")
    files(published, {"phone": "13900002222"})
    assert left_out(published) == {LeftOutReason.OPTED_OUT: 1}


def test_a_message_that_waits_is_not_sent_after_the_wish(published: Store) -> None:
    """Nor when the file has been deleted meanwhile."""
    first, second = files(published, {}, {"phone": "13900002222"})
    campaign = started(published)
    invitations = {each.contact: each.id for each in published.invitations.of_campaign(campaign.id)}
    links = links_of(published, SECRET, "https://ask.example", clock=Clock())
    assert links(invitations[first.id]) and links(invitations[second.id])
    published.wishes.leave_alone("phone", PHONE, by="test", at=NOW)
    published.contacts.delete(second.id, by="test")
    assert links(invitations[first.id]) is None and links(invitations[second.id]) is None


def test_a_file_changed_to_an_address_that_is_written_to_gets_no_second_message(published: Store) -> None:
    """Between being drawn and being written to."""
    _, second = files(published, {}, {"phone": "13900002222"})
    campaign = started(published)
    published.contacts.keep([replace(second, phone=PHONE)], by="test")
    run(published)
    assert waiting(published) == 1
    assert [each.contact for each in published.invitations.of_campaign(campaign.id) if each.revoked] == [second.id]


def test_a_queue_calls_each_number_once_and_none_that_is_left_alone(published: Store) -> None:
    """Three files with one phone are one call; a wish by text message ends it."""
    made = files(published, {}, {}, {})
    added = published.calls.open_queue(QUEUE, [each.id for each in made], by="test", now=NOW)
    assert added == 1
    published.wishes.leave_alone("phone", PHONE, by="test", at=NOW)
    assert published.calls.take("voice", OPEN, BUSINESS) is None


def test_wishes_of_an_older_database_are_kept_by_address(tmp_path: Path) -> None:
    """Upgrading hashes the addresses of those who had opted out."""
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m014_addresses")
    old.execute(
        "INSERT INTO contacts (id, kind, customer_number, name, phone, email, chat, who, does, worth, tier, secrecy, "
        "opted_out_at, created_at, updated_at) VALUES ('a', 'customer', '', '王', ?, '', '', '{}', '{}', '{}', '', '', "
        "'2026-01-01T00:00:00+00:00', '', '')",
        [PHONE],
    )
    old.conn.commit()
    old.close()
    store = Store(tmp_path / "old.db")
    assert store.wishes.all() == {store.wishes.key("phone", PHONE)}
