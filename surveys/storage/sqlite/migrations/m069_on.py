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
