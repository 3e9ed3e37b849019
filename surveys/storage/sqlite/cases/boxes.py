"""Opinion boxes."""

from __future__ import annotations

import json
from typing import Any

from surveys.cases.opinion_boxes import Box
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections


class BoxTable:
    """One row for each box."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> list[Box]:
        with self._connections.reading() as db:
            return [_box(row) for row in db.query("SELECT * FROM boxes ORDER BY name, code")]

    def get(self, code: str) -> Box | None:
        with self._connections.reading() as db:
            return next((_box(row) for row in db.query("SELECT * FROM boxes WHERE code = ?", [code])), None)

    def save(self, box: Box, *, by: str, seen: Box | Unread | None = ANY) -> None:
        """Set up a box or change it; raises ChangedMeanwhile when it isn't any more what was *seen* (None: not there).

        Categories of cases that are there stay as they were chosen.
        """
        row = {
            "code": box.code, "name": box.name, "department": box.department, "open": box.open,
            "categories": json.dumps(box.categories, ensure_ascii=False),
        }  # fmt: skip
        with self._connections.writing() as db:
            present = next(db.query("SELECT * FROM boxes WHERE code = ?", [box.code]), None)
            assert_as_seen(seen, _box(present) if present else None)
            db.table("boxes").upsert(row, pk="code")
            write_audit(db, by, "save opinion box", box.code, "open" if box.open else "closed")


def _box(row: dict[str, Any]) -> Box:
    return Box(**{**row, "categories": tuple(json.loads(row["categories"])), "open": bool(row["open"])})
