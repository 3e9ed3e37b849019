"""Answers out of the count: moved from where figures are read to a table of their own, and back with all that hung on.

Because they lie elsewhere, no count, copy, export or page can forget to leave them out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.intake.quota_places import places
from surveys.intake.submission import Event, StoredResponse
from surveys.localisation.clock import local_day
from surveys.storage.records.set_apart import NotSingly, SetApartAnswer, SetApartWhy
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.holding import asked
from surveys.storage.sqlite.answers.open_comments import note_comments
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.fieldwork.tasks import reopen

COLUMNS = (
    "id", "survey", "version", "answers", "received_on", "received_at", "seconds", "touchpoint", "department",
    "district", "business_type", "channel", "seed", "contact", "flags", "context", "round", "subject", "task", "notice",
    "campaign",
)  # fmt: skip


class SetApartTable:
    """What is there and not counted."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str, why: SetApartWhy) -> list[SetApartAnswer]:
        """Those of one survey, the last ones taken out first."""
        query = "SELECT * FROM set_apart WHERE survey = :survey AND why = :why ORDER BY set_at DESC, id"
        with self._connections.reading() as db:
            return [_answer(row) for row in db.query(query, {"survey": survey, "why": why.value})]

    def amount(self, survey: str, why: SetApartWhy) -> int:
        """How many there are of one survey."""
        query = "SELECT count(*) FROM set_apart WHERE survey = :survey AND why = :why"
        with self._connections.reading() as db:
            return int(db.execute(query, {"survey": survey, "why": why.value}).fetchone()[0])

    def take_out(self, survey: str, responses: Sequence[str], reason: str, *, by: str, now: datetime) -> int:
        """Take these answers out of every figure; returns how many were there to be taken.

        Raises NotSingly where one of them is anonymous: then none is taken.
        """
        with self._connections.writing() as db:
            rows = _rows(db, f"{_SELECT} FROM responses WHERE {_AMONG}", survey, responses)
            if _any_anonymous(db, survey, responses):
                raise NotSingly(survey)
            for row in rows:
                _take_out(db, row, reason, by, now)
            if rows:
                write_audit(db, by, "do not count answers", survey, f"{len(rows)}: {reason}")
                for row in rows:
                    write_audit(db, by, "do not count answer", row["id"], reason)
        return len(rows)

    def put_back(self, survey: str, responses: Sequence[str], *, by: str, now: datetime) -> int:
        """Count these again, as if they had never been away; returns how many."""
        with self._connections.writing() as db:
            query = f"SELECT * FROM set_apart WHERE why = 'uncounted' AND {_AMONG}"  # noqa: S608
            rows = _rows(db, query, survey, responses)
            for row in rows:
                _put_back(db, row, now)
            if rows:
                write_audit(db, by, "count answers again", survey, str(len(rows)))
                for row in rows:
                    write_audit(db, by, "count answer again", row["id"])
        return len(rows)


def known_apart(db: Database, responses: Sequence[str]) -> set[str]:
    """Those of these that are out of the count: the same form sent again is no new answer."""
    query = "SELECT id FROM set_apart WHERE id IN (SELECT value FROM json_each(:ids))"
    return {row[0] for row in db.execute(query, {"ids": json.dumps(list(responses))})}


def delete_apart(db: Database, survey: str, response: str) -> bool:
    """Its author takes it back, and its task is open again; True when it was there."""
    query = "DELETE FROM set_apart WHERE survey = :survey AND id = :id RETURNING task"
    gone = db.execute(query, {"survey": survey, "id": response}).fetchall()
    for (task,) in gone:
        if task is not None:
            reopen(db, task)
    return bool(gone)


def _take_out(db: Database, row: Mapping[str, Any], reason: str, by: str, now: datetime) -> None:
    beside = _beside(db, row)
    kept = {name: row[name] for name in COLUMNS} | {
        "why": SetApartWhy.UNCOUNTED.value, "reason": reason, "set_by": by, "set_at": now.isoformat(timespec="seconds"),
        "beside": json.dumps(beside, ensure_ascii=False),
    }  # fmt: skip
    db.table("set_apart").insert(kept)
    db.execute("DELETE FROM responses WHERE id = :id", {"id": row["id"]})
    _count_places(db, row, beside["campaign"], -1)
    _mark_invitation(db, beside["invitation"], 1)
    _tally(db, row, Event.SET_APART, local_day(now))


def _put_back(db: Database, row: Mapping[str, Any], now: datetime) -> None:
    beside = json.loads(row["beside"])
    names = ", ".join(COLUMNS)
    marks = ", ".join(f":{name}" for name in COLUMNS)
    db.execute("DELETE FROM set_apart WHERE id = :id", {"id": row["id"]})
    db.execute(f"INSERT INTO responses ({names}) VALUES ({marks})", {name: row[name] for name in COLUMNS})  # noqa: S608
    for table in ("reviews", "arrivals", "imported_responses"):
        for hung in beside[table]:
            db.table(table).insert(hung)
    for key in beside["files"]:
        db.execute("UPDATE uploads SET response = :id WHERE key = :key", {"id": row["id"], "key": key})
    definition = asked(db, row["survey"], row["version"])
    if definition is not None:
        note_comments(db, row["survey"], definition, [(row["id"], json.loads(row["answers"]))])
    _count_places(db, row, beside["campaign"], 1)
    _mark_invitation(db, beside["invitation"], 0)
    _tally(db, row, Event.COUNTED_AGAIN, local_day(now))


