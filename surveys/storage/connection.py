"""Connections to the one database file: durable settings, a pool for threads, immediate write transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

from sqlite_utils import Database

BUSY_MILLISECONDS = 10_000

StorageError = sqlite3.Error  # what any operation raises when the file can't serve


class Connections:
    """Hands out connections, one user at a time each; as many as are in use at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: LifoQueue[Database] = LifoQueue()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection for reading; sees what was committed."""
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = connect(self.path)
        try:
            yield db
        finally:
            self._idle.put(db)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """A transaction that holds the write lock from its beginning, so that it never fails half-way for a lock."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.conn.commit()
            except BaseException:
                db.conn.rollback()
                raise

    def empty_log(self) -> None:
        """Leave nothing in the write-ahead log, where what one transaction wrote stands together.

        While another program reads, it is left to the next time rather than made to wait for.
        """
        with self.reading() as db:
            db.execute("PRAGMA busy_timeout = 200")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            db.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    def close(self) -> None:
        """Close what is idle."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return


def connect(path: Path) -> Database:
    """One connection with the settings every part relies on: a commit is on disk when it returns."""
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, check_same_thread=False)
    db = Database(connection, execute_plugins=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")  # what is withdrawn or was only a draft is overwritten, not just unlinked
    return db
