"""Whether the files that a program has open are still those that stand under their names.

A file that is removed or replaced while it is open goes on for whoever has it open: what is written there is gone when
they close it. So its number on the disk (inode) is compared with that of the name, at every turn that writes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from surveys.private_files import FILE_MODE
from surveys.storage.records.errors import DatabaseReplaced

if sys.platform != "win32":
    import fcntl

ENDINGS = ("", "-wal", "-shm")  # the database, its log, and the index of the log


@contextmanager
def opened_alone(folder: Path) -> Iterator[None]:
    """While it is entered, no other program makes or upgrades a database in this folder; the lock ends with its holder.

    SQLite alone refuses at once, instead of waiting, where two switch a new file's journal or write it anew. The folder
    itself is what is locked, so that nothing is left behind. Windows and some network drives have no such lock: there
    SQLite's own has to do.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class FormsHold:
    """The right to serve the forms of a database, held by one process; it ends with its holder, however that ends."""

    def __init__(self, database: Path) -> None:
        resolved = database.resolve()
        self._path = resolved.with_name(f"{resolved.name}.forms")
        self._held: int | None = None

    def take(self) -> int | None:
        """None when it is ours now, else the number of the process that has it; 0 where it doesn't say."""
        if sys.platform == "win32" or self._held is not None:
            return None
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.read(descriptor, 20)
            os.close(descriptor)
            return int(said) if said.isdigit() else 0
        except OSError:  # a network drive that knows no locks
            os.close(descriptor)
            return None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._held = descriptor
        return None

    def let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


class OpenFiles:
    """The files of a database as they were when it was opened. A look costs a few microseconds."""

    def __init__(self, database: Path) -> None:
        paths = [database.with_name(database.name + ending) for ending in ENDINGS]
        self._opened = {path: _number(path) for path in paths}
        self._looked = 0.0

    def assert_in_place(self, lately: float = 0.0) -> None:
        """Raises DatabaseReplaced. A look within so many seconds still holds."""
        now = monotonic()
        if now - self._looked < lately:
            return
        self._looked = 0.0
        for path, opened in self._opened.items():
            found = _number(path)
            if opened is None:  # a new database has its log from the first commit on
                self._opened[path] = found
            elif found != opened:
                raise DatabaseReplaced(path)
        self._looked = now


def _number(path: Path) -> tuple[int, int] | None:
    """Which file stands under this name; None for none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
