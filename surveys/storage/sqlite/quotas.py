"""Places taken in quota cells, counted in the transaction that keeps the answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from surveys.intake.submission import QuotaPlace
from surveys.storage.sqlite.answers.key_order import rewrite
from surveys.storage.sqlite.connection import Connections


class QuotaTable:
    """How full each cell is; how many it holds is said by the survey or the campaign."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def taken(self, scope: str) -> dict[str, int]:
        """Places taken by cell."""
        with self._connections.reading() as db:
            return {row["cell"]: row["taken"] for row in db.query("SELECT * FROM quotas WHERE scope = ?", [scope])}


_TAKE = """
INSERT INTO quotas (scope, cell, taken) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET taken = taken + 1"""


def has_room(db: Database, places: Sequence[QuotaPlace]) -> bool:
    """Whether each cell has a place left, within a transaction that holds the write lock."""
    query = "SELECT taken FROM quotas WHERE scope = ? AND cell = ?"
    for place in places:
        row = db.conn.execute(query, [place.scope, place.cell]).fetchone()
        if (row[0] if row else 0) >= place.most:
            return False
    return True


def take_places(db: Database, places: Sequence[QuotaPlace]) -> None:
    """Take one in each. A cell that is new is written in its place by key: else it told who was the first in it."""
    there = "SELECT 1 FROM quotas WHERE scope = ? AND cell = ?"
    keys = [(place.scope, place.cell) for place in places]
    new = {scope for scope, cell in keys if not db.conn.execute(there, (scope, cell)).fetchone()}
    db.conn.executemany(_TAKE, keys)
    for scope in sorted(new):
        rewrite(db, "quotas", "scope = ?", [scope])
