"""What was decided about alerts; every decision is in the audit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.improvement.alert_marks import AlertMark, AlertReaders, AlertState, assert_mark
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_KEEP = """
INSERT INTO alert_marks (alert, account, role, departments, state, words, until, reason, set_by, set_on)
VALUES (:alert, :account, :role, :departments, :state, :words, :until, :reason, :set_by, :set_on)
ON CONFLICT (alert, account, role, departments) DO UPDATE SET state = excluded.state, words = excluded.words,
until = excluded.until, reason = excluded.reason, set_by = excluded.set_by, set_on = excluded.set_on"""
_THIS = "alert = :alert AND account = :account AND role = :role AND departments = :departments"


class AlertMarkTable:
    """One mark at most for each alert and those it is set aside for."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, readers: Iterable[AlertReaders]) -> list[AlertMark]:
        """The marks that hold for any of these *readers*, the newest first."""
        wanted = set(readers)
        with self._connections.reading() as db:
            every = [_mark(row) for row in db.query("SELECT * FROM alert_marks ORDER BY set_on DESC, alert")]
        return [each for each in every if each.readers in wanted]

    def keep(self, mark: AlertMark, *, by: str, day: date) -> None:
        """Set an alert aside; raises `UnfitMark`."""
        assert_mark(mark, day)
        with self._connections.writing() as db:
            own = {"until": mark.until.isoformat() if mark.until else None, "set_by": by, "set_on": day.isoformat()}
            told = {"state": mark.state.value, "words": mark.words, "reason": mark.reason.strip()}
            db.execute(_KEEP, _key(mark) | told | own)
            _written(db, by, f"alert {mark.state.value}", mark)

    def take_back(self, mark: AlertMark, *, by: str) -> None:
        """The alert comes back for those readers; nothing where another has taken it back already."""
        with self._connections.writing() as db:
            if db.execute(f"DELETE FROM alert_marks WHERE {_THIS}", _key(mark)).rowcount:  # noqa: S608  names of columns
                _written(db, by, "alert again", mark)


def _written(db: Database, by: str, action: str, mark: AlertMark) -> None:
    to = "role" if mark.readers.shared else "self"
    write_audit(db, by, action, mark.alert, " · ".join(filter(None, (to, mark.reason.strip()))))


def _key(mark: AlertMark) -> dict[str, Any]:
    readers = mark.readers
    departments = json.dumps(readers.departments, ensure_ascii=False)
    return {"alert": mark.alert, "account": readers.account, "role": readers.role, "departments": departments}


def _mark(row: Mapping[str, Any]) -> AlertMark:
    readers = AlertReaders(row["account"], row["role"], tuple(json.loads(row["departments"])))
    until, set_on = (date.fromisoformat(row[name]) if row[name] else None for name in ("until", "set_on"))
    return AlertMark(
        row["alert"], readers, AlertState(row["state"]), row["words"], until, row["reason"], row["set_by"], set_on
    )
