"""The files of a copy: for the account of the installation alone, under names of their own, one writer at a time."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from surveys.private_files import FILE_MODE

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ENDING = ".columns"
ROWS_TOGETHER = 100_000  # in a row group, which DuckDB takes or leaves as a whole


def copy_beside(database: Path) -> Path:
    """The folder of the copy of a database's answers."""
    return database.with_name(database.name + ENDING)


def created(path: Path) -> BinaryIO:
    """A new file that its owner alone may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE), "wb")


def write_parquet(folder: Path, kind: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> str:
    """Write tables to a new file; returns its name, which tells nothing."""
    name = f"{kind}-{secrets.token_hex(8)}.parquet"
    with created(folder / name) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in _of_good_size(schema, tables):
            writer.write_table(table, ROWS_TOGETHER)
    return name


def _of_good_size(schema: pa.Schema, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    waiting, rows = [schema.empty_table()], 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= ROWS_TOGETHER:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def replace_text(path: Path, text: str) -> None:
    """Whoever reads it finds what was there before or all of the new."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with created(unfinished) as file:
        file.write(text.encode())
    unfinished.replace(path)


def date_back(path: Path, seconds: float) -> None:
    """Let the file tell no other time than this one."""
    os.utime(path, (seconds, seconds))


_WRITING: dict[Path, Lock] = {}
_NEW = Lock()


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Hold off other threads and processes that would write in this folder."""
    with _NEW:
        turn = _WRITING.setdefault(folder, Lock())
    with turn, _open_lock(folder / ".writing") as file:
        _lock(file)
        yield


@contextmanager
def _open_lock(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # which gives the lock back, too


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
