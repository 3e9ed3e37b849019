"""Wide and long: how a response becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from surveys.exchange.answers.columns import ColumnKind, Layout, Losses, TableColumn, Value
from surveys.exchange.answers.delivery import ExportRequest, Shape, Values
from surveys.intake.submission import StoredResponse


@dataclass(frozen=True)
class RowsOf:
    """A table to be written: its columns, their headings, and the rows that a response gives."""

    columns: tuple[TableColumn, ...]
    heading: tuple[str, ...]
    rows: Callable[[StoredResponse, Losses], Iterator[list[Value]]]


def rows_of(layout: Layout, wanted: ExportRequest) -> RowsOf:
    """The table in one form of its values; `Values.BOTH` is for the writer to take apart."""
    if wanted.shape is Shape.LONG:
        return RowsOf(LONG, tuple(column.name for column in LONG), _long(layout))
    columns, in_words = layout.columns, wanted.values is Values.LABELS
    heading = tuple(column.heading if in_words else column.name for column in columns)
    return RowsOf(columns, heading, _wide(layout, in_words))


def _wide(layout: Layout, in_words: bool) -> Callable[[StoredResponse, Losses], Iterator[list[Value]]]:
    columns = layout.columns

    def rows(response: StoredResponse, losses: Losses) -> Iterator[list[Value]]:
        values = layout.known(response) | layout.cells(response, losses)
        if in_words:
            yield [_in_words(column, values.get(column.name)) for column in columns]
        else:
            yield [values.get(column.name) for column in columns]

    return rows


def _in_words(column: TableColumn, value: Value) -> Value:
    return value if value is None else column.label(value) or value


def _long(layout: Layout) -> Callable[[StoredResponse, Losses], Iterator[list[Value]]]:
    columns = {column.name: column for column in layout.answers}

    def rows(response: StoredResponse, losses: Losses) -> Iterator[list[Value]]:
        cells = layout.cells(response, losses)
        for name, column in columns.items():
            if name in cells:
                yield [response.id, column.item, column.part, cells[name], column.label(cells[name]) or None]

    return rows


LONG = (
    TableColumn("_id", "答卷编号", ColumnKind.TEXT),
    TableColumn("item", "题目代码", ColumnKind.TEXT),
    TableColumn("part", "部分", ColumnKind.TEXT),
    TableColumn("value", "值", ColumnKind.TEXT),
    TableColumn("label", "值的含义", ColumnKind.TEXT),
)
