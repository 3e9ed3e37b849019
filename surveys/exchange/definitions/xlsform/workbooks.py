"""The tables of a workbook, of today's kind (.xlsx) and of the one before (.xls)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from openpyxl import load_workbook

from surveys.bounded_work import WorkRefused, done_apart
from surveys.definition.templates import UnfitDefinition
from surveys.exchange.definitions.limits import checked_size, checked_workbook, refuse
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.tables.old_workbooks import BEGINNING, old_sheets

MOST_ROWS, MOST_COLUMNS = 20_000, 200
_WORK = "surveys.exchange.definitions.xlsform.workbooks:write_tables"
_LONGEST = 60  # seconds
_UNREADABLE = marked("工作簿读不懂；请在 Excel 中另存为 .xlsx")

Table = list[tuple[int, list[str]]]  # rows that are not blank, with the number a spreadsheet shows


def tables_of(data: bytes, source: str) -> dict[str, Table]:
    """The rows of each sheet by its title in small letters; raises UnfitDefinition."""
    try:
        if data.startswith(BEGINNING):
            return _tables(old_sheets(checked_size(data, source)).items(), source)
        made = json.loads(done_apart(_WORK, checked_size(data, source), source, seconds=_LONGEST))
    except UnfitDefinition:  # a ValueError as well, and it says more
        raise
    except WorkRefused as refused:
        refuse(source, refused.said)
    except ValueError:
        refuse(source, _UNREADABLE)
    return {title: [(number, cells) for number, cells in rows] for title, rows in made.items()}


def write_tables(data: IO[bytes], out: IO[bytes], source: str) -> None:
    """The work that is done apart: the tables of today's kind as JSON. Raises WorkRefused."""
    try:
        out.write(json.dumps(_tables(_sheets(data.read(), source), source)).encode())
    except UnfitDefinition as error:
        raise WorkRefused(error.problems[0].message) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError) as error:
        raise WorkRefused(_UNREADABLE) from error


def _tables(sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]], source: str) -> dict[str, Table]:
    return {title.strip().lower(): _rows(title, lines, source) for title, lines in sheets}


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
