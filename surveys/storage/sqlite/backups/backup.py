"""Copies of the whole database and of the files that came with answers, made and brought back while others work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import EEXIST, ENOENT
from pathlib import Path

from sqlite_utils import Database

from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying
from surveys.private_files import private_file, private_folder
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.backups.files import beside, copy_files, forget_files, remove_unknown
from surveys.storage.sqlite.backups.seals import UnfitBackup, seal, verify
from surveys.storage.sqlite.connection import BUSY_MILLISECONDS
from surveys.storage.sqlite.migrations import migrations
from surveys.storage.sqlite.open_files import ENDINGS

__all__ = [
    "AlreadyThere",
    "KeyNeeded",
    "UnfitBackup",
    "back_up",
    "check_backup",
    "copy_whole",
    "read_only",
    "unfinished_beside",
]


class KeyNeeded(UnfitBackup):
    """The backup belongs to another secret than the installation has."""


class AlreadyThere(FileExistsError):
    """The file to write exists, and was not to be overwritten."""


def back_up(database: Path, target: Path, *, overwrite: bool = False) -> tuple[int, int]:
    """Copy a database, as it is at one moment, to *target*, and the files it knows beside it; returns bytes and files.

    The copy is written in the order of its keys (`VACUUM INTO`), so that it tells nothing of the order in which rows
    came, and holds nothing that was deleted. It is checked and sealed before it gets its name, so a file of that name
    is always whole. Raises FileNotFoundError, AlreadyThere, UnfitBackup.
    """
    if not database.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(database))
    if target.exists() and (not overwrite or target.samefile(database)):
        raise AlreadyThere(EEXIST, os.strerror(EEXIST), str(target))
    try:
        with unfinished_beside(target) as unfinished:
            _copy_in_order(database, unfinished)
            _assert_whole(unfinished)
            files = copy_files(unfinished, database.parent / FOLDER, beside(target))
            seal(unfinished, files)
            size = unfinished.stat().st_size
            unfinished.replace(target)
            _flush_folder(target.parent)
    except BaseException:
        forget_files(target)
        raise
    remove_unknown(target, beside(target))
    return size, len(files)


def check_backup(backup: Path, *, without_files: bool = False) -> bool:
    """Raises UnfitBackup or FileNotFoundError unless this is a whole backup, with its files, of this version or before.

    Returns whether it had a checksum to compare with; those of older versions have none.
    """
    if not backup.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(backup))
    _assert_ours(backup)
    return verify(backup, beside(backup), without_files=without_files)


def _copy_in_order(source: Path, target: Path) -> None:
    if not os.access(source, os.W_OK):  # SQLite 3.40 fails to vacuum what it may only read
        with unfinished_beside(target.with_name(f"copy-for{target.name}")) as copied:
            copy_whole(source, copied)
            _copy_in_order(copied, target)
        return
    private_file(target)
    with closing(sqlite3.connect(source, timeout=BUSY_MILLISECONDS / 1000)) as original:
        try:
            original.execute("VACUUM INTO ?", [str(target)])
        except sqlite3.OperationalError:  # held, full, read-only: not for what is in it
            raise
        except sqlite3.DatabaseError as error:
            raise UnfitBackup(saying(marked("已损坏（{findings}）"), findings=str(error))) from error
    with closing(sqlite3.connect(target)) as copy:
        # Without a write-ahead log, so that the file alone is everything and opens on read-only media too.
        copy.execute("PRAGMA journal_mode = DELETE")


def copy_whole(source: Path, target: Path) -> None:
    if not target.exists():
        private_file(target)
    with read_only(source) as original, closing(sqlite3.connect(target, timeout=BUSY_MILLISECONDS / 1000)) as copy:
        # All pages at once: a copy in steps would begin anew whenever another process writes.
        original.backup(copy, pages=-1)


def _assert_ours(backup: Path) -> None:
    """Raises UnfitBackup unless this is a whole database of this program, made by this version or an older one."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    try:
        with read_only(backup) as connection:
            applied = {migration.name for migration in migrations.applied(Database(connection))}
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise UnfitBackup(saying(marked("不是数据库文件，或已损坏（{error}）"), error=str(error))) from error
    if not applied:
        raise UnfitBackup(saying(marked("不是心声的数据库")))
    if applied - known:
        wording = marked("来自更新的版本（{names}），请先升级本程序")
        raise UnfitBackup(saying(wording, names=Series(tuple(sorted(applied - known)))))
    _assert_whole(backup)


def _assert_whole(path: Path) -> None:
    try:
        with read_only(path) as connection:
            findings = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        findings = [str(error)]
    if findings != ["ok"]:
        raise UnfitBackup(saying(marked("已损坏（{findings}）"), findings="; ".join(findings)))


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_MILLISECONDS / 1000)) as connection:
        yield connection


@contextmanager
def unfinished_beside(target: Path) -> Iterator[Path]:
    """A path in the same folder for the unfinished file; what is left there afterwards is removed."""
    private_folder(target.parent)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield unfinished
    finally:
        for ending in (*ENDINGS, "-journal"):
            unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the new name durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
