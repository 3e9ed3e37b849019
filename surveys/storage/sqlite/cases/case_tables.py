"""Cases, with what their authors add and the answers they get."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.cases.case import MOST_REMARKS, Case, CaseState, Remark, Remarked, Source, StepKind
from surveys.cases.states import OPEN, assert_may_become
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.changes import ANY, ChangedMeanwhile, Unread, assert_as_seen
from surveys.storage.records.cases import ALL_CASES, CaseSearch
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.cases.case_steps import note_step
from surveys.storage.sqlite.connection import Connections

_RECEIVE = """
INSERT INTO cases (
    id, source_kind, source, department, category, text, contact, state, reply, received_at, flags, owner, due_on,
    response)
VALUES (:id, :source_kind, :source, :department, :category, :text, :contact, :state, :reply, :received_at, :flags,
    :owner, :due_on, :response)
ON CONFLICT (id) DO NOTHING"""
_ITS = "matter = cases.id OR matter IN (SELECT id FROM cases AS report WHERE report.joined_to = cases.id)"
_CASES = f"""
SELECT id, source_kind, source, department, category, text, contact, received_at, state, reply, answered_on, flags,
       owner, due_on, reopened, joined_to, response,
       (SELECT count(*) FROM remarks WHERE matter = cases.id) AS remarks,
       EXISTS (SELECT 1 FROM remarks WHERE NOT answered AND ({_ITS})) AS waiting
