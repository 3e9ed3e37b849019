"""Opening times, leases, sources of cases, comments by code, changed days, tablets."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from surveys.storage.sqlite.migrations.ledger import migrations


@migrations()
def m024_opening_times(db: Database) -> None:
    """From when until when a survey is open by the clock; surveys put away; up to when the audit trail tells of it."""
    for column in ("opens_at", "closes_at", "archived_at", "turns_noted_at"):
        db.execute(f"ALTER TABLE surveys ADD COLUMN {column} TEXT")


@migrations()
def m025_passwords_given(db: Database) -> None:
    """Whether somebody else chose an account's password; of those that are in use already nothing is asked."""
    db.execute("ALTER TABLE accounts ADD COLUMN password_given INTEGER NOT NULL DEFAULT 0")


@migrations()
def m030_leases(db: Database) -> None:
    """Which process does which job in the background, and until when."""
    db.execute(
        "CREATE TABLE leases (job TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def m031_sources_of_cases(db: Database) -> None:
    """Cases come from sources of several kinds; an opinion box is one."""
    for statement in _SOURCES.split(";\n\n"):
        db.execute(statement)


# What refers to cases is made anew first: dropping a table deletes its rows, and those that hang on them.
_SOURCES = """
CREATE TABLE cases_anew (
    id TEXT PRIMARY KEY, source_kind TEXT NOT NULL, source TEXT NOT NULL,
    department TEXT NOT NULL REFERENCES departments(code), category TEXT NOT NULL, text TEXT NOT NULL,
    contact TEXT NOT NULL, state TEXT NOT NULL, reply TEXT NOT NULL, received_at TEXT NOT NULL, answered_on TEXT,
    flags TEXT CHECK (flags IS NULL OR json_valid(flags)),
    box TEXT GENERATED ALWAYS AS (CASE source_kind WHEN 'box' THEN source END) STORED REFERENCES boxes(code)
    ) STRICT, WITHOUT ROWID;

INSERT INTO cases_anew (
    id, source_kind, source, department, category, text, contact, state, reply, received_at, answered_on, flags)
SELECT id, 'box', box, department, category, text, contact, state, reply, received_at, answered_on, flags FROM cases;

CREATE TABLE remarks_anew (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    matter TEXT NOT NULL REFERENCES cases_anew(id) ON DELETE CASCADE, text TEXT NOT NULL, received_at TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0) STRICT;

INSERT INTO remarks_anew (number, id, matter, text, received_at, answered)
SELECT number, id, matter, text, received_at, answered FROM remarks;

CREATE TABLE uploads_anew (
    key TEXT PRIMARY KEY, survey TEXT REFERENCES surveys(code), name TEXT NOT NULL, kind TEXT NOT NULL,
    size INTEGER NOT NULL, created_at TEXT NOT NULL, form TEXT NOT NULL,
    response TEXT REFERENCES responses(id) ON DELETE SET NULL,
    matter TEXT REFERENCES cases_anew(id) ON DELETE SET NULL) STRICT, WITHOUT ROWID;

INSERT INTO uploads_anew (key, survey, name, kind, size, created_at, form, response, matter)
SELECT key, survey, name, kind, size, created_at, form, response, matter FROM uploads;

DROP TABLE remarks;

DROP TABLE uploads;

DROP TABLE cases;

ALTER TABLE cases_anew RENAME TO cases;

ALTER TABLE remarks_anew RENAME TO remarks;

ALTER TABLE uploads_anew RENAME TO uploads;

CREATE INDEX cases_by_department ON cases (department, received_at);

CREATE INDEX cases_by_box ON cases (box);

CREATE INDEX remarks_by_matter ON remarks (matter, number);

CREATE INDEX uploads_by_form ON uploads (form);

CREATE INDEX uploads_by_response ON uploads (response);

CREATE INDEX uploads_by_matter ON uploads (matter)"""


@migrations()
def m032_codes_of_comments(db: Database) -> None:
    """What is said of comments, by the analysis and by people, in codes instead of Chinese words."""
    db.conn.create_function("said_in_codes", 1, _said_in_codes, deterministic=True)
    db.execute("UPDATE findings SET finding = said_in_codes(finding)")
    db.execute("UPDATE reviews SET judgement = said_in_codes(judgement)")


def _said_in_codes(document: str) -> str:
    """A finding or a judgement, a JSON object, as it is from here on; all it holds besides its sentiments is kept."""
    said = json.loads(document)
    aspects = [_in_codes(aspect) for aspect in said.get("aspects", ())]
    return json.dumps(_in_codes(said) | {"aspects": aspects}, ensure_ascii=False)


def _in_codes(said: dict[str, Any]) -> dict[str, Any]:
    codes = {"负面": "negative", "中性": "neutral", "正面": "positive"}  # as they were then, whatever labels are now
    word = said.get("sentiment")
    return said | {"sentiment": codes[word]} if word in codes else said


@migrations()
def m033_changes(db: Database) -> None:
    """A number per survey that grows with every change of its answers, and the days a copy of them is behind with."""
    for statement in _CHANGES.split(";\n\n"):
        db.execute(statement)
    for event, row in (("INSERT", "new"), ("DELETE", "old"), ("UPDATE", "old"), ("UPDATE", "new")):
        own, of_response = "WHERE true", f"FROM responses WHERE id = {row}.response"
        _note_changes(db, "responses", event, row, own, f"{row}.survey", f"{row}.received_on")
        _note_changes(db, "findings", event, row, of_response, "survey", "received_on")
        _note_changes(db, "reviews", event, row, of_response, "survey", "received_on")
        _note_changes(db, "survey_versions", event, row, own, f"{row}.survey")


def _note_changes(
    db: Database, table: str, event: str, row: str, source: str, survey: str, day: str | None = None
) -> None:  # fmt: skip
    """A trigger that counts each change of a row, and notes the day; of an update the day it was and the day it is."""
    statements = (
        f"INSERT INTO revisions (survey, number) SELECT {survey}, {_FIRST} {source} "
        "ON CONFLICT (survey) DO UPDATE SET number = revisions.number + 1;"
    )
    if day is not None:
        statements += (
            f" INSERT INTO changed_days (survey, day, mark) SELECT {survey}, {day}, random() {source} "
            "ON CONFLICT (survey, day) DO UPDATE SET mark = excluded.mark;"
        )
    db.execute(f"CREATE TRIGGER {table}_noted_{event}_{row} AFTER {event} ON {table} BEGIN {statements} END")


# Any number, so that a survey of a code that was used before is not taken for the one before.
_FIRST = "random() / 2"

_CHANGES = """
CREATE TABLE revisions (survey TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Of the database as a whole; another one after a restore.
INSERT INTO revisions VALUES ('', random());

-- What changed on a day, how often and in which order is not noted.
CREATE TABLE changed_days (
    survey TEXT NOT NULL, day TEXT NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (survey, day)) STRICT, WITHOUT ROWID"""


@migrations()
def m034_tablets(db: Database) -> None:
    """The tablets of touchpoints, each enrolled by somebody; how many answers a touchpoint's tablets may give a minute.

    Of a link that waits for its tablet only the code's hash is kept, of a tablet only that of its token.
    """
    db.execute(
        "CREATE TABLE tablets (id TEXT PRIMARY KEY, "
        "touchpoint TEXT NOT NULL REFERENCES touchpoints(code) ON DELETE CASCADE, code_hash TEXT UNIQUE, "
        "token_hash TEXT UNIQUE, created_by TEXT NOT NULL, created_on TEXT NOT NULL, until TEXT NOT NULL, "
        "last_seen TEXT) STRICT, WITHOUT ROWID"
    )
    db.execute("ALTER TABLE protections ADD COLUMN kiosk_per_minute INTEGER NOT NULL DEFAULT 30")
