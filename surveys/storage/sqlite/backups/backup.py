"""Copies of the whole database and of the files that came with answers, made and brought back while others work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from errno import EEXIST, ENOENT
from pathlib import Path

from sqlite_utils import Database

from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying
from surveys.private_files import private_file, private_folder
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.backups.files import beside, copy_files, remove_unknown
from surveys.storage.sqlite.connection import BUSY_MILLISECONDS, connect
from surveys.storage.sqlite.migrations import migrations, upgrade


class UnfitBackup(ValueError):
    """A file that can't be a backup of this program's database, or is damaged; carries a Message that says why."""


class AlreadyThere(FileExistsError):
    """The file to write exists, and was not to be overwritten."""


def back_up(database: Path, target: Path, *, overwrite: bool = False) -> tuple[int, int]:
    """Copy a database, as it is at one moment, to *target*, and the files it knows beside it; returns bytes and files.

    The copy is checked before it gets its name, so a file of that name is always whole. Raises FileNotFoundError,
    AlreadyThere, UnfitBackup.
    """
    if not database.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(database))
    if target.exists() and (not overwrite or target.samefile(database)):
        raise AlreadyThere(EEXIST, os.strerror(EEXIST), str(target))
    with _beside(target) as unfinished:
        _copy(database, unfinished)
        _make_one_file(unfinished)
        _assert_whole(unfinished)
        size = unfinished.stat().st_size
        unfinished.replace(target)
        _flush_folder(target.parent)
    remove_unknown(target, beside(target))
    return size, copy_files(target, database.parent / FOLDER, beside(target))


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the live database; returns the copy made of what was there before, if anything was.

    The backup is brought up to the newest schema on the side, then written into the live file in one transaction, so
    that a running server sees it with its next look. What comes in between the copy and that transaction is lost. The
    files beside the backup are brought back before.
    Raises FileNotFoundError, UnfitBackup; the database is then as it was.
    """
    if not backup.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(backup))
    _assert_ours(backup)
    with _beside(database) as upgraded:
        _copy(backup, upgraded)
        with closing(connect(upgraded, live=database)) as db:
            upgrade(db)
            with db.conn:  # who has signed out since, or was shut out, must not be signed in again
                db.execute("DELETE FROM sessions")
                # and nobody must take what is there now for what they have read before
                db.execute("UPDATE revisions SET number = random() WHERE survey = ''")
        before = _kept_aside(database, now)
        copy_files(upgraded, beside(backup), database.parent / FOLDER)
        _copy(upgraded, database)
    return before


def _kept_aside(database: Path, now: datetime) -> Path | None:
    if not database.exists():
        return None
    aside = database.with_name(f"{database.stem}-before-{now:%Y%m%d-%H%M%S}{database.suffix}")
    back_up(database, aside, overwrite=True)
    return aside


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        private_file(target)
    with _read_only(source) as original, closing(sqlite3.connect(target, timeout=BUSY_MILLISECONDS / 1000)) as copy:
        # All pages at once: a copy in steps would begin anew whenever another process writes.
        original.backup(copy, pages=-1)


def _make_one_file(copy: Path) -> None:
    """Without a write-ahead log, so that the file alone is everything and opens on read-only media too."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _assert_ours(backup: Path) -> None:
    """Raises UnfitBackup unless this is a whole database of this program, made by this version or an older one."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    try:
        with _read_only(backup) as connection:
            applied = {migration.name for migration in migrations.applied(Database(connection))}
    except sqlite3.DatabaseError as error:
        raise UnfitBackup(saying(marked("不是数据库文件，或已损坏（{error}）"), error=str(error))) from error
    if not applied:
        raise UnfitBackup(saying(marked("不是心声的数据库")))
    if applied - known:
        wording = marked("来自更新的版本（{names}），请先升级本程序")
        raise UnfitBackup(saying(wording, names=Series(tuple(sorted(applied - known)))))
    _assert_whole(backup)


def _assert_whole(path: Path) -> None:
    try:
        with _read_only(path) as connection:
            findings = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        findings = [str(error)]
    if findings != ["ok"]:
        raise UnfitBackup(saying(marked("已损坏（{findings}）"), findings="; ".join(findings)))


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_MILLISECONDS / 1000)) as connection:
        yield connection


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A path in the same folder for the unfinished file; what is left there afterwards is removed."""
    private_folder(target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield unfinished
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the new name durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
