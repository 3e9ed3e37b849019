"""Workbooks as Excel kept them until 2003 (.xls), read by a process of its own.

A few bytes of such a file can claim a table larger than any memory, and its reader believes them; so it runs apart,
within bounds, where it can take nothing down with it.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from surveys.tables.old_errors import errors_by_sheet

BEGINNING = b"\xd0\xcf\x11\xe0"  # of every such file
MOST_MEMORY = 1_000_000_000  # bytes
LONGEST_WORK = 30  # seconds

Lines = list[list[Any]]


@dataclass(frozen=True)
class OldSheet:
    """One sheet: dates as ISO texts; merged cells as left, top, right and bottom, from 1, both ends included.

    `errors` are row and column, from 0, of the cells in which a formula's error stands.
    """

    title: str
    hidden: bool
    lines: Lines
    merges: list[list[int]]
    errors: list[list[int]]


def old_sheets(data: bytes) -> dict[str, Lines]:
    """The rows of each sheet by its title, dates as ISO texts; raises ValueError when it can't be read."""
    return {sheet.title: sheet.lines for sheet in old_workbook(data)}


def old_workbook(data: bytes) -> list[OldSheet]:
    """The sheets with all that is known of them; raises ValueError when it can't be read."""
    try:
        done = subprocess.run(  # noqa: S603  no word of the command comes from outside
            [sys.executable, "-m", __name__], input=data, capture_output=True, timeout=LONGEST_WORK, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ValueError("no workbook that can be read") from error
    return [OldSheet(**sheet) for sheet in json.loads(done.stdout)]


def _read(data: bytes) -> list[dict[str, Any]]:
    from python_calamine import SheetVisibleEnum, load_workbook

    book = load_workbook(io.BytesIO(data))
    sheets, errors = list[dict[str, Any]](), dict(enumerate(errors_by_sheet(data)))
    for at, known in enumerate(book.sheets_metadata):
        sheet = book.get_sheet_by_name(known.name)
        top, left = sheet.start or (0, 0)  # it begins with the first row and the first column that hold something
        merges = [[a[1] + 1, a[0] + 1, b[1] + 1, b[0] + 1] for a, b in sheet.merged_cell_ranges or []]
        lines: Lines = [[] for _ in range(top)] + [[""] * left + row for row in sheet.iter_rows()]
        for (row, column), text in errors.get(at, {}).items():
            _put(lines, row, column, text)
        hidden = known.visible != SheetVisibleEnum.Visible
        sheets.append(
            {
                "title": known.name,
                "hidden": hidden,
                "lines": lines,
                "merges": merges,
                "errors": list(errors.get(at, {})),
            }
        )
    return sheets


def _put(lines: Lines, row: int, column: int, text: str) -> None:
    """Write into a cell, wherever the sheet was taken to end."""
    lines += [[] for _ in range(row + 1 - len(lines))]
    lines[row] += [""] * (column + 1 - len(lines[row]))
    lines[row][column] = text


def _plain(value: Any) -> str:
    midnight = isinstance(value, datetime) and value.time() == time()
    value = value.date() if midnight else value
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read()), default=_plain))
