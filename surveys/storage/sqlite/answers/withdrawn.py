"""Anonymous answers that were taken back: their numbers leave figures together with a batch of others, and then go.

Whoever looked before and after could subtract the two looks. So the codes and numbers of such an answer (no words, no
files) are kept until figures have changed by a batch, at most `COUNTED_AT_MOST`; of what was answered then only the
names of the columns are left, by which batches are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlite_utils import Database

from surveys.definition.questions import Answer, Cell, Measure
from surveys.definition.survey import Survey
from surveys.storage.records.withdrawn import COUNTED_AT_MOST, WithdrawnAnswer
from surveys.storage.sqlite.answers.holding import asked
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.connection import Connections

_WORDS = (Measure.TEXT, Measure.RECORD)


class WithdrawnTable:
    """What figures still have to count."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, survey: str) -> list[WithdrawnAnswer]:
        """Those of one survey."""
        with self._connections.reading() as db:
            return [_withdrawn(row) for row in db.query(_OF_SURVEY, [survey])]

    def forget(self, today: date) -> int:
        """Delete what was answered where that is over; returns of how many."""
        with self._connections.reading() as db:
            due = db.execute(_DUE, [(today - COUNTED_AT_MOST).isoformat()]).fetchall()
        if due:
            with self._connections.writing() as db:
                db.conn.executemany(_FORGET, due)
            self._connections.empty_log()
        return len(due)


def note_withdrawn(db: Database, survey: Survey | None, response: str, day: date) -> None:
    """Keep of an answer to an anonymous *survey* what figures count, in the transaction that deletes it."""
    if survey is None or not survey.anonymous:
        return
    row = db.conn.execute(_KEPT, [response]).fetchone()
    if row is not None and row[3] < day.isoformat():  # one of the same day has been in no figure
        code, answers, department, received_on, subject, asked_in = row
        _note(db, survey, _Withdrawn(response, code, department, subject, asked_in, received_on), answers, day)
        rewrite(db, "withdrawn_answers", "survey = ?", [code])


def note_all_withdrawn(db: Database, survey: str, responses: Sequence[str], day: date) -> None:
    """The same for many answers to one survey at once."""
    listed = json.dumps(list(responses))
    for row in db.conn.execute(_ALL_KEPT, [listed]).fetchall():
        response, version, answers, department, received_on, subject, asked_in = row
        definition = asked(db, survey, version)
        if definition is not None and definition.anonymous and received_on < day.isoformat():
            gone = _Withdrawn(response, survey, department, subject, asked_in, received_on)
            _note(db, definition, gone, answers, day)
    rewrite(db, "withdrawn_answers", "survey = ?", [survey])


class _Withdrawn(NamedTuple):
    """Whose numbers are kept."""

    response: str
    survey: str
    department: str | None
    subject: str | None
    round: str | None
    received_on: str


def _note(db: Database, survey: Survey, of: _Withdrawn, answers: str, day: date) -> None:
    cells = json.dumps(_counted(survey, json.loads(answers)), ensure_ascii=False, separators=(",", ":"))
    db.conn.execute(_NOTE, [*of, day.isoformat(), cells])


def _counted(survey: Survey, answers: Mapping[str, Answer]) -> dict[str, Cell]:
    """The codes and numbers of the answers, by their columns."""
    found: dict[str, Cell] = {}
    for question in survey.questions():
        answer = answers.get(question.code)
        if answer is None:
            continue
        cells = question.cells(answer)
        for column in question.columns():
            if column.measure not in _WORDS and cells.get(column.name) is not None:
                found[column.name] = cells[column.name]
    return found


def _withdrawn(row: Mapping[str, str]) -> WithdrawnAnswer:
    return WithdrawnAnswer(
        row["response"], row["department"], date.fromisoformat(row["received_on"]),
        date.fromisoformat(row["withdrawn_on"]), json.loads(row["cells"]), row["subject"], row["round"],
    )  # fmt: skip


_KEPT = "SELECT survey, answers, department, received_on, subject, round FROM kept_responses WHERE id = ?"

_ALL_KEPT = """
SELECT id, version, answers, department, received_on, subject, round FROM kept_responses
WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"""

_NOTE = """
INSERT INTO withdrawn_answers (response, survey, department, subject, round, received_on, withdrawn_on, cells)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

_OF_SURVEY = "SELECT * FROM withdrawn_answers WHERE survey = ? ORDER BY response"

_DUE = """
SELECT response FROM withdrawn_answers
WHERE withdrawn_on < ? AND EXISTS (SELECT 1 FROM json_each(cells) AS cell WHERE cell.type <> 'null')"""

_FORGET = """
UPDATE withdrawn_answers
SET cells = (SELECT json_group_object(cell.key, NULL) FROM json_each(cells) AS cell) WHERE response = ?"""
