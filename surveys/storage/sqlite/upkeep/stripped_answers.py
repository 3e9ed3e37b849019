"""Answers without what was written in them, or without the files that came along; what can be counted stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlite_utils import Database

from surveys.definition.questions import Answer, Measure
from surveys.definition.questions.question import Question
from surveys.definition.survey import Survey
from surveys.storage.sqlite.answers.holding import asked

Strip = Callable[[Question, Answer], Answer | None]


class StrippedAnswer(NamedTuple):
    """An answer, what is left of it, and the codes of the questions that lose something."""

    response: str
    answers: dict[str, Answer]
    lost: list[str]


def without_words(question: Question, answer: Answer) -> Answer | None:
    """What is left when nothing that was typed may stay: of "other" that it was chosen."""
    columns = question.columns()
    if columns and all(each.measure is Measure.TEXT for each in columns):
        return None
    other = any(each.name == f"{question.code}._text" for each in columns)
    return answer["chosen"] if other and isinstance(answer, dict) else answer


def without_files(question: Question, answer: Answer) -> Answer | None:
    """What is left without uploads and signatures."""
    return None if question.type in ("file", "signature") else answer


def stripped(db: Database, survey: str, before: str, strip: Strip) -> Iterator[StrippedAnswer]:
    """The answers from before a day that lose something, by their ids; read to the end before any is changed."""
    query = "SELECT number FROM survey_versions WHERE survey = ?"
    surveys = {row[0]: asked(db, survey, row[0]) for row in db.conn.execute(query, [survey]).fetchall()}
    marks = {f'%"{mark}":%' for each in surveys.values() for mark in _marks(each, strip)}
    if not marks:
        return
    named = {f"mark{place}": mark for place, mark in enumerate(sorted(marks))}
    rows = _ROWS.format(" OR ".join(f"answers LIKE :{name}" for name in named))
    for response, version, text in db.conn.execute(rows, {"survey": survey, "before": before, **named}):
        answers = json.loads(text)
        left = _left(surveys.get(version), answers, strip)
        if left != answers:
            yield StrippedAnswer(response, left, [code for code in answers if left.get(code) != answers[code]])


def _marks(survey: Survey | None, strip: Strip) -> Iterator[str]:
    """The names that stand in a stored answer that may lose something."""
    for question in survey.questions() if survey else ():
        if strip(question, {"chosen": "", "other": ""}) is None:
            yield question.code
        elif strip is without_words and f"{question.code}._text" in [each.name for each in question.columns()]:
            yield "other"


def _left(survey: Survey | None, answers: Mapping[str, Any], strip: Strip) -> dict[str, Answer]:
    left = dict(answers)
    for question in survey.questions() if survey else ():
        if question.code in left:
            kept = strip(question, left[question.code])
            if kept is None:
                del left[question.code]
            else:
                left[question.code] = kept
    return left


def keep_stripped(db: Database, each: StrippedAnswer) -> None:
    """Put what is left in the place of the answer; what was found in its words goes too."""
    text = json.dumps(each.answers, ensure_ascii=False, separators=(",", ":"))
    db.conn.execute("UPDATE responses SET answers = ? WHERE id = ?", [text, each.response])
    _strip_apart(db, each, text)
    items = [(each.response, item) for code in each.lost for item in (code, f"{code}._text")]
    for table in ("findings", "reviews", "open_comments"):
        db.conn.executemany(f"DELETE FROM {table} WHERE response = ? AND item = ?", items)  # noqa: S608  our own names


def _strip_apart(db: Database, each: StrippedAnswer, text: str) -> None:
    """The same of one that is out of the count, which keeps beside it what hung on it."""
    for row in list(db.query("SELECT beside FROM set_apart WHERE id = :id", {"id": each.response})):
        beside = json.loads(row["beside"])
        lost = {item for code in each.lost for item in (code, f"{code}._text")}
        beside["reviews"] = [kept for kept in beside.get("reviews", ()) if kept["item"] not in lost]
        query = "UPDATE set_apart SET answers = :answers, beside = :beside WHERE id = :id"
        values = {"answers": text, "beside": json.dumps(beside, ensure_ascii=False), "id": each.response}
        db.execute(query, values)


_ROWS = """
SELECT id, version, answers FROM (
  SELECT id, version, answers, survey, received_on FROM responses
  UNION ALL SELECT id, version, answers, survey, received_on FROM set_apart
) AS every WHERE survey = :survey AND received_on < :before AND ({}) ORDER BY id"""
