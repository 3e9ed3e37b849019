"""Should SQLAlchemy Core hold the statements of both engines? The hot path and ten others, as today and in Core.

`pip install "sqlalchemy==2.1.9"` first; with `STATEMENTS_POSTGRES=postgresql+psycopg://…` (an empty database whose
collation is C) the statements in Core run there too, and must find the same.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.benchmarks.compared_statements import Statement

ROUNDS = 15
SECONDS = 0.02  # of one measured round
BATCHES = 6_000  # of one submission are measured a tenth as often, of 500 12 times


def main() -> None:
    if importlib.util.find_spec("sqlalchemy") is None:
        print("not measured: SQLAlchemy is not installed. Only this benchmark uses it: pip install sqlalchemy==2.1.9")
        return
    from tests.benchmarks.compared_statements import appending, filled, on_postgres, statements

    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "statements.db")
        print("| statement | rows | sqlite3 µs | Core µs | Core / sqlite3 | written out | common text | compiling |")
        print("|---|---|---|---|---|---|---|---|")
        for each in statements(store):
            _line(each)
        if address := os.environ.get("STATEMENTS_POSTGRES"):
            on_postgres(store, address)
        print("\n| append, in batches of | sqlite3 /s | Core /s | time | sqlite3 µs | Core µs | of processor |")
        print("|---|---|---|---|---|---|---|")
        for label, size, today, core in appending(store):
            _rates(label, size, today, core)


def _line(each: Statement) -> None:
    ways = [each.today, each.core, each.written_out or each.today, each.common or each.today]
    found = [_values(way()) for way in ways]
    assert all(other == found[0] for other in found), each.name
    today, core, written, common, compiling = interleaved(*ways, each.compiling)
    written_out = f"{written:,.1f}" if each.written_out else ""
    text = f"{common:,.1f}" if each.common else ""
    print(
        f"| {each.name} | {each.rows} | {today:,.1f} | {core:,.1f} | {core / today:.2f} | {written_out} | {text} "
        f"| {compiling:,.0f} |",
        flush=True,
    )


def _values(found: Any) -> Any:
    """What was found, whatever its columns are called and in whatever order they stand."""
    if isinstance(found, int):
        return found
    rows = [each.values() if isinstance(each, Mapping) else each for each in found]
    return sorted(sorted(str(int(value) if isinstance(value, bool) else value) for value in row) for row in rows)


def _rates(label: str, size: int, today: Callable[[], object], core: Callable[[], object]) -> None:
    rounds = BATCHES // (10 + size)
    ours, theirs = interleaved(today, core, clock=time.perf_counter, rounds=rounds)
    our_work, their_work = interleaved(today, core, rounds=rounds)
    print(
        f"| {label} | {size / ours * 1e6:,.0f} | {size / theirs * 1e6:,.0f} | {theirs / ours:.2f} "
        f"| {our_work / size:,.0f} | {their_work / size:,.0f} | {their_work / our_work:.2f} |",
        flush=True,
    )


def interleaved(
    *ways: Callable[[], object], clock: Callable[[], float] = time.thread_time, rounds: int = ROUNDS
) -> list[float]:  # fmt: skip
    """Microseconds of each way: the median over the rounds, in which they take turns.

    By default those of the processor, so that other programs and the disk leave them alone.
    """
    times: list[list[float]] = [[] for _ in ways]
    loops = [max(1, int(SECONDS / _once(way, 1, time.perf_counter))) if rounds == ROUNDS else 1 for way in ways]
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for taken, way, often in zip(times, ways, loops, strict=True):
            taken.append(_once(way, often, clock))
    gc.enable()
    return [1e6 * statistics.median(each) for each in times]


def _once(way: Callable[[], object], often: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(often):
        way()
    return (clock() - start) / often
