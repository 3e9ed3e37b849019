"""Drafts of the builder: plain data that may be unfit for a while, one for each survey, saved at every step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from surveys.localisation.clock import utc_now
from surveys.storage.changes import ANY, Unread
from surveys.storage.records.surveys import DraftChanged, SavedDraft
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class DraftTable:
    """What designers are working on."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def save(
        self, code: str, data: Mapping[str, Any], department: str | None = None, *, by: str, step: str,
        revision: int = 0,
    ) -> int:  # fmt: skip
        """Keep a draft and say in the audit trail which step led to it; returns its new revision.

        *revision* is the one that was read, 0 for a new draft; raises DraftChanged when there is a newer one.
        """
        row = {
            "survey": code, "definition": json.dumps(data, ensure_ascii=False), "department": department,
            "revision": revision + 1, "saved_at": utc_now().isoformat(), "saved_by": by,
        }  # fmt: skip
        with self._connections.writing() as db:
            if _revision(db, code) != revision:
                raise DraftChanged(code)
            db.table("drafts").upsert(row, pk="survey")
            write_audit(db, by, "edit draft", code, step)
        return revision + 1

    def get(self, code: str) -> SavedDraft | None:
        """The draft of a survey; None when no one is working on it."""
        with self._connections.reading() as db:
            row = next(db.query("SELECT * FROM drafts WHERE survey = ?", [code]), None)
        return _saved(row) if row else None

    def all(self) -> list[SavedDraft]:
        """Every draft, the one saved last first."""
        with self._connections.reading() as db:
            return [_saved(row) for row in db.query("SELECT * FROM drafts ORDER BY saved_at DESC, survey")]

    def discard(self, code: str, *, by: str, revision: int | Unread = ANY) -> None:
        """Throw a draft away; published versions stay. Raises DraftChanged when it isn't any more what was read."""
        with self._connections.writing() as db:
            if revision is not ANY and _revision(db, code) != revision:
                raise DraftChanged(code)
            db.execute("DELETE FROM drafts WHERE survey = ?", [code])
            write_audit(db, by, "discard draft", code)


def _revision(db: Database, code: str) -> int:
    row = next(db.query("SELECT revision FROM drafts WHERE survey = ?", [code]), None)
    return int(row["revision"]) if row else 0


def _saved(row: Mapping[str, Any]) -> SavedDraft:
    return SavedDraft(
        row["survey"], json.loads(row["definition"]), row["department"], row["revision"],
        datetime.fromisoformat(row["saved_at"]), row["saved_by"],
    )  # fmt: skip
