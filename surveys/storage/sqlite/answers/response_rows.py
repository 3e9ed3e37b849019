"""An answer as a row of `responses`, there and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from surveys.intake.submission import StoredResponse, Submission

_INSERT = """
INSERT INTO responses
    (id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district, business_type,
     channel, seed, contact, flags, context, round, subject, task, notice, campaign)
VALUES """

_ROW = f"({', '.join('?' * 21)})"

_ROWS_AT_ONCE = 1000  # SQLite takes 32,766 values in one statement


def insert_rows(db: Database, submissions: Sequence[Submission]) -> None:
    """Keep these, in the order they stand in."""
    for start in range(0, len(submissions), _ROWS_AT_ONCE):
        chunk = submissions[start : start + _ROWS_AT_ONCE]
        values = [value for submission in chunk for value in row_of(submission).values()]
        db.conn.execute(_INSERT + ", ".join([_ROW] * len(chunk)), values)


def row_of(submission: Submission) -> dict[str, Any]:
    """By column, in the order of `_INSERT`."""
    return {
        "id": submission.id, "survey": submission.survey, "version": submission.version,
        "answers": json.dumps(submission.answers, ensure_ascii=False, separators=(",", ":")),
        "received_on": submission.received_on.isoformat(),
        "received_at": submission.received_at.isoformat(timespec="seconds") if submission.received_at else None,
        "seconds": submission.seconds, "touchpoint": submission.touchpoint, "department": submission.department,
        "district": submission.district, "business_type": submission.business_type, "channel": submission.channel,
        "seed": submission.seed, "contact": submission.contact,
        "flags": json.dumps(list(submission.flags)) if submission.flags else None,
        "context": json.dumps(dict(submission.context), ensure_ascii=False) if submission.context else None,
        "round": submission.round, "subject": submission.subject, "task": submission.task,
        "notice": submission.notice, "campaign": submission.campaign,
    }  # fmt: skip


def stored(row: dict[str, Any]) -> StoredResponse:
    """A row of `responses` as it is read back."""
    at = row["received_at"]
    return StoredResponse(
        **{
            **row,
            "answers": json.loads(row["answers"]),
            "flags": tuple(json.loads(row["flags"] or "[]")),
            "context": json.loads(row["context"] or "{}"),
            "received_on": date.fromisoformat(row["received_on"]),
            "received_at": datetime.fromisoformat(at) if at else None,
        }
    )