FROM cases"""  # noqa: S608  put together of what stands here
_AMOUNT = "SELECT count(*) FROM cases"
_OPEN = ", ".join(f"'{each.value}'" for each in sorted(OPEN))
_WHERE = f"""
WHERE (:departments IS NULL OR department IN (SELECT value FROM json_each(:departments)))
  AND (:state IS NULL OR state = :state) AND (:kind IS NULL OR source_kind = :kind AND source = :source)
  AND (:category IS NULL OR category = :category) AND (:owner IS NULL OR owner = :owner)
  AND (NOT :open OR state IN ({_OPEN})) AND (NOT :mains OR joined_to IS NULL)
  AND (:late IS NULL OR (state IN ({_OPEN}) AND joined_to IS NULL AND due_on < :late))"""  # noqa: S608  the same
_NEWEST_FIRST = "ORDER BY received_at DESC, id"
_LATE_FIRST = f"ORDER BY state NOT IN ({_OPEN}), due_on IS NULL, due_on, received_at DESC, id"
_ONE = f"{_CASES} WHERE id = ?"


class CaseTables:
    """One row for each case and each remark; what happens to a case is written down as its step."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def receive(self, case: Case, files: Sequence[str] = (), *, by: str = "") -> bool:
        """Keep a message with its files; False when it was kept before. *by* whom it was typed in, if by somebody."""
        with self._connections.writing() as db:
            new = put_case(db, case, by=by)
            for key in files if new else ():
                db.execute("UPDATE uploads SET matter = ? WHERE key = ?", [case.id, key])
            if new and by:
                write_audit(db, by, "take in case", case.id[:8], case.source.kind)
        return new

    def get(self, key: str) -> Case | None:
        with self._connections.reading() as db:
            return _found(db, key)

    def as_told(self, case: Case) -> Case:
        """The case as its author reads it: one more report of a matter has the state and the answer of the matter."""
        main = self.get(case.joined_to) if case.joined_to else None
        return case if main is None else told_as(case, main)

    def all(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, source: Source | None = None,
        *, wanted: CaseSearch = ALL_CASES, limit: int = 500,
    ) -> list[Case]:  # fmt: skip
        """The newest first; of these departments, in this state, from this source, where they are given.

        *wanted* narrows them further, and may have those first that are due first.
        """
        values = _wanted(departments, state, source, wanted) | {"limit": limit, "skipped": wanted.skipped}
        order = _LATE_FIRST if wanted.late_first else _NEWEST_FIRST
        with self._connections.reading() as db:
            query = f"{_CASES} {_WHERE} {order} LIMIT :limit OFFSET :skipped"
            return [_case(row) for row in db.query(query, values)]

    def amount(
        self, departments: Collection[str] | None = None, state: CaseState | None = None, source: Source | None = None,
        *, wanted: CaseSearch = ALL_CASES,
    ) -> int:  # fmt: skip
        """How many there are, of the same kinds as for `all`."""
        with self._connections.reading() as db:
            values = _wanted(departments, state, source, wanted)
            return int(db.execute(f"{_AMOUNT} {_WHERE}", values).fetchone()[0])

    def photos(self, case: str) -> list[str]:
        """Keys of the files that came with a case."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT key FROM uploads WHERE matter = ? ORDER BY key", [case])]

    def attach(self, case: str, key: str, *, by: str) -> None:
        """Put a file that is kept already to a case."""
        with self._connections.writing() as db:
            db.execute("UPDATE uploads SET matter = ? WHERE key = ? AND matter IS NULL", [case, key])
            write_audit(db, by, "attach to case", case[:8], key[:8])

    def answer(
        self, seen: Case, state: CaseState, reply: str, day: date, *, by: str, now: datetime | None = None
    ) -> bool:  # fmt: skip
        """What its author will find when looking it up. Raises NoSuchStep.

        False when there is something that was not *seen* by who answers, a remark, another's reply or state: nothing
        is changed then.
        """
        assert_may_become(seen.state, state)
        with self._connections.writing() as db:
            if _beside_counting(seen, _found(db, seen.id)) != seen:
                return False
            new_words = reply != seen.reply
            answered_on = (day if new_words else seen.answered_on) if reply else None
            again = int(seen.state.reopens_as(state))
            told = answered_on.isoformat() if answered_on else None
            values = {"state": state.value, "reply": reply, "on": told, "again": again, "case": seen.id}
            db.execute(_ANSWER, values)
            if new_words:
                answered = f"UPDATE remarks SET answered = 1 WHERE {_ITS.replace('cases.id', ':case')}"  # noqa: S608
                db.execute(answered, {"case": seen.id})
            kind = StepKind.REOPENED if again else StepKind.ANSWERED if new_words else StepKind.MOVED
            note_step(db, seen.id, kind, now or utc_now(), by=by)
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
            reopen(db, case, at, kind=StepKind.REMARKED)
        return Remarked.KEPT

    def assign(
        self, seen: Case, department: str, owner: str, *, by: str, now: datetime | None = None, state: bool = True
    ) -> None:  # fmt: skip
        """Make it another department's business, or somebody's by name; raises ChangedMeanwhile.

        Who is named has it from then on: with *state* a case that nobody works on yet is dispatched by that.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, _beside_counting(seen, _found(db, seen.id)))
            dispatched = state and seen.state is CaseState.RECEIVED
            then = CaseState.ASSIGNED if dispatched else seen.state
            db.execute(
                "UPDATE cases SET department = ?, owner = ?, state = ? WHERE id = ?",
                [department, owner, then.value, seen.id],
            )
            note_step(db, seen.id, StepKind.ASSIGNED, now or utc_now(), by=by)
            write_audit(db, by, "hand on case", seen.id[:8], department)

    def hand_on(self, case: str, department: str, *, by: str, seen: Case | Unread = ANY) -> None:
        """Make it another department's business, with nobody named yet; raises ChangedMeanwhile when it isn't any more
        what was *seen*."""
        present = self.get(case)
        if present is not None:
            assert_as_seen(seen, _beside_counting(seen, present))
            self.assign(present, department, "", by=by, state=False)
        elif seen is not ANY:
            raise ChangedMeanwhile

    def put_off(self, seen: Case, due_on: date, reason: str, *, by: str, now: datetime | None = None) -> None:
        """Have it due on another day; raises ChangedMeanwhile."""
        with self._connections.writing() as db:
            assert_as_seen(seen, _beside_counting(seen, _found(db, seen.id)))
            db.execute("UPDATE cases SET due_on = ? WHERE id = ?", [due_on.isoformat(), seen.id])
            detail = f"{seen.due_on or ''} → {due_on}: {reason}"
            note_step(db, seen.id, StepKind.PUT_OFF, now or utc_now(), by=by, detail=detail)
            write_audit(db, by, "put off case", seen.id[:8], due_on.isoformat())

    def join(self, seen: Case, main: Case, *, by: str, now: datetime | None = None) -> None:
        """Make it one more report of another case, with all that were reports of it; raises ChangedMeanwhile.

        The other one must not be a report itself, nor this one.
        """
        if main.joined_to is not None or main.id == seen.id:
            raise ValueError("join reports to the case that stands for the matter, not to another report or itself")
        with self._connections.writing() as db:
            assert_as_seen(seen, _beside_counting(seen, _found(db, seen.id)))
            assert_as_seen(main, _beside_counting(main, _found(db, main.id)))
            update = "UPDATE cases SET joined_to = :main WHERE id = :case OR joined_to = :case"
            db.execute(update, {"main": main.id, "case": seen.id})
            note_step(db, seen.id, StepKind.JOINED, now or utc_now(), by=by, detail=main.id[:8])
            note_step(db, main.id, StepKind.JOINED, now or utc_now(), by=by, detail=seen.id[:8])
            write_audit(db, by, "join cases", main.id[:8], seen.id[:8])

    def part(self, seen: Case, *, by: str, now: datetime | None = None) -> None:
        """Make a report a case of its own again; raises ChangedMeanwhile."""
        with self._connections.writing() as db:
            assert_as_seen(seen, _beside_counting(seen, _found(db, seen.id)))
            db.execute("UPDATE cases SET joined_to = NULL WHERE id = ?", [seen.id])
            note_step(db, seen.id, StepKind.JOINED, now or utc_now(), by=by)
            write_audit(db, by, "part cases", seen.id[:8], (seen.joined_to or "")[:8])

    def reports_of(self, case: str) -> list[Case]:
        """The further reports of a matter, the oldest first."""
        with self._connections.reading() as db:
            return [_case(row) for row in db.query(f"{_CASES} WHERE joined_to = ? ORDER BY received_at, id", [case])]

    def satisfied(self, case: str, at: datetime) -> bool:
        """Its author was asked again and is satisfied; one of several who reported a matter can't say so for all."""
        with self._connections.writing() as db:
            changed = db.execute(_CONFIRM, {"case": case}).rowcount
            if changed:
                note_step(db, case, StepKind.MOVED, at)
        return bool(changed)

    def dissatisfied(self, case: str, at: datetime) -> bool:
        """Its author was asked again and is not satisfied: open it, if it was done with."""
        with self._connections.writing() as db:
            return reopen(db, case, at)

    def give_due_days(self, due: Callable[[str, date], date], limit: int = 500) -> int:
        """Have those due that nobody has counted for, by *due* of category and day received; returns how many."""
        with self._connections.reading() as db:
            rows = db.execute(_WITHOUT_DUE, [limit]).fetchall()
        if not rows:
            return 0
        days = [(due(category, _day(at)).isoformat(), key) for key, category, at in rows]
        with self._connections.writing() as db:
            db.conn.executemany("UPDATE cases SET due_on = ? WHERE id = ? AND due_on IS NULL", days)
        return len(days)


