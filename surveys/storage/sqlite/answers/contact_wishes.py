"""Wishes to be contacted after an anonymous answer, kept apart from it: no key, no order, no time finer than a day."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from surveys.definition.survey import Survey
from surveys.intake.submission import Submission
from surveys.storage.sqlite.answers.key_order import move, rewrite

_HOLD = """
INSERT INTO held_contact_wishes (survey, id, day, department, contact)
VALUES (:survey, :id, :day, :department, :contact)"""
_DUE = "SELECT DISTINCT survey FROM held_contact_wishes WHERE day < ? ORDER BY survey"


def without_wish(db: Database, submission: Submission, survey: Survey, day: date) -> Submission:
    """The answer without the contact details in it; these wait for others as a wish of its day."""
    if survey.callback is None or not survey.anonymous or survey.callback not in submission.answers:
        return submission
    contact = str(submission.answers[survey.callback] or "").strip()
    if contact:
        wish = {
            "survey": survey.code, "id": secrets.token_hex(16), "day": day.isoformat(),
            "department": submission.department, "contact": contact,
        }  # fmt: skip
        db.execute(_HOLD, wish)
        rewrite(db, "held_contact_wishes", "survey = ?", [survey.code])
    rest = {code: answer for code, answer in submission.answers.items() if code != survey.callback}
    return replace(submission, answers=rest)


def settle_wishes(db: Database, today: date) -> None:
    """Move the wishes of days that are over to where cases are made of them."""
    for (survey,) in db.conn.execute(_DUE, [today.isoformat()]).fetchall():
        move(db, "held_contact_wishes", "contact_wishes", "survey = ? AND day < ?", [survey, today.isoformat()])
        rewrite(db, "held_contact_wishes", "survey = ?", [survey])
