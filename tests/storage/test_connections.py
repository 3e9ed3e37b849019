"""Connections are kept for the next one, and closed when nobody has needed them for a while."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack

import pytest

from surveys.storage import Store
from surveys.storage.sqlite import connection
from surveys.storage.sqlite.connection import IDLE_SECONDS, MOST_IDLE, Connections


def test_what_nobody_needs_any_more_is_closed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many at once, as when twenty pages were open, no more stay open than are used."""
    clock, pool = [0.0], Connections(store.path)
    monkeypatch.setattr(connection, "monotonic", lambda: clock[0])
    with ExitStack() as stack:
        many = [stack.enter_context(pool.reading()) for _ in range(20)]
    for _ in range(30):
        with pool.reading() as db:
            assert db is many[0]
    assert sum(map(is_open, many)) == MOST_IDLE
    for _ in range(30):
        clock[0] += IDLE_SECONDS / 10
        with pool.reading() as db:
            assert db is many[0] and is_open(db)
    clock[0] += 1
    for _ in range(30):
        with pool.reading():
            pass
    assert [is_open(each) for each in many] == [True] + 19 * [False]
    pool.close()


def is_open(db: connection.Database) -> bool:
    try:
        db.conn.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True
