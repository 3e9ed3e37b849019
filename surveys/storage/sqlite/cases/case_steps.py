"""What happened to cases, step by step, and what the organisation notes about them inside."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.cases.case import CaseNote, CaseState, CaseStep, StepKind
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_NOTE_STEP = """
INSERT INTO case_steps (matter, kind, at, account, state, department, owner, detail)
SELECT id, :kind, :at, :account, state, department, owner, :detail FROM cases WHERE id = :case"""
_STEPS = "SELECT kind, at, account, state, department, owner, detail FROM case_steps WHERE matter = ? ORDER BY number"
_PUT_NOTE = """
INSERT INTO case_notes (id, matter, text, at, account) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
_JOURNEYS = """
SELECT case_steps.matter, case_steps.kind, case_steps.at, case_steps.account, case_steps.state, case_steps.department,
       case_steps.owner, case_steps.detail
FROM case_steps JOIN cases ON cases.id = case_steps.matter
WHERE cases.joined_to IS NULL AND cases.received_at >= :since
  AND (CAST(:departments AS text) IS NULL OR cases.department IN (SELECT value FROM json_each(:departments)))
ORDER BY case_steps.matter, case_steps.number"""


class CaseStepTable:
    """Steps in the order in which they were taken, and notes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, case: str) -> list[CaseStep]:
        """The steps of a case, the oldest first."""
        with self._connections.reading() as db:
            return [_step(row) for row in db.query(_STEPS, [case])]

    def journeys(self, departments: Collection[str] | None, since: datetime) -> dict[str, list[CaseStep]]:
        """The steps of the cases that came since then to these departments (None: all), by case; no joined reports."""
        among = None if departments is None else json.dumps(sorted(departments))
        found: dict[str, list[CaseStep]] = {}
        with self._connections.reading() as db:
            for row in db.query(_JOURNEYS, {"departments": among, "since": since.isoformat(timespec="seconds")}):
                found.setdefault(row.pop("matter"), []).append(_step(row))
        return found

    def categories(self, cases: Collection[str]) -> dict[str, str]:
        """What each of these cases is about."""
        query = "SELECT id, category FROM cases WHERE id IN (SELECT value FROM json_each(?))"
        with self._connections.reading() as db:
            return dict(db.execute(query, [json.dumps(sorted(cases))]).fetchall())

    def note(self, case: str, key: str, text: str, at: datetime, *, by: str) -> bool:
        """Keep a note; False when it was kept before, by its *key*."""
        with self._connections.writing() as db:
            values = [key, case, text, at.isoformat(timespec="seconds"), by]
            new = bool(db.execute(_PUT_NOTE, values).rowcount)
            if new:
                note_step(db, case, StepKind.NOTED, at, by=by)
                write_audit(db, by, "note on case", case[:8])
        return new

    def notes(self, case: str) -> list[CaseNote]:
        """What was noted inside, the oldest first."""
        query = "SELECT text, at, account FROM case_notes WHERE matter = ? ORDER BY number"
        with self._connections.reading() as db:
            return [CaseNote(text, datetime.fromisoformat(at), by) for text, at, by in db.execute(query, [case])]


def note_step(
    db: Database, case: str, kind: StepKind, at: datetime | date, *, by: str = "", detail: str = ""
) -> None:  # fmt: skip
    """Write down what has just happened to a case, with how it stands now, within the transaction that does it."""
    moment = at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()
    db.execute(_NOTE_STEP, {"kind": kind.value, "at": moment, "account": by, "detail": detail, "case": case})


def _step(row: dict[str, Any]) -> CaseStep:
    at = row["at"]
    moment = datetime.fromisoformat(at) if len(at) > len("2026-01-01") else date.fromisoformat(at)
    return CaseStep(
        StepKind(row["kind"]), moment, row["account"], CaseState(row["state"]), row["department"], row["owner"],
        row["detail"],
    )  # fmt: skip
