"""Rows written anew in the order of their keys.

SQLite puts the cells of a page where there is room when they come, so that a page tells in which order its rows were
written, whatever their keys are. Rows that are all deleted and then written in the order of their keys tell nothing
but their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database


def rewrite(db: Database, table: str, condition: str, values: Sequence[Any]) -> None:
    """Delete the rows that fulfil the condition, and insert them by key; for a table that nothing hangs on."""
    _carry(db, table, table, condition, values)


def rewrite_around(db: Database, table: str, key: str) -> None:
    """The same for the rows that may lie on the page of this key, where a table is too large to be written anew.

    The table's primary key is one text.
    """
    _, [name] = _columns(db, table)
    low, high = (
        db.conn.execute(
            _NEIGHBOUR.format(name=name, table=table, side=side, way=way, far=far), [key, _PAGE_HOLDS]
        ).fetchone()
        for side, way, far in (("<=", "DESC", "min"), (">=", "ASC", "max"))
    )
    rewrite(db, table, f"{name} BETWEEN ? AND ?", [low[0], high[0]])


def move(db: Database, source: str, target: str, condition: str, values: Sequence[Any]) -> None:
    """Take the rows that fulfil the condition over into a table with these columns, by the key of that."""
    _carry(db, source, target, condition, values)


def _carry(db: Database, source: str, target: str, condition: str, values: Sequence[Any]) -> None:
    columns, key = _columns(db, target)
    names = ", ".join(columns)
    query = f"SELECT {names} FROM {source} WHERE {condition} ORDER BY {', '.join(key)}"  # noqa: S608  our own names
    rows = db.conn.execute(query, values).fetchall()
    db.conn.execute(f"DELETE FROM {source} WHERE {condition}", values)  # noqa: S608
    marks = ", ".join("?" * len(columns))
    db.conn.executemany(f"INSERT INTO {target} ({names}) VALUES ({marks})", rows)  # noqa: S608


_PAGE_HOLDS = 32  # rows; of 4 KB pages with cells of 128 bytes and more
_NEIGHBOUR = """
SELECT {far}({name}) FROM (SELECT {name} FROM {table} WHERE {name} {side} ? ORDER BY {name} {way} LIMIT ?)"""


def _columns(db: Database, table: str) -> tuple[list[str], list[str]]:
    """All columns, and those of the key in its order."""
    known = db.conn.execute(f"PRAGMA table_info({table})").fetchall()
    key = sorted((place, name) for _, name, *_, place in known if place)
    return [name for _, name, *_ in known], [name for _, name in key]


def put_in_key_order(db: Database) -> bool:
    """Write the whole database anew by key, unless that was done; True when it was done now.

    For one that earlier versions of the product have written. It takes as much room on the disk again for a while.
    """
    if db.conn.execute("SELECT 1 FROM settings WHERE name = ?", [_DONE]).fetchone():
        return False
    db.conn.execute("VACUUM")
    with db.conn:
        db.conn.execute("INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name) DO NOTHING", [_DONE])
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return True


_DONE = "pages in key order"
