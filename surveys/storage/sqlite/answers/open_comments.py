"""Which open comments there are, and by which model each was analysed last: the analysis' backlog is read by key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from surveys.definition.questions import Measure
from surveys.definition.survey import Survey


def comment_items(survey: Survey) -> list[str]:
    """The codes of the questions whose answers are open comments."""
    return [question.code for question in survey.with_measure(Measure.TEXT)]


def note_comments(
    db: Database, code: str, survey: Survey, answered: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:  # fmt: skip
    """Let the comments wait that are in these answers, each (response, answers), in the transaction that keeps them."""
    items = comment_items(survey)
    db.conn.executemany(
        "INSERT INTO open_comments (response, item, survey, model) VALUES (?, ?, ?, '')",
        (
            (response, item, code)
            for response, answers in answered for item in items if isinstance(answers.get(item), str)
        ),
    )  # fmt: skip


def note_earlier_comments(db: Database, survey: str, items: Collection[str]) -> None:
    """Let those wait that were answers before a new version of the survey called their question an open one."""
    db.conn.executemany(_EARLIER, [(survey, item) for item in items])


_EARLIER = """
INSERT INTO open_comments (response, item, survey, model)
SELECT responses.id, ?2, responses.survey, '' FROM responses JOIN json_each(responses.answers) AS item
WHERE responses.survey = ?1 AND item.key = ?2 AND item.type = 'text' ON CONFLICT (response, item) DO NOTHING"""