def _beside(db: Database, row: Mapping[str, Any]) -> dict[str, Any]:
    """What hangs on an answer and goes when it goes; findings are made anew."""
    found: dict[str, Any] = {
        table: list(db.query(f"SELECT * FROM {table} WHERE response = :id", {"id": row["id"]}))  # noqa: S608
        for table in ("reviews", "arrivals", "imported_responses")
    }
    files = db.execute("SELECT key FROM uploads WHERE response = :id", {"id": row["id"]}).fetchall()
    invited = db.execute(_INVITED, dict(row)).fetchone() or (None, None)
    return found | {"files": [key for (key,) in files], "invitation": invited[0], "campaign": invited[1]}


def _mark_invitation(db: Database, invitation: str | None, uncounted: int) -> None:
    query = "UPDATE invitations SET uncounted = :uncounted WHERE id = :id"
    db.execute(query, {"uncounted": uncounted, "id": invitation})


def _count_places(db: Database, row: Mapping[str, Any], campaign: str | None, by: int) -> None:
    """Free the places that the answer took in quotas, or take them again, also beyond what they hold."""
    survey = asked(db, row["survey"], row["version"])
    if survey is None:
        return
    entered = _entered(survey, json.loads(row["answers"]))
    cells = {(place.scope, place.cell) for place in places(survey, entered)}
    if campaign is not None:
        plan = Plan.model_validate_json(
            db.execute("SELECT plan FROM campaigns WHERE id = :id", {"id": campaign}).fetchone()[0]
        )
        cells |= {(f"campaign:{campaign}", each.code) for each in plan.quotas if each.counts(entered)}
    query = "UPDATE quotas SET taken = taken + :by WHERE scope = :scope AND cell = :cell AND taken + :by >= 0"
    db.conn.executemany(query, [{"by": by, "scope": scope, "cell": cell} for scope, cell in sorted(cells)])


def _entered(survey: Survey, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    entered: dict[str, list[str]] = {}
    for question in survey.questions():
        entered |= question.entered_from(answers.get(question.code))
    return entered


def _tally(db: Database, row: Mapping[str, Any], event: Event, day: date) -> None:
    values = {"survey": row["survey"], "day": day.isoformat(), "place": row["touchpoint"] or "", "event": event.value}
    db.execute(_COUNT, values)


def _any_anonymous(db: Database, survey: str, responses: Sequence[str]) -> bool:
    """Also among those that are held back still."""
    rows = _rows(db, f"SELECT DISTINCT version FROM kept_responses WHERE {_AMONG}", survey, responses)  # noqa: S608
    definitions = [asked(db, survey, row["version"]) for row in rows]
    return any(each is None or each.anonymous for each in definitions)


def _rows(db: Database, query: str, survey: str, responses: Sequence[str]) -> list[dict[str, Any]]:
    return list(db.query(query, {"survey": survey, "ids": json.dumps(list(responses))}))


def stored_response(row: Mapping[str, Any]) -> StoredResponse:
    """One row of answers, of whichever table, as it is read back."""
    at, columns = row["received_at"], {name: row[name] for name in COLUMNS}
    return StoredResponse(
        **columns | {
            "answers": json.loads(row["answers"]), "flags": tuple(json.loads(row["flags"] or "[]")),
            "context": json.loads(row["context"] or "{}"), "received_on": date.fromisoformat(row["received_on"]),
            "received_at": datetime.fromisoformat(at) if at else None,
        }
    )  # fmt: skip


def _answer(row: Mapping[str, Any]) -> SetApartAnswer:
    at = datetime.fromisoformat(row["set_at"])
    return SetApartAnswer(stored_response(row), SetApartWhy(row["why"]), row["reason"], row["set_by"], at)


_SELECT = f"SELECT {', '.join(COLUMNS)}"
_AMONG = "survey = :survey AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id"

# The link that a named answer came by: the last one of its person for its survey that was used up.
_INVITED = """
SELECT invitations.id, invitations.campaign FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
WHERE invitations.contact = :contact AND campaigns.survey = :survey AND campaigns.anonymous = 0
  AND invitations.finished = 1 AND invitations.uncounted = 0
  AND (CAST(:received_at AS text) IS NULL OR invitations.due_at <= :received_at)
ORDER BY invitations.due_at DESC, invitations.id LIMIT 1"""

_COUNT = """
INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (:survey, :day, :place, :event, 1)
ON CONFLICT (survey, day, touchpoint, event) DO UPDATE SET times = tallies.times + 1"""
