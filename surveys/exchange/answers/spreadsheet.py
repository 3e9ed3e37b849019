"""Answers as an Excel workbook: a sheet of codes, a sheet of labels, and their code book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from surveys.exchange.answers.codebook import add_code_book
from surveys.exchange.answers.columns import Layout, Losses, Value
from surveys.exchange.answers.delivery import Chunks, DoesNotFit, ExportRequest, Shape, Values, Written
from surveys.exchange.answers.shapes import RowsOf, rows_of
from surveys.intake.submission import StoredResponse
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.tables.cells import LONGEST_CELL, cell_length, spreadsheet_value, xlsx_text

MOST_ROWS = 1_048_576  # of an Excel sheet
MOST_COLUMNS = 16_384
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900, which there was not
_TOO_LONG = marked("第 {row} 行 {column} 有 {length:,} 字，超过 Excel 单元格的 {most:,} 字上限，请改用 CSV")
_TITLES = {Values.CODES: "答卷", Values.LABELS: "答卷（文字）"}


class _Sheet:
    """A sheet that is filled row by row; refuses what Excel would cut off."""

    def __init__(self, workbook: Any, title: str, table: RowsOf) -> None:
        self._sheet = workbook.create_sheet(title)
        self._sheet.freeze_panes = "B2"
        self._table = table
        self._number = 0
        if len(table.heading) > MOST_COLUMNS:
            wording = marked("答卷有 {amount:,} 列，超过 Excel 的 {most:,} 列上限，请改用 CSV")
            raise DoesNotFit(Message(wording, {"amount": len(table.heading), "most": MOST_COLUMNS}))
        self._append(table.heading)

    def fill(self, response: StoredResponse, losses: Losses) -> None:
        columns = self._table.columns
        for row in self._table.rows(response, losses):
            self._append([_held(column.typed(value)) for column, value in zip(columns, row, strict=True)])

    def close(self) -> None:
        self._sheet.close()

    def _append(self, row: Sequence[Value]) -> None:
        self._number += 1
        if self._number > MOST_ROWS:
            raise DoesNotFit(Message(marked("答卷超过 Excel 的 {most:,} 行上限，请改用 CSV"), {"most": MOST_ROWS}))
        self._sheet.append([self._cell(at, spreadsheet_value(value)) for at, value in enumerate(row)])

    def _cell(self, at: int, value: Value) -> Any:
        if not isinstance(value, str):
            return value
        if cell_length(value) > LONGEST_CELL:
            where = {"row": self._number, "column": self._table.columns[at].name}
            length = {"length": cell_length(value), "most": LONGEST_CELL}
            raise DoesNotFit(Message(_TOO_LONG, where | length))
        return xlsx_text(self._sheet, value)


def _held(value: Value) -> Value:
    """A day before Excel's calendar is right stays a text."""
    early = isinstance(value, date) and not isinstance(value, datetime) and value < _FIRST_DAY
    return value.isoformat() if isinstance(value, date) and early else value


def write_xlsx(path: Path, layout: Layout, responses: Chunks, wanted: ExportRequest) -> Written:
    """Write a workbook, a response at a time. Raises DoesNotFit."""
    workbook, losses, written = Workbook(write_only=True), Losses(), 0
    sheets = list[_Sheet]()
    try:
        for values in _forms(wanted):
            sheets.append(_Sheet(workbook, _TITLES[values], rows_of(layout, ExportRequest(wanted.shape, values))))
        for response in chain.from_iterable(responses):
            written += 1
            for at, sheet in enumerate(sheets):
                sheet.fill(response, losses if at == 0 else Losses())
    except DoesNotFit:
        for sheet in workbook.worksheets:
            sheet.close()  # else its half-written part complains when it is collected
        raise
    add_code_book(workbook, layout)
    workbook.save(path)
    return Written(written, losses.told())


def _forms(wanted: ExportRequest) -> tuple[Values, ...]:
    """The first sheet is the one that an import reads."""
    if wanted.shape is Shape.LONG:
        return (Values.CODES,)
    return (Values.CODES, Values.LABELS) if wanted.values is Values.BOTH else (wanted.values,)
