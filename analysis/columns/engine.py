"""DuckDB over the files of one folder: one engine per folder and process, a cursor for each thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import local
from typing import Any

import duckdb
import pyarrow as pa

MEMORY = "512MB"  # beyond it, sorting goes through files in the folder
THREADS = 2
Failure = duckdb.Error


class Engine:
    """Answers questions about Parquet files in its folder, and reads and writes nothing else.

    Nothing is downloaded: json, parquet and icu are part of the wheel.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(":memory:", config={
            "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
            "memory_limit": MEMORY, "threads": str(THREADS), "temp_directory": str(folder / ".sorting"),
        })  # fmt: skip
        # What is deleted must not live on in a cache; the system keeps what is read often in memory anyway.
        self._connection.execute("SET enable_external_file_cache = false")
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET allowed_directories = [$folder]", {"folder": f"{folder.resolve()}/"})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        self._cursors = local()

    def table(
        self, query: str, values: Sequence[Any] = (), frames: Mapping[str, pa.Table] | None = None
    ) -> pa.Table:  # fmt: skip
        """The result of a query with *values* in the place of its question marks; *frames* are tables by name."""
        cursor = self._cursor()
        for name, frame in (frames or {}).items():
            cursor.register(name, frame)
        try:
            return cursor.sql(query, params=list(values)).to_arrow_table()
        finally:
            for name in frames or {}:
                cursor.unregister(name)

    def batches(self, query: str, values: Sequence[Any], rows: int) -> pa.RecordBatchReader:
        """The same in portions, for what may be too large to be held at once."""
        return self._cursor().sql(query, params=list(values)).to_arrow_reader(rows)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._cursors, "cursor"):
            self._cursors.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._cursors.cursor
        return cursor


@lru_cache(maxsize=4)
def engine_of(folder: Path) -> Engine:
    return Engine(folder)
