"""Opinion boxes and the cases that come of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from surveys.boxes import MOST_REMARKS, Box, Case, CaseState, Remark, Remarked
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections

_RECEIVE = "INSERT OR IGNORE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CASES = """
SELECT id, box, department, category, text, contact, received_at, state, reply, answered_on, flags,
       (SELECT count(*) FROM remarks WHERE matter = cases.id) AS remarks,
       EXISTS (SELECT 1 FROM remarks WHERE matter = cases.id AND NOT answered) AS waiting
FROM cases"""
_AMOUNT = "SELECT count(*) FROM cases"
_WHERE = """
WHERE (:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
  AND (:state IS NULL OR state = :state) AND (:box IS NULL OR box = :box)"""


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

    def cases(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, box: str | None = None,
        *, limit: int = 500,
    ) -> list[Case]:  # fmt: skip
        """The newest first; of these departments, in this state, of this box, where they are given."""
        values = _wanted(departments, state, box) | {"limit": limit}
        with self._connections.reading() as db:
            query = f"{_CASES} {_WHERE} ORDER BY received_at DESC, id LIMIT :limit"
            return [_case(row) for row in db.query(query, values)]

    def amount(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, box: str | None = None
    ) -> int:  # fmt: skip
        """How many there are, of the same kinds as for `cases`."""
        with self._connections.reading() as db:
            return int(db.execute(f"{_AMOUNT} {_WHERE}", _wanted(departments, state, box)).fetchone()[0])

    def photos(self, case: str) -> list[str]:
        """Keys of the files that came with a case."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT key FROM uploads WHERE matter = ? ORDER BY key", [case])]

    def answer(self, seen: Case, state: CaseState, reply: str, day: date, *, by: str) -> bool:
        """What its author will find when looking it up.

        False when there is something that was not *seen* by who answers, a remark or another's reply: nothing is
        changed then.
        """
        with self._connections.writing() as db:
            now = next(db.query(f"{_CASES} WHERE id = ?", [seen.id]), None)
            if now is None or (now["reply"], now["remarks"], now["department"]) != (
                seen.reply, seen.remarks, seen.department,
            ):  # fmt: skip
                return False
            answered_on = (day.isoformat() if reply != seen.reply else now["answered_on"]) if reply else None
            update = "UPDATE cases SET state = ?, reply = ?, answered_on = ? WHERE id = ?"
            db.execute(update, [state.value, reply, answered_on, seen.id])
            if reply != seen.reply:
                db.execute("UPDATE remarks SET answered = 1 WHERE matter = ?", [seen.id])
            write_audit(db, by, "answer case", seen.id[:8], state.value)
        return True

    def remarks(self, case: str) -> list[Remark]:
        """What its author wrote later, the oldest first."""
        query = "SELECT text, received_at, answered FROM remarks WHERE matter = ? ORDER BY number"
        with self._connections.reading() as db:
            return [
                Remark(row["text"], datetime.fromisoformat(row["received_at"]), bool(row["answered"]))
                for row in db.query(query, [case])
            ]

    def remark(self, case: str, key: str, text: str, at: datetime) -> Remarked:
        """Keep what its author has to add; a case that was done with is open again."""
        with self._connections.writing() as db:
            if db.execute("SELECT 1 FROM remarks WHERE id = ?", [key]).fetchone():
                return Remarked.REPEATED
            if db.execute("SELECT count(*) FROM remarks WHERE matter = ?", [case]).fetchone()[0] >= MOST_REMARKS:
                return Remarked.TOO_MANY
            insert = "INSERT INTO remarks (id, matter, text, received_at) VALUES (?, ?, ?, ?)"
            db.execute(insert, [key, case, text, at.isoformat(timespec="seconds")])
            reopen = "UPDATE cases SET state = ? WHERE id = ? AND state IN (?, ?)"
            db.execute(reopen, [CaseState.RECEIVED, case, CaseState.ANSWERED, CaseState.CLOSED])
        return Remarked.KEPT

    def hand_on(self, case: str, department: str, *, by: str) -> None:
        """Make it another department's business."""
        with self._connections.writing() as db:
            db.execute("UPDATE cases SET department = ? WHERE id = ?", [department, case])
            write_audit(db, by, "hand on case", case[:8], department)


def _wanted(departments: Collection[str] | None, state: CaseState | None, box: str | None) -> dict[str, str | None]:
    among = None if departments is None else json.dumps(sorted(departments))
    return {"departments": among, "state": state.value if state else None, "box": box}


def _box(row: dict[str, Any]) -> Box:
    return Box(**{**row, "categories": tuple(json.loads(row["categories"])), "open": bool(row["open"])})


def _case(row: dict[str, Any]) -> Case:
    return Case(**{
        **row, "received_at": datetime.fromisoformat(row["received_at"]), "state": CaseState(row["state"]),
        "answered_on": date.fromisoformat(row["answered_on"]) if row["answered_on"] else None,
        "flags": tuple(json.loads(row["flags"] or "[]")), "waiting": bool(row["waiting"]),
    })  # fmt: skip
