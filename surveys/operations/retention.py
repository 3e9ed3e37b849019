"""Removes by itself what has been kept for as long as was set: once a day, in portions, in the background."""

from __future__ import annotations

from datetime import date
from threading import Event

from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.operations.audit_archive import archive_audit, archive_folder, latest_day
from surveys.operations.event_folder import events_folder
from surveys.operations.taken_tables import remove_tables, taken_tables
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store
from surveys.storage.records.audit_archives import NothingToArchive
from surveys.storage.records.retention import DueRemoval, RetentionPurpose

PORTION = 500
PAUSE_SECONDS = 60.0
BY = "schedule"
_SWEPT = "retention swept"  # a setting: the day on which all was looked after last


class Retention:
    """Looks for what is over."""

    def __init__(self, store: Store, *, clock: Clock = utc_now, portion: int = PORTION) -> None:
        self._store, self._clock, self._portion = store, clock, portion

    def worker(self, lease: Lease | None = None) -> Worker:
        """Does that in the background."""
        return Worker("retention", self.turn, stopping=Event(), pause=PAUSE_SECONDS, lease=lease)

    def turn(self) -> int:
        """A portion of everything that is over; how much went. Once nothing is left, the day is done."""
        today = local_day(self._clock())
        if self._store.organisation.setting(_SWEPT) == today.isoformat():
            return 0
        gone = remove_what_is_over(self._store, today, most=self._portion)
        if not gone:
            self._store.organisation.set(_SWEPT, today.isoformat())
        return gone


def remove_what_is_over(store: Store, today: date, *, most: int = PORTION, by: str = BY) -> int:
    """A portion of each purpose and survey; returns how much went."""
    gone = 0
    for rule, before in store.retention.periods(today):
        if rule.purpose is RetentionPurpose.AUDIT:
            gone += _archive(store, before, today, by)
        else:
            gone += store.retention.remove(rule.purpose, rule.survey, most=most, today=today, by=by)
        if rule.purpose is RetentionPurpose.EVENTS:
            gone += _tables(store, before, by)
    return gone


def _tables(store: Store, before: date, by: str) -> int:
    """Tables of events that lie in the folder since before then."""
    gone = remove_tables(taken_tables(events_folder(store), before))
    if gone:
        store.accounts.record(by, "remove what is over", "organisation", f"files of events: {gone} before {before}")
    return gone


def _archive(store: Store, before: date, today: date, by: str) -> int:
    """Lines of the trail go into an archive, a month's together."""
    until = min(before, latest_day(today)).replace(day=1)
    count = store.accounts.audit_lines_before(until)
    try:
        archive_audit(store, until, archive_folder(store), by=by, today=today)
    except NothingToArchive:
        return 0
    return count


def what_is_over(store: Store, today: date) -> list[DueRemoval]:
    """What would go now, of every purpose and survey."""
    audit = [
        DueRemoval(rule.purpose, "", until, store.accounts.audit_lines_before(until))
        for rule, before in store.retention.periods(today) if rule.purpose is RetentionPurpose.AUDIT
        for until in [min(before, latest_day(today)).replace(day=1)]
    ]  # fmt: skip
    tables = [
        DueRemoval(rule.purpose, "", before, len(taken_tables(events_folder(store), before)))
        for rule, before in store.retention.periods(today) if rule.purpose is RetentionPurpose.EVENTS
    ]  # fmt: skip
    return store.retention.due(today) + [each for each in audit + tables if each.count]
