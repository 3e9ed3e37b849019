"""Opinion boxes and the cases that come of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from surveys.boxes import Box, Case, CaseState
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections

_RECEIVE = "INSERT OR IGNORE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CASES = "SELECT id, box, department, category, text, contact, received_at, state, reply, answered_on, flags FROM cases"


class BoxTables:
    """One row for each box and each case."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    # Boxes

    def all(self) -> list[Box]:
        with self._connections.reading() as db:
            return [_box(row) for row in db.query("SELECT * FROM boxes ORDER BY name, code")]

    def get(self, code: str) -> Box | None:
        with self._connections.reading() as db:
            return next((_box(row) for row in db.query("SELECT * FROM boxes WHERE code = ?", [code])), None)

    def save(self, box: Box, *, by: str) -> None:
        """Set up a box or change it. Categories of cases that are there stay as they were chosen."""
        row = {
            "code": box.code, "name": box.name, "department": box.department, "open": box.open,
            "categories": json.dumps(box.categories, ensure_ascii=False),
        }  # fmt: skip
        with self._connections.writing() as db:
            db.table("boxes").upsert(row, pk="code")
            write_audit(db, by, "save opinion box", box.code, "open" if box.open else "closed")

    # Cases

    def receive(self, case: Case, files: Sequence[str] = ()) -> bool:
        """Keep a message with its files; False when it was kept before."""
        row = [
            case.id, case.box, case.department, case.category, case.text, case.contact, case.state.value, case.reply,
            case.received_at.isoformat(timespec="seconds"), None, json.dumps(list(case.flags)) if case.flags else None,
        ]  # fmt: skip
        with self._connections.writing() as db:
            new = bool(db.conn.execute(_RECEIVE, row).rowcount)
            for key in files if new else ():
                db.execute("UPDATE uploads SET matter = ? WHERE key = ?", [case.id, key])
        return new

    def case(self, key: str) -> Case | None:
        with self._connections.reading() as db:
            return next((_case(row) for row in db.query(f"{_CASES} WHERE id = ?", [key])), None)

    def cases(self, departments: Collection[str] | None = None, limit: int = 500) -> list[Case]:
        """The newest first; of these departments only, where some are given."""
        where = "WHERE department IN (SELECT value FROM json_each(:departments))" if departments is not None else ""
        values = {"departments": json.dumps(sorted(departments or ())), "limit": limit}
        with self._connections.reading() as db:
            query = f"{_CASES} {where} ORDER BY received_at DESC, id LIMIT :limit"
            return [_case(row) for row in db.query(query, values)]

    def photos(self, case: str) -> list[str]:
        """Keys of the files that came with a case."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT key FROM uploads WHERE matter = ? ORDER BY key", [case])]

    def answer(self, case: str, state: CaseState, reply: str, day: date, *, by: str) -> None:
        """What its author will find when looking it up."""
        with self._connections.writing() as db:
            update = "UPDATE cases SET state = ?, reply = ?, answered_on = iif(? = '', NULL, ?) WHERE id = ?"
            db.execute(update, [state.value, reply, reply, day.isoformat(), case])
            write_audit(db, by, "answer case", case[:8], state.value)

    def hand_on(self, case: str, department: str, *, by: str) -> None:
        """Make it another department's business."""
        with self._connections.writing() as db:
            db.execute("UPDATE cases SET department = ? WHERE id = ?", [department, case])
            write_audit(db, by, "hand on case", case[:8], department)


def _box(row: dict[str, Any]) -> Box:
    return Box(**{**row, "categories": tuple(json.loads(row["categories"])), "open": bool(row["open"])})


def _case(row: dict[str, Any]) -> Case:
    return Case(**{
        **row, "received_at": datetime.fromisoformat(row["received_at"]), "state": CaseState(row["state"]),
        "answered_on": date.fromisoformat(row["answered_on"]) if row["answered_on"] else None,
        "flags": tuple(json.loads(row["flags"] or "[]")),
    })  # fmt: skip
