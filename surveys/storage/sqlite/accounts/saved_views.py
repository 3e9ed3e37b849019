"""Saved views, each of the account that keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from surveys.accounts.saved_views import MOST, SavedView, UnfitView, assert_view
from surveys.localisation.wording import saying
from surveys.storage.sqlite.accounts.audit import write_audit
from surveys.storage.sqlite.connection import Connections

_KEEP = """
INSERT INTO saved_views (owner, name, page, query, shared_with) VALUES (:owner, :name, :page, :query, :shared_with)
ON CONFLICT (owner, name) DO UPDATE SET page = excluded.page, query = excluded.query,
shared_with = excluded.shared_with"""


class SavedViewTable:
    """By owner and name: a view that is kept again under its name takes the place of the former."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> list[SavedView]:
        """In the order in which they were first kept."""
        with self._connections.reading() as db:
            return [_view(row) for row in db.query("SELECT * FROM saved_views ORDER BY id")]

    def keep(self, view: SavedView, *, by: str) -> None:
        """Keep a view of one's own; raises `UnfitView`. To share one is written down."""
        assert_view(view)
        with self._connections.writing() as db:
            others = "SELECT count(*) FROM saved_views WHERE owner = ? AND name <> ?"
            if db.execute(others, [by, view.name.strip()]).fetchone()[0] >= MOST:
                raise UnfitView(saying("最多保存 {most} 个视图，请先删掉不用的", most=MOST))
            query = json.dumps(view.query, ensure_ascii=False)
            own = {"owner": by, "name": view.name.strip(), "page": view.page, "query": query}
            db.execute(_KEEP, own | {"shared_with": view.shared_with})
            if view.shared_with is not None:
                write_audit(db, by, "share view", view.name.strip(), f"/{view.page} → {view.shared_with or 'all'}")

    def remove(self, number: int, *, by: str) -> None:
        """Remove one of one's own; nothing of others."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM saved_views WHERE id = :id AND owner = :owner", {"id": number, "owner": by})


def _view(row: Mapping[str, Any]) -> SavedView:
    query = json.loads(row["query"])
    return SavedView(row["name"], row["page"], query, row["owner"], row["shared_with"], row["id"])
