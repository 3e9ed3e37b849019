"""Appraisals of people: each step towards a report is taken once, and a report that is out is never written over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.appraisal.appraisal import (
    Appeal,
    AppealOutcome,
    Appraisal,
    AppraisalRules,
    AppraisalTalk,
    Appraised,
    AppraisedState,
    Rater,
    ResultUse,
    SmallGroups,
)
from surveys.appraisal.report import AppraisalReport, ItemReliability, report_from
from surveys.storage.records.appraisals import NotInThatState
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections

_BEGIN = """
INSERT INTO appraisals (id, survey, round, name, rules, made_by, made_on)
VALUES (:id, :survey, :round, :name, :rules, :made_by, :made_on)"""
_KEEP_PERSON = """
INSERT INTO appraised (appraisal, person, survey, round, department, superiors, raters)
VALUES (:appraisal, :person, :survey, :round, :department, :superiors, :raters)
ON CONFLICT (survey, round, person) DO NOTHING"""
_APPRAISALS = "SELECT * FROM appraisals ORDER BY made_on DESC, id"


class AppraisalTables:
    """Implements `surveys.storage.records.protocols.Appraisals` on SQLite."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> list[Appraisal]:
        """The newest first."""
        with self._connections.reading() as db:
            return [_appraisal(row) for row in db.query(_APPRAISALS)]

    def get(self, appraisal: str) -> Appraisal | None:
        return next((each for each in self.all() if each.id == appraisal), None)

    def people(self, appraisal: str) -> list[Appraised]:
        """By their codes."""
        with self._connections.reading() as db:
            rows = db.query("SELECT * FROM appraised WHERE appraisal = ? ORDER BY person", [appraisal])
            return [_appraised(row) for row in rows]

    def of_person(self, person: str) -> list[Appraised]:
        """All that somebody was or is appraised in."""
        with self._connections.reading() as db:
            return [_appraised(row) for row in db.query("SELECT * FROM appraised WHERE person = ?", [person])]

    def is_over(self, survey: str, round_code: str, person: str) -> bool:
        """Whether no more ratings of somebody are taken in that round."""
        query = "SELECT 1 FROM appraised WHERE survey = ? AND round = ? AND person = ? AND closed_on IS NOT NULL"
        with self._connections.reading() as db:
            return db.execute(query, [survey, round_code, person]).fetchone() is not None

    def begin(self, appraisal: Appraisal, people: Iterable[Appraised], *, by: str, day: date) -> int:
        """Keep a new appraisal; returns how many people are in it, without those of another one in the same round."""
        own = {"survey": appraisal.survey, "round": appraisal.round}
        row = own | {"id": appraisal.id, "name": appraisal.name, "rules": json.dumps(asdict(appraisal.rules))}
        with self._connections.writing() as db:
            db.conn.execute(_BEGIN, row | {"made_by": by, "made_on": day.isoformat()})
            before = db.conn.total_changes
            db.conn.executemany(_KEEP_PERSON, [own | _person_row(each) for each in people])
            number = int(db.conn.total_changes - before)
            write_audit(db, by, "begin appraisal", appraisal.survey, appraisal.id)
        return number

    def choose_raters(self, appraisal: str, person: str, raters: Sequence[Rater], *, by: str) -> None:
        """Who is to rate somebody; only as long as it has not begun. Raises NotInThatState."""
        kept = json.dumps([asdict(each) for each in raters])
        with self._connections.writing() as db:
            _step(db, appraisal, person, AppraisedState.PROPOSED, {"raters": kept})
            write_audit(db, by, "choose raters", appraisal, person)

    def move(self, appraisal: str, person: str, to: AppraisedState, *, by: str, day: date) -> None:
        """Begin, or close, somebody's appraisal. Raises NotInThatState."""
        came_from = {AppraisedState.RUNNING: AppraisedState.PROPOSED, AppraisedState.CLOSED: AppraisedState.RUNNING}[to]
        closed = {"closed_on": day.isoformat()} if to is AppraisedState.CLOSED else {}
        with self._connections.writing() as db:
            _step(db, appraisal, person, came_from, {"state": to.value} | closed)
            write_audit(db, by, "close appraisal" if closed else "start appraisal", appraisal, person)

    def release(self, appraisal: str, reports: Mapping[str, AppraisalReport], *, by: str, day: date) -> None:
        """Keep reports by person, once and for all. Raises NotInThatState."""
        with self._connections.writing() as db:
            for person, report in sorted(reports.items()):
                changed = {"state": "released", "released_on": day.isoformat(), "report": _json(report.as_json())}
                _step(db, appraisal, person, AppraisedState.CLOSED, changed)
                write_audit(db, by, "release appraisal report", appraisal, person)

    def keep_reliability(self, appraisal: str, found: Sequence[ItemReliability]) -> None:
        """Once, where nothing is kept yet."""
        with self._connections.writing() as db:
            kept = _json([asdict(each) for each in found])
            db.execute("UPDATE appraisals SET reliability = ? WHERE id = ? AND reliability = '[]'", [kept, appraisal])

    def note_interview(self, appraisal: str, person: str, talk: AppraisalTalk, *, by: str) -> None:
        """What came of the talk about a report. Raises NotInThatState."""
        uses = json.dumps([each.value for each in talk.uses])
        row = {"interviewed_on": talk.held_on.isoformat(), "interview": talk.agreed, "interview_uses": uses}
        with self._connections.writing() as db:
            _step(db, appraisal, person, AppraisedState.RELEASED, row | {"interviewed_by": by})
            write_audit(db, by, "note appraisal interview", appraisal, person)

    # Objections

    def appeal(self, appraisal: str, person: str) -> Appeal | None:
        return next((each for each in self.appeals(appraisal) if each.person == person), None)

    def appeals(self, appraisal: str | None = None) -> list[Appeal]:
        """Of one appraisal, or of all; those due first first."""
        query = """
            SELECT * FROM appraisal_appeals WHERE CAST(:appraisal AS text) IS NULL OR appraisal = :appraisal
            ORDER BY due_on, person"""
        with self._connections.reading() as db:
            return [_appeal(row) for row in db.query(query, {"appraisal": appraisal})]

    def file_appeal(self, appeal: Appeal, *, by: str) -> bool:
        """Keep an objection; False where there is one already."""
        row = {name: getattr(appeal, name) for name in ("appraisal", "person", "words")}
        days = {"filed_on": appeal.filed_on.isoformat(), "due_on": appeal.due_on.isoformat()}
        with self._connections.writing() as db:
            kept = db.conn.execute(_FILE, row | days).rowcount
            if kept:
                write_audit(db, by, "object to appraisal", appeal.appraisal, appeal.person)
        return bool(kept)

    def answer_appeal(self, answered: Appeal, *, by: str) -> bool:
        """Keep an answer beside the objection, and a corrected composite beside the first; False where one is there."""
        row = {name: getattr(answered, name) for name in ("appraisal", "person", "answer", "corrected")}
        day = answered.answered_on.isoformat() if answered.answered_on else None
        more = {"by": by, "day": day, "outcome": answered.outcome.value if answered.outcome else None}
        with self._connections.writing() as db:
            kept = db.conn.execute(_ANSWER, row | more).rowcount
            if kept:
                write_audit(db, by, "answer appraisal objection", answered.appraisal, answered.person)
        return bool(kept)


