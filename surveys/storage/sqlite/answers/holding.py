"""The small holding places in which anonymous answers, and what rides along with them, wait for others.

A holding place is written anew by key whenever something comes, so that it does not tell what came first. From there
rows move in batches, by key, into the large tables: as soon as there are many, answers at the latest when their day
is over. So of two rows of a table at most is told which came on which day, or in which batch of many.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from surveys.definition.survey import Survey
from surveys.storage.sqlite.answers.contact_wishes import settle_wishes
from surveys.storage.sqlite.answers.key_order import move, rewrite
from surveys.storage.sqlite.answers.open_comments import note_comments
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.surveys import parse_stored

_DUE = """
SELECT 1 FROM held_responses WHERE held_on < :day UNION ALL SELECT 1 FROM held_contact_wishes WHERE day < :day"""
MOST_HELD = 256  # of a survey; so many are written anew for each answer, in about a millisecond


def asked(db: Database, survey: str, version: int) -> Survey | None:
    """What a version of a survey asks; None when there is none."""
    query = "SELECT definition FROM survey_versions WHERE survey = ? AND number = ?"
    row = db.conn.execute(query, [survey, version]).fetchone()
    return parse_stored(row[0]) if row else None


def hold_answers(
    db: Database, rows: Sequence[Mapping[str, Any]], files: Mapping[str, Sequence[str]], day: date
) -> list[str]:  # fmt: skip
    """Keep anonymous answers, each the columns of its row, that came on this day; *files* are the keys by answer.

    Returns the keys of the files whose answers have moved on, to be renewed after the commit.
    """
    moved: list[str] = []
    if not rows:
        return moved
    held = [{**row, "held_on": day.isoformat(), "files": json.dumps(list(files[row["id"]]))} for row in rows]
    names = list(held[0])
    values = ", ".join(f":{name}" for name in names)
    db.conn.executemany(f"INSERT INTO held_responses ({', '.join(names)}) VALUES ({values})", held)  # noqa: S608
    for survey in sorted({row["survey"] for row in rows}):
        count_change(db, survey)
        rewrite(db, "held_responses", "survey = ?", [survey])
        if _amount(db, "held_responses", survey) >= MOST_HELD:
            moved += _settle(db, survey, "survey = ?", [survey])
    return moved


def settle_answers(db: Database, today: date) -> list[str]:
    """Move the answers of days that are over to where they stay; returns the keys of their files, to be renewed."""
    moved: list[str] = []
    due = "SELECT DISTINCT survey FROM held_responses WHERE held_on < ? ORDER BY survey"
    surveys = [row[0] for row in db.conn.execute(due, [today.isoformat()])]
    for survey in surveys:
        moved += _settle(db, survey, "survey = ? AND held_on < ?", [survey, today.isoformat()])
        rewrite(db, "held_responses", "survey = ?", [survey])
    settle_wishes(db, today)
    return moved


def settle_due(connections: Connections, today: date) -> bool:
    """Do that in a transaction of its own, if there are any; True then. A look costs microseconds."""
    with connections.reading() as db:
        if db.conn.execute(_DUE, {"day": today.isoformat()}).fetchone() is None:
            return False
    with connections.writing() as db:
        moved = settle_answers(db, today)
    connections.renew_files(moved)
    connections.empty_log()
    return True


def hold(db: Database, table: str, row: Mapping[str, Any]) -> None:
    """Keep a row of a survey in the holding place `held_…` of a table, until there are many."""
    names = list(row)
    values = ", ".join(f":{name}" for name in names)
    db.conn.execute(f"INSERT INTO held_{table} ({', '.join(names)}) VALUES ({values})", row)  # noqa: S608
    rewrite(db, f"held_{table}", "survey = ?", [row["survey"]])
    if _amount(db, f"held_{table}", row["survey"]) >= MOST_HELD:
        settle(db, table, row["survey"])


def settle(db: Database, table: str, survey: str) -> None:
    """Move what is held of a survey to where it stays."""
    move(db, f"held_{table}", table, "survey = ?", [survey])


def count_change(db: Database, survey: str) -> None:
    """Let caches know of an answer that came or went while it was held; of those in the large table triggers do."""
    db.conn.execute(
        "INSERT INTO revisions (survey, number) VALUES (?, random() / 2) "
        "ON CONFLICT (survey) DO UPDATE SET number = revisions.number + 1",
        [survey],
    )


def _amount(db: Database, table: str, survey: str) -> int:
    return int(db.conn.execute(f"SELECT count(*) FROM {table} WHERE survey = ?", [survey]).fetchone()[0])  # noqa: S608


def _settle(db: Database, survey: str, condition: str, values: Sequence[Any]) -> list[str]:
    query = f"SELECT id, version, answers, files FROM held_responses WHERE {condition} ORDER BY id"  # noqa: S608
    rows = db.conn.execute(query, values).fetchall()
    move(db, "held_responses", "responses", condition, values)
    own = "UPDATE uploads SET response = ? WHERE key = ?"
    owned = [(row[0], key) for row in rows for key in sorted(json.loads(row[3]))]
    db.conn.executemany(own, owned)
    for version in sorted({row[1] for row in rows}):
        if definition := asked(db, survey, version):
            note_comments(db, survey, definition, [(row[0], json.loads(row[2])) for row in rows if row[1] == version])
    return sorted(key for _, key in owned)
