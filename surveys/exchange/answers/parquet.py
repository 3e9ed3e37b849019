"""Answers as Parquet: typed columns in row groups, with the code book in the file's metadata.

A number that does not concern the respondent is null there, and true in the column `name._na` beside it: so that a
mean is right without further ado and `na` is still not the same as not answered. Texts stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from surveys.definition.questions import NOT_APPLICABLE
from surveys.exchange.answers.codebook import code_book
from surveys.exchange.answers.columns import ColumnKind, Layout, Losses, TableColumn, Value
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Written
from surveys.exchange.answers.shapes import RowsOf, rows_of
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import zone

ROWS_IN_A_GROUP = 10_000  # responses that are in memory at a time
CODE_BOOK = "xinsheng.code_book"  # the key of the code book in the metadata; JSON
WHOLE = ("_version", "_seconds")


def write_parquet(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """Write a Parquet file, a row group at a time."""
    import pyarrow as pa  # here, because only this needs it and it takes a while to load
    import pyarrow.parquet as pq

    table, losses, written = rows_of(layout, wanted), Losses(), 0
    schema = _schema(pa, table.columns).with_metadata({CODE_BOOK: json.dumps(code_book(layout), ensure_ascii=False)})
    stream = chain.from_iterable(responses)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(stream, ROWS_IN_A_GROUP)):
            written += len(batch)
            writer.write_table(pa.table(_arrays(pa, table, batch, losses), schema=schema))
    return Written(written, losses.told())


def _schema(pa: Any, columns: Sequence[TableColumn]) -> Any:
    kinds = {
        ColumnKind.NUMBER: pa.float64(), ColumnKind.TEXT: pa.string(), ColumnKind.DAY: pa.date32(),
        ColumnKind.MOMENT: pa.timestamp("us", tz=str(zone())), ColumnKind.TIME: pa.time32("ms"),
    }  # fmt: skip
    fields = []
    for column in columns:
        kind = pa.int64() if column.name in WHOLE else kinds[column.kind]
        fields.append(pa.field(column.name, kind, metadata={"title": column.title}))
        if column.may_not_apply:
            fields.append(pa.field(f"{column.name}._na", pa.bool_(), metadata={"title": f"{column.title}：不适用"}))
    return pa.schema(fields)


def _arrays(pa: Any, table: RowsOf, batch: Sequence[StoredResponse], losses: Losses) -> list[Any]:
    rows = [row for response in batch for row in table.rows(response, losses)]
    by_column = zip(*rows, strict=True) if rows else ((),) * len(table.columns)
    gathered = zip(table.columns, by_column, strict=True)
    arrays = [values for column, cells in gathered for values in _values(column, cells)]
    return [pa.array(values, field.type) for values, field in zip(arrays, _schema(pa, table.columns), strict=True)]


def _values(column: TableColumn, cells: Sequence[Value]) -> Iterator[list[Value]]:
    """The column's values, and beside a number that may not apply whether it does not."""
    if column.kind is ColumnKind.TEXT:
        yield [None if cell is None else str(cell) for cell in cells]
        return
    cells = [column.typed(cell) for cell in cells]
    # A text in a column of numbers is `na`: a version that answers otherwise makes it a column of texts.
    yield [None if isinstance(cell, str) else cell for cell in cells]
    if column.may_not_apply:
        yield [None if cell is None else cell == NOT_APPLICABLE for cell in cells]
