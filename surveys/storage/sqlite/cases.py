"""Cases, with what their authors add and the answers they get."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from surveys.cases.case import MOST_REMARKS, Case, CaseState, Remark, Remarked, Source
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_RECEIVE = """
INSERT OR IGNORE INTO cases (
    id, source_kind, source, department, category, text, contact, state, reply, received_at, flags)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_CASES = """
SELECT id, source_kind, source, department, category, text, contact, received_at, state, reply, answered_on, flags,
       (SELECT count(*) FROM remarks WHERE matter = cases.id) AS remarks,
       EXISTS (SELECT 1 FROM remarks WHERE matter = cases.id AND NOT answered) AS waiting
FROM cases"""
_AMOUNT = "SELECT count(*) FROM cases"
_WHERE = """
WHERE (:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
  AND (:state IS NULL OR state = :state) AND (:kind IS NULL OR source_kind = :kind AND source = :source)"""


class CaseTables:
    """One row for each case and each remark."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def receive(self, case: Case, files: Sequence[str] = ()) -> bool:
        """Keep a message with its files; False when it was kept before."""
        row = [
            case.id, case.source.kind, case.source.reference, case.department, case.category, case.text, case.contact,
            case.state.value, case.reply, case.received_at.isoformat(timespec="seconds"),
            json.dumps(list(case.flags)) if case.flags else None,
        ]  # fmt: skip
        with self._connections.writing() as db:
            new = bool(db.conn.execute(_RECEIVE, row).rowcount)
            for key in files if new else ():
                db.execute("UPDATE uploads SET matter = ? WHERE key = ?", [case.id, key])
        return new

    def get(self, key: str) -> Case | None:
        with self._connections.reading() as db:
            return next((_case(row) for row in db.query(f"{_CASES} WHERE id = ?", [key])), None)

    def all(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, source: Source | None = None,
        *, limit: int = 500,
    ) -> list[Case]:  # fmt: skip
        """The newest first; of these departments, in this state, from this source, where they are given."""
        values = _wanted(departments, state, source) | {"limit": limit}
        with self._connections.reading() as db:
            query = f"{_CASES} {_WHERE} ORDER BY received_at DESC, id LIMIT :limit"
            return [_case(row) for row in db.query(query, values)]

    def amount(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, source: Source | None = None
    ) -> int:  # fmt: skip
        """How many there are, of the same kinds as for `all`."""
        with self._connections.reading() as db:
            return int(db.execute(f"{_AMOUNT} {_WHERE}", _wanted(departments, state, source)).fetchone()[0])

    def photos(self, case: str) -> list[str]:
        """Keys of the files that came with a case."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT key FROM uploads WHERE matter = ? ORDER BY key", [case])]

    def answer(self, seen: Case, state: CaseState, reply: str, day: date, *, by: str) -> bool:
        """What its author will find when looking it up.

        False when there is something that was not *seen* by who answers, a remark, another's reply or state: nothing
        is changed then.
        """
        with self._connections.writing() as db:
            now = next(db.query(f"{_CASES} WHERE id = ?", [seen.id]), None)
            if now is None or _case(now) != seen:
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

    def hand_on(self, case: str, department: str, *, by: str, seen: Case | Unread = ANY) -> None:
        """Make it another department's business; raises ChangedMeanwhile when it isn't any more what was *seen*."""
        with self._connections.writing() as db:
            present = next(db.query(f"{_CASES} WHERE id = ?", [case]), None)
            assert_as_seen(seen, _case(present) if present else None)
            db.execute("UPDATE cases SET department = ? WHERE id = ?", [department, case])
            write_audit(db, by, "hand on case", case[:8], department)


def _wanted(
    departments: Collection[str] | None, state: CaseState | None, source: Source | None
) -> dict[str, str | None]:
    among = None if departments is None else json.dumps(sorted(departments))
    return {
        "departments": among, "state": state.value if state else None,
        "kind": source.kind if source else None, "source": source.reference if source else None,
    }  # fmt: skip


def _case(row: dict[str, Any]) -> Case:
    source = Source(row["source_kind"], row["source"])
    values = {name: value for name, value in row.items() if name != "source_kind"}
    return Case(**{
        **values, "source": source, "state": CaseState(row["state"]),
        "received_at": datetime.fromisoformat(row["received_at"]),
        "answered_on": date.fromisoformat(row["answered_on"]) if row["answered_on"] else None,
        "flags": tuple(json.loads(row["flags"] or "[]")), "waiting": bool(row["waiting"]),
    })  # fmt: skip