_FILE = """
INSERT INTO appraisal_appeals (appraisal, person, filed_on, due_on, words)
VALUES (:appraisal, :person, :filed_on, :due_on, :words) ON CONFLICT (appraisal, person) DO NOTHING"""
_ANSWER = """
UPDATE appraisal_appeals SET answered_by = :by, answered_on = :day, outcome = :outcome, answer = :answer,
corrected = :corrected WHERE appraisal = :appraisal AND person = :person AND answered_on IS NULL"""


def _step(db: Database, appraisal: str, person: str, state: AppraisedState, row: Mapping[str, Any]) -> None:
    """Change somebody's row where it is in that state; raises NotInThatState."""
    sets = ", ".join(f"{name} = :{name}" for name in row)
    known = {**row, "appraisal": appraisal, "person": person, "was": state.value}
    query = f"UPDATE appraised SET {sets} WHERE appraisal = :appraisal AND person = :person AND state = :was"  # noqa: S608  names of this file
    if not db.conn.execute(query, known).rowcount:
        raise NotInThatState(person)


def _person_row(each: Appraised) -> dict[str, Any]:
    lists = {"superiors": list(each.superiors), "raters": [asdict(one) for one in each.raters]}
    named = {"appraisal": each.appraisal, "person": each.person, "department": each.department}
    return named | {name: json.dumps(value) for name, value in lists.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _appraisal(row: Mapping[str, Any]) -> Appraisal:
    rules = json.loads(row["rules"])
    found = tuple(ItemReliability(**each) for each in json.loads(row["reliability"]))
    return Appraisal(
        row["id"], row["survey"], row["round"], row["name"],
        AppraisalRules(**rules | {"small_groups": SmallGroups(rules["small_groups"])}),
        row["made_by"], _day(row["made_on"]), found,
    )  # fmt: skip


def _appraised(row: Mapping[str, Any]) -> Appraised:
    held, report = _day(row["interviewed_on"]), row["report"]
    uses = tuple(ResultUse(each) for each in json.loads(row["interview_uses"] or "[]"))
    return Appraised(
        row["appraisal"], row["person"], row["department"], tuple(json.loads(row["superiors"])),
        tuple(Rater(**each) for each in json.loads(row["raters"])), AppraisedState(row["state"]),
        _day(row["closed_on"]), _day(row["released_on"]), report_from(json.loads(report)) if report else None,
        AppraisalTalk(held, row["interview"], uses, row["interviewed_by"] or "") if held else None,
    )  # fmt: skip


def _appeal(row: Mapping[str, Any]) -> Appeal:
    outcome = AppealOutcome(row["outcome"]) if row["outcome"] else None
    return Appeal(
        row["appraisal"], row["person"], date.fromisoformat(row["filed_on"]), date.fromisoformat(row["due_on"]),
        row["words"], row["answered_by"] or "", _day(row["answered_on"]), outcome, row["answer"], row["corrected"],
    )  # fmt: skip
