"""Reads tables that other programs wrote: CSV in the usual encodings and delimiters, and XLSX."""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from surveys.exchange.cells import xlsx_unescaped

DELIMITERS = (",", ";", "\t")
LONGEST_FIELD = 10_000_000  # characters; a stray quotation mark takes all up to the next one into one cell

_UNDECODABLE = re.compile("[\udc80-\udcff]")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ASCII = bytes(range(128))
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class UnfitFile(ValueError):
    """A file that is no table; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is row 1), and its cells."""

    number: int
    cells: tuple[str, ...]

    @property
    def garbled(self) -> bool:
        """Whether some bytes were no characters of the file's encoding."""
        return any(_UNDECODABLE.search(cell) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """The header and, read as they are asked for, the rows that are not empty."""

    header: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def opened_table(path: Path) -> Iterator[Table]:
    """The table in a CSV or XLSX file, told apart by its content. Raises UnfitFile, OSError."""
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning == _OLD_EXCEL:
        raise UnfitFile("是旧版 Excel 文件（.xls）。请另存为 .xlsx 或 CSV 再导入")
    with _xlsx_rows(path) if beginning == _ZIP else _csv_rows(path) as rows:
        first = next(rows, None)
        if first is None:
            raise UnfitFile("是空的：第一行应当是表头")
        yield Table(tuple(cell.strip() for cell in first.cells), rows)


@contextmanager
def opened_bytes(content: bytes) -> Iterator[Table]:
    """The same of a file that was uploaded."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "table"
        path.write_bytes(content)
        with opened_table(path) as table:
            yield table


def encoding_of(path: Path) -> str:
    """UTF-8 or GB18030, judged by the whole file; UTF-16 by its mark.

    A few broken bytes don't make a UTF-8 file something else: of Chinese text in GB18030 hardly any is valid UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    undecodable = beyond_ascii = 0
    with path.open("rb") as file:
        marked = _MARKS.get(file.read(2))
        file.seek(0)
        while marked is None and (block := file.read(1 << 20)):
            undecodable += len(_UNDECODABLE.findall(decoder.decode(block)))
            beyond_ascii += len(block.translate(None, delete=_ASCII))
    return marked or ("utf-8-sig" if undecodable <= beyond_ascii / 5 else "gb18030")


@contextmanager
def _csv_rows(path: Path) -> Iterator[Iterator[Row]]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=encoding_of(path), errors="surrogateescape", newline="") as file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        yield _numbered(csv.reader(file, delimiter=delimiter))


def _delimiter(first_line: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([first_line], delimiter=delimiter), [])))


def _numbered(reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield Row(number, tuple(cells))
    except csv.Error as error:
        raise UnfitFile(f"第 {number + 1} 行起读不下去（{error}）。多半是引号没有成对，请检查这一行") from error


@contextmanager
def _xlsx_rows(path: Path) -> Iterator[Iterator[Row]]:
    with path.open("rb") as file:
        with _damage_told():
            workbook = load_workbook(file, read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # other programs' statements of a sheet's size are often wrong
        yield _sheet_rows(sheet)
        workbook.close()


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, ParseError) as error:
        raise UnfitFile("不是完整的 .xlsx 文件。请在 Excel 中另存一次再导入") from error


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    width = 0
    with _damage_told():
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_as_text(value) for value in values]
            while cells and not cells[-1].strip():
                cells.pop()
            width = width or len(cells)
            if cells:
                yield Row(number, tuple(cells + [""] * (width - len(cells))))


def _as_text(value: object) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):  # a workbook keeps a day as its midnight
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return xlsx_unescaped(value) if isinstance(value, str) else str(value)
