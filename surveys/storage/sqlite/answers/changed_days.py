"""Which days of which surveys have changed since somebody took note; triggers of the schema fill the table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.changes import ChangedDay
from surveys.storage.sqlite.answers.holding import settle_due
from surveys.storage.sqlite.connection import Connections


class ChangedDayTable:
    """Implements `surveys.storage.records.protocols.ChangedDays`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def generation(self) -> int:
        with self._connections.reading() as db:
            return int(db.execute("SELECT number FROM revisions WHERE survey = ''").fetchone()[0])

    def pending(self, limit: int = 1000) -> list[ChangedDay]:
        settle_due(self._connections, local_day(utc_now()))
        with self._connections.reading() as db:
            rows = db.execute("SELECT survey, day, mark FROM changed_days ORDER BY survey, day LIMIT ?", [limit])
            return [ChangedDay(survey, date.fromisoformat(day), mark) for survey, day, mark in rows]

    def done(self, changed: Iterable[ChangedDay]) -> None:
        rows = [(each.survey, each.day.isoformat(), each.mark) for each in changed]
        with self._connections.writing() as db:
            db.conn.executemany("DELETE FROM changed_days WHERE survey = ? AND day = ? AND mark = ?", rows)
