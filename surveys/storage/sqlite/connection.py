"""Connections to the one database file: durable settings, a pool for threads, immediate write transactions."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock, Timer
from time import monotonic, sleep
from typing import Generic, TypeVar

from sqlite_utils import Database

from surveys.localisation.clock import zone
from surveys.people.addresses import address_key
from surveys.private_files import write_again
from surveys.settings import secret_key
from surveys.storage.records.accounts import anchor_signature
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.open_files import OpenFiles

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

BUSY_MILLISECONDS = 10_000
IDLE_SECONDS = 60.0
MOST_IDLE = 8  # connections; in a process that is left alone nothing would close more of them
_SOON = 1.0  # seconds
GLANCE = 0.01  # seconds for which a look at the files holds: threads that look thousands of times would queue for it
_LAST_WRITTEN: dict[Path, object] = {}  # another one after each transaction of this process, by the database
OWN_FUNCTIONS = {"day_begins": 1, "address_key": 2, "audit_signature": 1}
"""What SQL may call on a connection of ours, and how many arguments each takes."""
MUCH = -256_000  # KiB of pages, as SQLite counts them; only while a batch is brought in
_NEVER: tuple[float, object, int] = (float("-inf"), object(), -1)  # when, after which transaction, and the stamp


class Connections:
    """Hands out connections, one user at a time each; as many as are in use at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.secret = partial(secret_beside, path)
        self._idle: deque[tuple[float, Database]] = deque()  # since when each is, the newest last
        self._files: OpenFiles | None = None
        self._opening = Lock()
        self._watch: Database | None = None
        self._watching = Lock()
        self._watched = _NEVER
        self._writing = Lock()
        self._waiting: Timer | None = None

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection for reading; sees what was committed. Raises DatabaseReplaced."""
        db = self._connection()
        try:
            yield db
        finally:
            self._put_back(db)

    def _put_back(self, db: Database) -> None:
        """For the next one; what nobody has needed for a while is closed, the longest idle first."""
        now = monotonic()
        self._idle.append((now, db))
        with suppress(IndexError):  # others take from it at the same moment
            if len(self._idle) > MOST_IDLE or now - self._idle[0][0] > IDLE_SECONDS:
                self._idle.popleft()[1].close()

    def _connection(self) -> Database:
        if self._files is None:
            with self._opening:
                if self._files is None:
                    db, self._files = connect(self.path), OpenFiles(self.path)
                    return db
        self._files.assert_in_place(GLANCE)
        try:
            return self._idle.pop()[1]
        except IndexError:
            self._files.assert_in_place()  # nothing is begun beside a file of somebody else's
            return connect(self.path)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """A transaction that holds the write lock from its beginning, so that it never fails half-way for a lock.

        Writers of this process wait for one another here: SQLite would let them sleep, and look again now and then.
        Raises DatabaseReplaced also when that happened during the transaction: nobody is told that it was kept.
        """
        with self._turn(), self.reading() as db:
            if self._files is not None:
                self._files.assert_in_place()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.conn.commit()
            except BaseException:
                db.conn.rollback()
                raise
            finally:
                _LAST_WRITTEN[self.path] = object()
            if self._files is not None:
                self._files.assert_in_place()

    @contextmanager
    def writing_much(self) -> Iterator[Database]:
        """The same for thousands of rows at once: pages written again and again stay in memory until the end."""
        with self.writing() as db:
            [usual] = db.conn.execute("PRAGMA cache_size").fetchone()
            db.conn.execute(f"PRAGMA cache_size = {MUCH}")
            try:
                yield db
            finally:
                db.conn.execute(f"PRAGMA cache_size = {usual}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=BUSY_MILLISECONDS / 1000):
            raise sqlite3.OperationalError("database is locked")
        try:
            yield
        finally:
            self._writing.release()

    def empty_log(self) -> None:
        """Leave nothing in the write-ahead log, where what one transaction wrote stands together.

        While another program reads, it is tried again soon rather than made to wait for.
        """
        with self.reading() as db:
            db.execute("PRAGMA busy_timeout = 200")
            [[in_the_way, *_]] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            db.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        if in_the_way:
            self._empty_log_soon()

    def _empty_log_soon(self) -> None:
        with self._opening:
            if self._waiting is None:
                self._waiting = Timer(_SOON, self._empty_log_again)
                self._waiting.daemon = True
                self._waiting.start()

    def _empty_log_again(self) -> None:
        with self._opening:
            self._waiting = None
        with suppress(sqlite3.Error, OSError):  # closed, or gone: whoever writes next finds out
            self.empty_log()

    def probe(self, *, writing: bool) -> None:
        """Read, or write a row and commit it; raises what stands in the way."""
        if writing:
            with self.writing() as db:
                db.execute(_PROBE)
        else:
            with self.reading() as db:
                db.execute("SELECT 1 FROM settings").fetchone()

    def remove_files(self, keys: Iterable[str]) -> None:
        """Unlink files that came with answers which are gone now; call it after the commit that deleted these."""
        for key in keys:
            (self.path.parent / FOLDER / key[:2] / key).unlink(missing_ok=True)

    def renew_files(self, keys: Iterable[str]) -> None:
        """Write these files anew, in this order: the times and numbers that a file system gives tell the first writing.

        Call it after the commit with which they have joined a batch.
        """
        for key in keys:
            path = self.path.parent / FOLDER / key[:2] / key
            with suppress(FileNotFoundError):  # withdrawn meanwhile
                write_again(path)

    def stamp(self) -> int:
        """Changes with every commit to the file: of this process at once, of another one within `GLANCE`.

        A look costs a microsecond, and nobody waits for somebody else's.
        """
        looked, written, stamp = self._watched
        same = written is _LAST_WRITTEN.get(self.path)
        if same and monotonic() - looked < GLANCE:
            return stamp
        if not self._watching.acquire(blocking=not same):
            return stamp  # somebody is looking
        try:
            return self._look()
        finally:
            self._watching.release()

    def _look(self) -> int:
        looked, written = monotonic(), _LAST_WRITTEN.get(self.path)
        if self._files is not None:
            self._files.assert_in_place(GLANCE)
        if self._watch is None:
            self._watch = self._connection()
        stamp = int(self._watch.conn.execute("PRAGMA data_version").fetchone()[0])
        self._watched = (looked, written, stamp)
        return stamp

    def close(self) -> None:
        """Close what is idle."""
        with self._opening:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None
        with self._watching:
            self._watched = _NEVER
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        while True:
            try:
                self._idle.pop()[1].close()
            except IndexError:
                self._files = None
                return


_PROBE = """
INSERT INTO settings (name, value) VALUES ('probe', '1')
ON CONFLICT (name) DO UPDATE SET value = CASE settings.value WHEN '1' THEN '2' ELSE '1' END"""


class RememberedRead(Generic[K, V]):
    """What was read for a key, for as long as nothing is written to the file; so it is never out of date."""

    def __init__(self, connections: Connections, read: Callable[[Database, K], V], most: int = 1000) -> None:
        self._connections = connections
        self._read = read
        self._most = most
        self._known: tuple[int, dict[K, V]] = (-1, {})

    def get(self, key: K) -> V:
        stamp = self._connections.stamp()  # before the reading: what is committed meanwhile makes for another stamp
        if self._known[0] != stamp or len(self._known[1]) >= self._most:
            self._known = (stamp, {})
        known = self._known[1]
        if key not in known:
            with self._connections.reading() as db:
                known[key] = self._read(db, key)
        return known[key]


def connect(path: Path, live: Path | None = None, secret: bytes | None = None) -> Database:
    """One connection with the settings every part relies on: a commit is on disk when it returns.

    SQL may call `address_key(kind, text)`, `audit_signature(text)` and `day_begins(day)` on it. *live* is the database
    that a copy is to become: its secret counts, unless another *secret* comes with the copy.
    """
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, check_same_thread=False)
    db = Database(connection, execute_plugins=False)
    connection.create_function("day_begins", 1, _day_begins)
    connection.create_function(
        "address_key", 2, lambda kind, text: address_key(secret or secret_beside(live or path), kind, text),
        deterministic=True,
    )  # fmt: skip
    connection.create_function(
        "audit_signature", 1, lambda text: anchor_signature(secret or secret_beside(live or path), text)
    )  # fmt: skip
    _use_write_ahead_log(db)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA recursive_triggers = ON")  # so that a row that is replaced counts as deleted, too
    db.execute("PRAGMA secure_delete = ON")  # what is withdrawn or was only a draft is overwritten, not just unlinked
    return db


def _use_write_ahead_log(db: Database) -> None:
    """A new file is switched once; SQLite refuses at once, rather than wait, while another program does the same."""
    deadline = monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)


def _day_begins(day: str) -> int:
    """The second of the Unix clock at which a day begins here."""
    return int(datetime.combine(date.fromisoformat(day), time(), zone()).timestamp())


def secret_beside(database: Path) -> bytes:
    """The installation's secret, as the settings name it or beside the database."""
    return _secret(secret_file_of(database))


def secret_file_of(database: Path) -> Path:
    """Where the secret of a database lies: as the settings name it, or beside it."""
    return Path(os.environ.get("XINSHENG_SECRET_FILE") or database.with_suffix(".key"))


_secret = lru_cache(maxsize=8)(secret_key)
