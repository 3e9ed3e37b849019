"""The sheets of a workbook (.xlsx), read by a process of its own into lines of JSON, and from those row by row.

A line that is an object begins a sheet, or says why the rest of it can't be read; a list is a row: its number, its
cells, and what is wrong with which of them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from surveys.bounded_work import LONGEST_WORK, MOST_MEMORY, WorkRefused, plainly, run_apart, said_again
from surveys.tables.rows import Row, UnfitFile
from surveys.tables.workbooks import Merge, Sheet, sheets_in

_WORK = "surveys.tables.streamed_sheets:write_sheets"
MEMORY, SECONDS = MOST_MEMORY, LONGEST_WORK
MOST_CELLS = 40_000_000  # of all sheets; more fill no sheet that people keep


@contextmanager
def workbook_sheets(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of an .xlsx file in their order; raises UnfitFile."""
    with tempfile.NamedTemporaryFile("w+b") as lines:
        try:
            with path.open("rb") as source:
                run_apart(_WORK, source, lines, str(path.resolve()), memory=MEMORY, seconds=SECONDS)
        except WorkRefused as refused:
            raise UnfitFile(refused.said) from refused
        yield list(_sheets(Path(lines.name)))


def write_sheets(_: IO[bytes], out: IO[bytes], path: str) -> None:
    """The work: every sheet of the workbook as lines. Raises WorkRefused."""
    left = MOST_CELLS
    try:
        with sheets_in(Path(path)) as sheets:
            for sheet in sheets:
                _write(out, {"title": sheet.title, "hidden": sheet.hidden})
                try:
                    for row in sheet.rows():
                        left -= len(row.cells) + len(row.faults)
                        if left < 0:
                            raise MemoryError
                        _write(out, [row.number, row.cells, [[at, plainly(why)] for at, why in row.faults.items()]])
                    _write(out, {"merges": sheet.merges()})
                except UnfitFile as error:
                    _write(out, {"unfit": plainly(error.args[0])})
    except UnfitFile as error:
        raise WorkRefused(error.args[0]) from error


def _write(out: IO[bytes], line: Any) -> None:
    out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def _sheets(path: Path) -> Iterator[Sheet]:
    with path.open("rb") as file:
        sheet, at = None, 0
        for line in file:
            at += len(line)
            if line.startswith(b"{"):
                told = json.loads(line)
                if "title" in told:
                    sheet = (told["title"], told["hidden"], at)
                elif sheet is not None:
                    merges = [Merge(*each) for each in told.get("merges", ())]
                    yield _sheet(path, *sheet, merges)


def _sheet(path: Path, title: str, hidden: bool, begins: int, merges: Sequence[Merge]) -> Sheet:
    return Sheet(title, hidden, lambda: _rows(path, begins), lambda: merges)


def _rows(path: Path, begins: int) -> Iterator[Row]:
    with path.open("rb") as file:
        file.seek(begins)
        for line in file:
            told = json.loads(line.decode("utf-8", "surrogatepass"))
            if isinstance(told, dict):
                if "unfit" in told:
                    raise UnfitFile(said_again(told["unfit"]))
                return
            number, cells, faults = told
            yield Row(number, tuple(cells), {at: said_again(why) for at, why in faults})
