"""A table that stands on a page as a file to take along: what it is of in the first line, then the table as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from surveys.tables.cells import LONGEST_CELL, harmless, xlsx_escaped

Cell = str | int | float | None


@dataclass(frozen=True)
class ShownTable:
    """Headings and rows as they are read, under what they are of."""

    title: str
    scope: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def head(self) -> str:
        return " · ".join(filter(None, (self.title, self.scope)))


def as_csv(table: ShownTable) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; no cell runs as a formula."""
    written = io.StringIO()
    csv.writer(written).writerows([[_text(each) for each in row] for row in _lines(table)])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(table: ShownTable) -> bytes:
    """One sheet; numbers stay numbers."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in _lines(table):
        _append(sheet, row)
    for place in ("A1", *(cell.coordinate for cell in sheet[2])):
        sheet[place].font = Font(bold=True)
    sheet.column_dimensions["A"].width = 32
    sheet.freeze_panes = "A3"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _lines(table: ShownTable) -> list[Sequence[Cell]]:
    return [[table.head], list(table.headings), *table.rows]


def _text(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _append(sheet: Worksheet, row: Sequence[Cell]) -> None:
    sheet.append([xlsx_escaped(str(_text(each)))[:LONGEST_CELL] if isinstance(each, str) else each for each in row])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"  # words are words, not a formula


TABLE_FILES: dict[str, tuple[str, str, Callable[[ShownTable], bytes]]] = {
    "csv": ("CSV", "text/csv", as_csv),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
"""What it is called, its media type and what writes it, by the ending of the file's name."""
