"""Reports that go out by themselves: to whom, when, and never to somebody who may not see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from surveys.fieldwork.rounds import Rounds
from surveys.improvement.report_schedules import ReportEvery, ReportSchedule, report_turn
from surveys.operations.messages.of_reports import tell_of_reports
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store

MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 19, tzinfo=UTC)
SCHEDULE = ReportSchedule("s1", "power-visit", "summary", ReportEvery.WEEK, ("chief", "clerk", "gone"), made_by="test")


@pytest.fixture
def with_readers(published: Store) -> Store:
    """A manager and a clerk, both with an address, and a schedule that names both and somebody who left."""
    for number, (name, role) in enumerate([("chief", Role.MANAGER), ("clerk", Role.STAFF), ("gone", Role.MANAGER)]):
        published.accounts.add(name, name, role, "no password", ("service",), now=MONDAY)
        account = published.accounts.named(name)
        assert account is not None
        file = Contact(f"{number:032}", name, ContactKind.STAFF, email=f"{name}@example.cn", account=account.id)
        published.contacts.keep([file], by="test")
    published.accounts.change("gone", active=False)
    published.report_schedules.add(SCHEDULE, by="test")
    return published


def test_readers_who_may_see_it_hear_once_in_each_turn(with_readers: Store) -> None:
    """By day; a link and no figure, and who was told stands in the audit trail."""
    store = with_readers
    assert tell_of_reports(store, "https://x.cn", NIGHT) == 0
    assert [tell_of_reports(store, "https://x.cn", MONDAY + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    [sent] = store.outbox.claim("mail", 10, now=MONDAY)
    assert sent.message.address == "chief@example.cn"
    assert "https://x.cn/reports?survey=power-visit&report=summary&when=7" in sent.message.body
    told = [line.detail for line in store.accounts.audit(20) if line.action == "send report"]
    assert told == ["power-visit summary 2026-W48"]
    assert tell_of_reports(store, "https://x.cn", MONDAY + timedelta(days=7)) == 1


def test_a_report_about_a_unit_goes_to_nobody_who_does_not_see_it(with_readers: Store) -> None:
    """Although they are named."""
    with_readers.report_schedules.add(replace(SCHEDULE, code="s2", unit="repair", readers=("chief",)), by="test")
    with_readers.report_schedules.remove("s1", by="test")
    assert tell_of_reports(with_readers, "https://x.cn", MONDAY) == 0


def test_the_turns_of_a_calendar() -> None:
    """A new week on Monday, a new month on its first day with the days of the last one, a round when it is over."""
    rounds = Rounds()
    assert report_turn(ReportEvery.WEEK, rounds, MONDAY) == ("2026-W48", "7")
    assert report_turn(ReportEvery.MONTH, rounds, datetime(2028, 3, 1, 4, tzinfo=UTC)) == ("2028-03", "29")
    ended = report_turn(ReportEvery.ROUND, rounds, MONDAY)
    assert ended is not None
    assert ended[0] == ended[1]


def test_who_is_erased_is_read_to_no_more(with_readers: Store) -> None:
    """Their name is gone from every schedule."""
    with_readers.accounts.add("boss", "boss", Role.ADMIN, "no password", (), now=MONDAY)
    with_readers.persons.erase_account("chief", by="boss")
    assert [each.readers for each in with_readers.report_schedules.all()] == [("clerk", "gone")]
