"""A table as it was read: its header, its rows, and what was found above and between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying

_UNDECODABLE = re.compile("[\udc80-\udcff]")
ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
"""What a formula that failed shows, in a workbook and in the CSV file made from it."""


class UnfitFile(ValueError):
    """A file that is no table; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (from 1), its cells, and which of them are no values."""

    number: int
    cells: tuple[str, ...]
    faults: Mapping[int, Said] = field(default_factory=dict)  # by position, what is wrong with the cell

    @property
    def garbled(self) -> bool:
        """Whether some bytes were no characters of the file's encoding."""
        return any(_UNDECODABLE.search(cell) for cell in self.cells)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(bool(cell.strip()) for cell in self.cells)

    def problems(self, header: Sequence[str], wanted: Collection[int]) -> list[Said]:
        """Why the row as a whole can't be taken where these positions of it are wanted."""
        if self.garbled:
            return [marked("含有无法识别的字符，文件的编码可能已损坏")]
        if len(self.cells) != len(header):
            wording = marked("有 {cells} 格，表头有 {width} 格，请检查引号和分隔符")
            return [saying(wording, cells=len(self.cells), width=len(header))]
        return [
            saying(marked("{column}：{why}"), column=header[at] or f"{at + 1}", why=why)
            for at, why in self.faults.items()
            if at in wanted
        ]


@dataclass(frozen=True)
class Table:
    """The header and, read as they are asked for, the rows that are not empty."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    header_row: int = 1  # the number of its last row
    passed_over: tuple[Row, ...] = ()  # rows beside the header that are no data: titles, units, other programs' notes
    sheet: str = ""  # of a workbook
    other_sheets: tuple[str, ...] = ()  # that Excel shows and that were not read
    source: str = ""  # the program that wrote it, by its name in SOURCES; empty where it could be any


@contextmanager
def breaking_off_told(taken: Counter[Any]) -> Iterator[None]:
    """A table that breaks off within: it is said how many of its rows were taken before that."""
    try:
        yield
    except UnfitFile as error:
        if not taken.total():
            raise
        wording = marked("{why}；在这之前的 {count} 行已经处理")
        raise UnfitFile(saying(wording, why=error.args[0], count=taken.total())) from error


def with_width(row: Row, least: int, width: int) -> Row:
    """The row as wide as its header, as far as no cell that holds something is in the way.

    A delimiter at the end of a line leaves empty cells beyond the header; a row with *least* cells lacks none.
    """
    cells = row.cells
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    if least <= len(cells) < width:
        cells += ("",) * (width - len(cells))
    return Row(row.number, cells, row.faults)


def shown_cells(row: Row, width: int, longest: int = 40) -> list[str]:
    """The row as a preview shows it under a header of this width: long cells are cut, a row too long ends in "…"."""
    cells = [cell if len(cell) <= longest else cell[:longest] + "…" for cell in row.cells]
    if len(cells) > width:
        cells = [*cells[: width - 1], f"{cells[width - 1]} …"]
    return cells + [""] * (width - len(cells))


def error_told(text: str) -> Message:
    """What is wrong with a cell that shows a formula's error."""
    return saying(marked("是公式的错误值 {error}，请在表格里改正"), error=text)
