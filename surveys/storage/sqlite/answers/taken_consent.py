"""Consent taken back: of one answer goes all that tells of a person or was said in own words; what is counted stays."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from surveys.definition.design_checks.personal_questions import asks_for_person, under_consent
from surveys.definition.questions import Answer
from surveys.definition.questions.question import Question
from surveys.definition.survey import Survey
from surveys.storage.sqlite.answers.holding import asked, count_change
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.upkeep.stripped_answers import without_files, without_words
from surveys.storage.sqlite.uploads import take_files

_TABLES = ("responses", "held_responses", "set_apart")


def take_consent_back(db: Database, survey: str, response: str) -> list[str] | None:
    """Strip the answer wherever it lies; returns the keys of its files, to be removed, None when there is no such."""
    for table in _TABLES:
        query = f"SELECT version, answers FROM {table} WHERE survey = :survey AND id = :id"  # noqa: S608  our own names
        row = db.execute(query, {"survey": survey, "id": response}).fetchone()
        if row is not None:
            left = _left(asked(db, survey, row[0]), json.loads(row[1]))
            files = take_files(db, [response])
            _keep(db, table, response, left)
            _settle_in(db, table, survey, response)
            return files
    return None


def _left(survey: Survey | None, answers: dict[str, Any]) -> dict[str, Any]:
    """What may stay; nothing of a question that is not known."""
    if survey is None:
        return {}
    held = under_consent(survey)
    known = {each.code: each for each in survey.questions() if each.code in answers and each.code not in held}
    kept = {code: _rest(question, answers[code]) for code, question in known.items()}
    return {code: answer for code, answer in kept.items() if answer is not None}


def _rest(question: Question, answer: Answer) -> Answer | None:
    if asks_for_person(question) or without_files(question, answer) is None:
        return None
    return without_words(question, answer)


def _keep(db: Database, table: str, response: str, left: dict[str, Any]) -> None:
    text = json.dumps(left, ensure_ascii=False, separators=(",", ":"))
    values = {"answers": text, "id": response}
    query = f"UPDATE {table} SET answers = :answers, contact = NULL, context = NULL WHERE id = :id"  # noqa: S608
    db.execute(query, values)
    for hung in ("findings", "reviews", "open_comments"):
        db.execute(f"DELETE FROM {hung} WHERE response = :id", {"id": response})  # noqa: S608
    db.execute("UPDATE cases SET response = NULL WHERE response = :id", {"id": response})


def _settle_in(db: Database, table: str, survey: str, response: str) -> None:
    """Of an answer that is held caches are told, and its place in the file tells nothing of the change."""
    if table == "held_responses":
        db.execute("UPDATE held_responses SET files = '[]' WHERE survey = :survey AND id = :id", {
            "survey": survey, "id": response,
        })  # fmt: skip
        count_change(db, survey)
        rewrite(db, "held_responses", "survey = ?", [survey])
    if table == "set_apart":
        _forget_beside(db, response)


def _forget_beside(db: Database, response: str) -> None:
    """What hangs on an answer out of the count comes back with it: not what was found in its words."""
    row = db.execute("SELECT beside FROM set_apart WHERE id = :id", {"id": response}).fetchone()
    if row is not None:
        beside = json.loads(row[0])
        beside |= {name: [] for name in ("reviews", "files") if name in beside}
        kept = {"beside": json.dumps(beside, ensure_ascii=False), "id": response}
        db.execute("UPDATE set_apart SET beside = :beside WHERE id = :id", kept)