def _beside_counting(seen: Case | Unread, present: Case | None) -> Case | None:
    """The case as it is, but for the due day of one that was *seen* without: that is counted by itself, a few seconds
    after it has come, and nobody has changed anything by it.
    """
    counted = isinstance(seen, Case) and seen.due_on is None and present is not None
    return replace(present, due_on=None) if counted and present is not None else present


def put_case(db: Database, case: Case, *, by: str = "", day_only: bool = False, detail: str = "") -> bool:
    """Keep a case with its first step, within a transaction; False when it was kept before."""
    new = bool(db.execute(_RECEIVE, _row(case)).rowcount)
    if new:
        at = local_day(case.received_at) if day_only else case.received_at
        note_step(db, case.id, StepKind.CREATED, at, by=by, detail=detail or case.source.kind)
    return new


def reopen(db: Database, case: str, at: datetime, *, kind: StepKind = StepKind.REOPENED) -> bool:
    """Open what was done with: of one more report of a matter, the matter. True when it was done with."""
    main = db.execute("SELECT coalesce(joined_to, id), state FROM cases WHERE id = ?", [case]).fetchone()[0]
    changed = db.execute(_REOPEN, [CaseState.RECEIVED.value, main]).rowcount
    if changed or kind is not StepKind.REOPENED:
        note_step(db, main, kind, at)
    return bool(changed)


