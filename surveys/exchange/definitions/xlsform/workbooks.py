"""The tables of a workbook, of today's kind (.xlsx) and of the one before (.xls)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from surveys.definition.templates import UnfitDefinition
from surveys.exchange.definitions.limits import checked_size, checked_workbook, refuse
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.tables.old_workbooks import BEGINNING, old_sheets

MOST_ROWS, MOST_COLUMNS = 20_000, 200

Table = list[tuple[int, list[str]]]  # rows that are not blank, with the number a spreadsheet shows


def tables_of(data: bytes, source: str) -> dict[str, Table]:
    """The rows of each sheet by its title in small letters; raises UnfitDefinition."""
    try:
        sheets = old_sheets(checked_size(data, source)).items() if data.startswith(BEGINNING) else _sheets(data, source)
        return {title.strip().lower(): _rows(title, lines, source) for title, lines in sheets}
    except UnfitDefinition:  # a ValueError as well, and it says more
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError):
        refuse(source, marked("工作簿读不懂；请在 Excel 中另存为 .xlsx"))


def _sheets(data: bytes, source: str) -> Iterator[tuple[str, Iterable[Sequence[Any]]]]:
    book = load_workbook(checked_workbook(data, source), read_only=True, data_only=True)
    for sheet in book.worksheets:
        if hasattr(sheet, "iter_rows"):
            yield sheet.title, sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)


def _rows(title: str, lines: Iterable[Sequence[Any]], source: str) -> Table:
    """Rows that hold something: a sheet may be formatted to its last row and still be short."""
    found: Table = []
    for number, line in enumerate(lines, start=1):
        cells = (
            [_cell(value) for value in line[:MOST_COLUMNS]] if any(value not in (None, "") for value in line) else []
        )
        if any(cells):
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            refuse(source, saying(marked("工作表 {title} 超过 {most} 行；请拆成几份问卷"), title=title, most=MOST_ROWS))
    return found


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return "" if value is None else value.isoformat() if isinstance(value, (date, time)) else str(value).strip()
