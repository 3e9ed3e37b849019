"""Which reports go out by themselves, and of which turn their readers were told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from surveys.improvement.report_schedules import ReportEvery, ReportSchedule
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_KEEP = """
INSERT INTO report_schedules (code, survey, kind, every, readers, unit, made_by, told)
VALUES (:code, :survey, :kind, :every, :readers, :unit, :made_by, :told)"""


class ReportScheduleTable:
    """One row for each; readers are names of accounts."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self, survey: str | None = None) -> list[ReportSchedule]:
        """In the order in which they were made; of this survey alone where one is given."""
        query = "SELECT * FROM report_schedules WHERE survey = :survey OR CAST(:survey AS text) IS NULL ORDER BY code"
        with self._connections.reading() as db:
            return [_schedule(row) for row in db.query(query, {"survey": survey})]

    def add(self, schedule: ReportSchedule, *, by: str) -> None:
        """Keep one; its readers are told from the next turn on."""
        row = vars(schedule) | {"readers": json.dumps(schedule.readers), "every": schedule.every.value, "made_by": by}
        with self._connections.writing() as db:
            db.execute(_KEEP, row)
            write_audit(db, by, "schedule report", schedule.survey, f"{schedule.kind} {schedule.every.value}")

    def remove(self, code: str, *, by: str) -> None:
        """Raises KeyError."""
        with self._connections.writing() as db:
            if not db.execute("DELETE FROM report_schedules WHERE code = ?", [code]).rowcount:
                raise KeyError(code)
            write_audit(db, by, "end report schedule", code)

    def tell(self, schedule: ReportSchedule, turn: str, readers: list[str]) -> None:
        """Note that these readers were told of a turn."""
        with self._connections.writing() as db:
            query = "UPDATE report_schedules SET told = ? WHERE code = ? AND told <> ?"
            if db.execute(query, [turn, schedule.code, turn]).rowcount:
                for reader in readers:
                    write_audit(db, "schedule", "send report", reader, f"{schedule.survey} {schedule.kind} {turn}")


def _schedule(row: Mapping[str, Any]) -> ReportSchedule:
    given = {"readers": tuple(json.loads(row["readers"])), "every": ReportEvery(row["every"])}
    return ReportSchedule(**{**row, **given})
