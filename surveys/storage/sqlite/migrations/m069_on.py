"""Steps of the schema from 69 on."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.migrations.ledger import migrations


@migrations()
def m069_webhooks(db: Database) -> None:
    """Which systems are told of what, how far each has come, and the log of what was sent."""
    for statement in _WEBHOOKS.split(";\n\n"):
        db.execute(statement)


_WEBHOOKS = """
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, sealed_secret TEXT NOT NULL, events TEXT NOT NULL,
    paused TEXT NOT NULL DEFAULT '', answers INTEGER NOT NULL, steps INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks(id), event TEXT NOT NULL, body TEXT NOT NULL,
    created_at TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, next_try_at TEXT,
    detail TEXT NOT NULL DEFAULT '', sent_at TEXT) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_try_at) WHERE state = 'waiting'"""


@migrations()
def m070_agent_quality(db: Database) -> None:
    """Marks of agents by month, talks with them, and their objections to score cards, each card once."""
    for statement in _AGENT_QUALITY.split(";\n\n"):
        db.execute(statement)


_AGENT_QUALITY = """
CREATE TABLE agent_marks (
    agent TEXT NOT NULL, period TEXT NOT NULL, test REAL, attendance REAL, talk_minutes REAL, available REAL,
    PRIMARY KEY (agent, period)) STRICT;

CREATE TABLE agent_notes (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, agent TEXT NOT NULL, about TEXT NOT NULL, words TEXT NOT NULL,
    written_by TEXT NOT NULL, written_on TEXT NOT NULL, due_on TEXT, answer TEXT NOT NULL DEFAULT '',
    answered_by TEXT, answered_on TEXT) STRICT;

CREATE UNIQUE INDEX agent_notes_once ON agent_notes (agent, about) WHERE kind = 'objection'"""
