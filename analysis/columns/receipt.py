"""Rows of answers in the order of receipt: by moment, and by their random keys where only the day is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

MOMENT = "coalesce(received_at at time zone 'UTC', received_on::TIMESTAMP at time zone ?)"
"""The same for the engine, with the name of the time zone in the place of the question mark."""


def in_order(tables: Iterable[pa.Table], zone: str) -> Iterator[pa.Table]:
    """The same rows, of which each table begins with the day that the one before may have ended with."""
    waiting: pa.Table | None = None
    for table in tables:
        together = table if waiting is None else pa.concat_tables([waiting, table])
        if not len(together):
            continue
        last = pc.equal(together["received_on"], together["received_on"][-1])
        yield _sorted(together.filter(pc.invert(last)), zone)
        waiting = together.filter(last)
    if waiting is not None:
        yield _sorted(waiting, zone)


def _sorted(table: pa.Table, zone: str) -> pa.Table:
    if table["received_at"].null_count == len(table):
        return table  # by day and key, as the store gives them
    keys = [("received_on", "ascending"), ("moment", "ascending"), ("response", "ascending")]
    return table.append_column("moment", _moments(table, zone)).sort_by(keys).drop_columns("moment")


def _moments(table: pa.Table, zone: str) -> pa.ChunkedArray:
    days = table["received_on"].cast(pa.timestamp("us"))
    begins = pc.assume_timezone(days, zone, ambiguous="earliest", nonexistent="latest").cast(pa.timestamp("us", "UTC"))
    return pc.coalesce(table["received_at"], begins.cast(pa.timestamp("us")))


def fits_days(table: pa.Table, zone: str) -> bool:
    """Whether every moment is of the day that stands beside it, so that the order of days is that of moments."""
    moments = table["received_at"].cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    same = pc.equal(pc.local_timestamp(moments).cast(pa.date32(), safe=False), table["received_on"])
    return bool(pc.all(same, min_count=0).as_py())
