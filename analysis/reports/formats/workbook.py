"""A report as a workbook: a sheet to read, and one for each table, its figures as numbers with ends, n and letters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analysis.reports.document import (
    Cell,
    EstimateCell,
    Report,
    ReportChart,
    ReportList,
    ReportParagraph,
    ReportSection,
    ReportTable,
)
from analysis.reports.formats.readable import readable
from surveys.localisation.language import in_words
from surveys.localisation.wording import Message, saying
from surveys.tables.cells import LONGEST_CELL, harmless, xlsx_escaped

_UNFIT = re.compile(r"[\\/*?:\[\]]")
_LONGEST_NAME = 31
_HEADS = (saying("下限"), Message("上限", context="of an interval"), saying("n"), saying("字母"))
_OVERVIEW = saying("报告")
_FORMATS = {"share": "0.0%", "points": "0.0", "score": "0.00"}
_HEAD = PatternFill("solid", fgColor="D9EAE8")

Value = str | int | float


def as_workbook(report: Report) -> bytes:
    """The whole file."""
    workbook = Workbook()
    first = workbook.worksheets[0]
    first.title = in_words(_OVERVIEW, report.language)
    tables = _overview(first, report)
    for number, table in enumerate(tables, 1):
        sheet = workbook.create_sheet(_sheet_name(workbook, number, table.caption))
        _table(sheet, table, report)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _overview(sheet: Worksheet, report: Report) -> list[ReportTable]:
    """The words of the report, one line each; returns its tables in order."""
    tables = list[ReportTable]()
    _append(sheet, [report.title], bold=True)
    _append(sheet, [report.scope])
    for name, value in (("", report.organisation), *report.facts):
        _append(sheet, [f"{name} {value}".strip()])
    for level, section in report.walk():
        _append(sheet, [])
        _append(sheet, [section.title], bold=True, size=14 - level)
        for line in _lines(section, tables):
            _append(sheet, [line])
    sheet.column_dimensions["A"].width = 110
    for row in sheet.iter_rows():
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    return tables


def _lines(section: ReportSection, tables: list[ReportTable]) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, ReportTable):
            tables.append(block)
            yield f"→ {len(tables)} {block.caption}"
        elif isinstance(block, ReportParagraph):
            yield block.text
        elif isinstance(block, ReportList):
            yield from (f"· {each}" for each in block.items)
        elif isinstance(block, ReportChart):
            yield f"{block.caption} · {block.alternative}"


def _sheet_name(workbook: Workbook, number: int, caption: str) -> str:
    """The number and as much of the caption as a sheet may bear; no two alike."""
    words = _UNFIT.sub(" ", readable(caption)).strip("' ")
    return f"{number} {words}"[:_LONGEST_NAME].strip("' ")


def _table(sheet: Worksheet, table: ReportTable, report: Report) -> None:
    _append(sheet, [table.caption], bold=True)
    _append(sheet, [f"{report.title} · {report.scope}"])
    spread = [any(isinstance(row[at], EstimateCell) for row in table.rows) for at in range(len(table.headings))]
    lettered = [
        any(isinstance(row[at], EstimateCell) and row[at].letters for row in table.rows)  # type: ignore[union-attr]
        for at in range(len(table.headings))
    ]
    more = [in_words(each, report.language) for each in _HEADS]
    heads = [
        each
        for name, wide, letters in zip(table.headings, spread, lettered, strict=True)
        for each in (name, *((more if letters else more[:-1]) if wide else ()))
    ]
    _append(sheet, heads, bold=True)
    for cell in sheet[sheet.max_row]:
        cell.fill = _HEAD
    for row in table.rows:
        _append_row(sheet, row, spread, lettered)
    if table.note:
        _append(sheet, [table.note])
    sheet.column_dimensions["A"].width = 32
    for at in range(2, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 14
    sheet.freeze_panes = "B4"


def _append_row(sheet: Worksheet, row: tuple[Cell, ...], spread: list[bool], lettered: list[bool]) -> None:
    values, formats = list[Value | None](), list[str]()
    for cell, wide, letters in zip(row, spread, lettered, strict=True):
        parts, style = _parts(cell)
        width = (5 if letters else 4) if wide else 1
        values += [*parts, *[None] * width][:width]
        formats += [*[style] * 3, "0", "@"][:width]
    _append(sheet, values)
    for found, style in zip(sheet[sheet.max_row], formats, strict=False):
        if isinstance(found.value, int | float) and style:
            found.number_format = style


def _parts(cell: Cell) -> tuple[list[Value | None], str]:
    """Value, low, high, n and letters of a figure; anything else by itself."""
    if not isinstance(cell, EstimateCell):
        return [cell], ""
    estimate = cell.estimate
    if not estimate.ok:
        return [cell.words], ""
    return [*estimate.figures(), estimate.n, cell.letters or None], _FORMATS[estimate.unit]


def _append(sheet: Worksheet, values: list[Value | None], *, bold: bool = False, size: int = 11) -> None:
    # A row of nothing is a line left free.
    sheet.append([_text(each) if isinstance(each, str) else each for each in values] or [None])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"  # words are words, not a formula
        if bold:
            cell.font = Font(bold=True, size=size)


def _text(text: str) -> str:
    return xlsx_escaped(harmless(readable(text)))[:LONGEST_CELL]
