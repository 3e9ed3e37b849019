"""Typed sheets that wait for a second person: whole, and in no figure, until they are released or discarded."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import TypeAdapter
from sqlite_utils import Database

from surveys.intake.submission import Outcome, Submission
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.typed_sheets import OwnBatch, ReleaseRule, WaitingBatch
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_SUBMISSION = TypeAdapter(Submission)
_SETTING = "typed sheets wait"
_WISHES = {True: "on", False: "off", None: "as the organisation"}


class TypedSheetTable:
    """One row for each sheet."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def rule(self, survey: str) -> ReleaseRule:
        """Whether what is typed in for a survey is to be released by somebody else, and by whose wish."""
        with self._connections.reading() as db:
            return _rule(db, survey)

    def let_wait(self, wait: bool, *, by: str) -> None:
        """From here on; what waits already goes on waiting."""
        with self._connections.writing() as db:
            db.table("settings").upsert({"name": _SETTING, "value": str(int(wait))}, pk="name")
            write_audit(db, by, "let sheets wait", "organisation", "on" if wait else "off")

    def let_survey_wait(self, survey: str, wish: bool | None, *, by: str, seen: ReleaseRule | Unread = ANY) -> None:
        """The survey's own wish from here on, None for none; raises ChangedMeanwhile when the rule isn't as *seen*."""
        kept = None if wish is None else int(wish)
        with self._connections.writing() as db:
            assert_as_seen(seen, _rule(db, survey))
            db.execute("UPDATE surveys SET typed_sheets_wait = ? WHERE code = ?", [kept, survey])
            write_audit(db, by, "let sheets wait", survey, _WISHES[wish])

    def keep(self, submission: Submission, batch: str, *, by: str) -> Outcome:
        """Keep a sheet until it is released; DUPLICATE when it waits, or counts, already."""
        document = _SUBMISSION.dump_json(submission).decode()
        values = [submission.id, submission.survey, batch, by, submission.department, document]
        with self._connections.writing() as db:
            if db.execute(_THERE, {"id": submission.id}).fetchone():
                return Outcome.DUPLICATE
            new = db.conn.execute(_KEEP, values).rowcount
        return Outcome.ACCEPTED if new else Outcome.DUPLICATE

    def waiting(self, survey: str) -> list[WaitingBatch]:
        """By name of the batch and by who has typed it in."""
        with self._connections.reading() as db:
            rows = db.execute(_WAITING, [survey]).fetchall()
        return [WaitingBatch(survey, name, by, tuple(json.loads(places)), n) for name, by, places, n in rows]

    def to_release(self, batch: WaitingBatch, *, by: str) -> list[Submission]:
        """The sheets of a batch, for who releases them to hand in; raises OwnBatch."""
        if by == batch.typed_by:
            raise OwnBatch(batch.name)
        with self._connections.writing() as db:
            found = db.execute(_SHEETS, [batch.survey, batch.name, batch.typed_by]).fetchall()
            write_audit(db, by, "release sheets", batch.survey, f"batch {batch.name}, {len(found)} sheets")
        return [_SUBMISSION.validate_json(row[0]) for row in found]

    def released(self, sheets: Sequence[Submission]) -> None:
        """Forget what was handed in."""
        with self._connections.writing() as db:
            _forget(db, sheets)

    def discard(self, batch: WaitingBatch, *, by: str) -> int:
        """Delete a batch that is not to count; returns how many sheets."""
        with self._connections.writing() as db:
            gone = db.execute(_DISCARD, [batch.survey, batch.name, batch.typed_by]).rowcount
            write_audit(db, by, "discard sheets", batch.survey, f"batch {batch.name}, {gone} sheets")
        return int(gone)


def _rule(db: Database, survey: str) -> ReleaseRule:
    everywhere = db.execute("SELECT value FROM settings WHERE name = ?", [_SETTING]).fetchone()
    own = db.execute("SELECT typed_sheets_wait FROM surveys WHERE code = ?", [survey]).fetchone()
    wish = None if own is None or own[0] is None else bool(own[0])
    return ReleaseRule(everywhere is not None and everywhere[0] == "1", wish)


def _forget(db: Database, sheets: Sequence[Submission]) -> None:
    db.conn.executemany("DELETE FROM typed_sheets WHERE id = ?", [[each.id] for each in sheets])


_KEEP = """
INSERT INTO typed_sheets (id, survey, batch, typed_by, department, submission) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING"""

_WAITING = """
SELECT batch, typed_by, json_group_array(DISTINCT department), count(*) FROM typed_sheets WHERE survey = ?
GROUP BY batch, typed_by ORDER BY batch, typed_by"""

_SHEETS = "SELECT submission FROM typed_sheets WHERE survey = ? AND batch = ? AND typed_by = ? ORDER BY id"

_DISCARD = "DELETE FROM typed_sheets WHERE survey = ? AND batch = ? AND typed_by = ?"

_THERE = "SELECT 1 FROM kept_responses WHERE id = :id UNION ALL SELECT 1 FROM set_apart WHERE id = :id"