_REOPEN = f"""
UPDATE cases SET reopened = reopened + 1, due_on = NULL, state = ?
WHERE id = ? AND state NOT IN ({_OPEN}, 'withdrawn')"""  # noqa: S608  put together of what stands here


_CONFIRM = """
UPDATE cases SET state = 'confirmed' WHERE id = :case AND state = 'answered' AND joined_to IS NULL
AND NOT EXISTS (SELECT 1 FROM cases AS report WHERE report.joined_to = :case)"""


_ANSWER = """
UPDATE cases SET state = :state, reply = :reply, answered_on = :on, reopened = reopened + :again,
    due_on = CASE WHEN :again THEN NULL ELSE due_on END
WHERE id = :case"""

# From when it came, or was opened again.
_WITHOUT_DUE = """
SELECT id, category, coalesce((SELECT max(at) FROM case_steps WHERE matter = cases.id
                               AND kind IN ('reopened', 'remarked')), received_at)
FROM cases WHERE due_on IS NULL ORDER BY received_at LIMIT ?"""


def told_as(case: Case, main: Case) -> Case:
    """One more report of a matter with the state and the answer of the matter."""
    return replace(case, state=main.state, reply=main.reply, answered_on=main.answered_on)


def _day(at: str) -> date:
    return local_day(datetime.fromisoformat(at)) if "T" in at else date.fromisoformat(at)


def _found(db: Database, key: str) -> Case | None:
    return next((_case(row) for row in db.query(_ONE, [key])), None)


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id, "source_kind": case.source.kind, "source": case.source.reference,
        "department": case.department, "category": case.category, "text": case.text, "contact": case.contact,
        "state": case.state.value, "reply": case.reply, "received_at": case.received_at.isoformat(timespec="seconds"),
        "flags": json.dumps(list(case.flags)) if case.flags else None, "owner": case.owner,
        "due_on": case.due_on.isoformat() if case.due_on else None, "response": case.response,
    }  # fmt: skip


def _wanted(
    departments: Iterable[str] | None, state: CaseState | None, source: Source | None, wanted: CaseSearch
) -> dict[str, Any]:  # fmt: skip
    among = None if departments is None else json.dumps(sorted(departments))
    return {
        "departments": among, "state": state.value if state else None,
        "kind": source.kind if source else None, "source": source.reference if source else None,
        "category": wanted.category, "owner": wanted.owner, "open": wanted.open_only, "mains": wanted.mains_only,
        "late": wanted.late_on.isoformat() if wanted.late_on else None,
    }  # fmt: skip


def _case(row: dict[str, Any]) -> Case:
    source = Source(row["source_kind"], row["source"])
    values = {name: value for name, value in row.items() if name != "source_kind"}
    return Case(**{
        **values, "source": source, "state": CaseState(row["state"]),
        "received_at": datetime.fromisoformat(row["received_at"]),
        "answered_on": date.fromisoformat(row["answered_on"]) if row["answered_on"] else None,
        "due_on": date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        "flags": tuple(json.loads(row["flags"] or "[]")), "waiting": bool(row["waiting"]),
    })  # fmt: skip
