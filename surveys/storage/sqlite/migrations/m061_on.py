"""What has been added since; the newest step stands last among the functions."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.migrations.ledger import migrations


@migrations()
def m061_indicators(db: Database) -> None:
    """Figures that are followed from period to period, what each was worked out of since when, and entered values."""
    for statement in _INDICATORS.split(";\n\n"):
        db.execute(statement)


_INDICATORS = """
CREATE TABLE indicators (
    code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, wanted TEXT NOT NULL, every TEXT NOT NULL, target REAL,
    department TEXT, promise TEXT NOT NULL, owner TEXT NOT NULL, retired_on TEXT) STRICT;

CREATE TABLE indicator_definitions (
    indicator TEXT NOT NULL REFERENCES indicators(code) ON DELETE CASCADE, number INTEGER NOT NULL, since TEXT NOT NULL,
    source TEXT NOT NULL, about TEXT NOT NULL CHECK (json_valid(about)), unit TEXT NOT NULL,
    comparable INTEGER NOT NULL, reason TEXT NOT NULL, set_by TEXT NOT NULL, set_on TEXT NOT NULL,
    PRIMARY KEY (indicator, number)) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_values (
    indicator TEXT NOT NULL REFERENCES indicators(code) ON DELETE CASCADE, period TEXT NOT NULL, value REAL NOT NULL,
    note TEXT NOT NULL, entered_by TEXT NOT NULL, entered_on TEXT NOT NULL,
    PRIMARY KEY (indicator, period)) STRICT, WITHOUT ROWID"""


@migrations()
def m062_lessons(db: Database) -> None:
    """What has been learned, and its words for full-text search: Chinese is kept cut into words."""
    for statement in _LESSONS.split(";\n\n"):
        db.execute(statement)


_LESSONS = """
CREATE TABLE lessons (
    code TEXT PRIMARY KEY, title TEXT NOT NULL, happened TEXT NOT NULL, cause TEXT NOT NULL, helped TEXT NOT NULL,
    effect TEXT NOT NULL, source TEXT NOT NULL, reference TEXT NOT NULL, stage TEXT NOT NULL, department TEXT,
    written_by TEXT NOT NULL, written_on TEXT NOT NULL, signed_by TEXT NOT NULL, signed_on TEXT) STRICT;

CREATE VIRTUAL TABLE lesson_words USING fts5(lesson UNINDEXED, words)"""


@migrations()
def m063_typed_sheets_of_a_survey(db: Database) -> None:
    """Whether typed sheets of a survey wait for a second person; NULL: as the organisation has it."""
    db.execute("ALTER TABLE surveys ADD COLUMN typed_sheets_wait INTEGER")
