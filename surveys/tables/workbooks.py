"""Sheets of a workbook, of today's kind (.xlsx) and of the one before (.xls), row by row.

Where cells were merged, those below the first say what it says; those beside it say nothing of their own, and a row
that needs one of them can't be taken. A formula's error is no value either.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError

from surveys.localisation.language import marked
from surveys.localisation.wording import Said, saying
from surveys.tables.cells import xlsx_unescaped
from surveys.tables.old_workbooks import OldSheet, old_workbook
from surveys.tables.rows import Row, UnfitFile, error_told

LARGEST_OLD = 30_000_000  # bytes of an .xls file
LARGEST_UNPACKED = 600_000_000  # bytes; a sheet of a million rows is about half of it
LARGEST_TEXTS = 150_000_000  # of the part that is held in memory as a whole
MOST_PARTS = 5_000
MOST_COLUMNS = 16_384
_DIGITS_KEPT = 10**15  # Excel keeps fifteen digits of a number

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]{0,8192}</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, IndexError, ValueError, TypeError, AttributeError, ParseError,
    EOFError, RuntimeError, NotImplementedError, OSError, zlib.error,
)  # fmt: skip
_BESIDE = marked("与左边的单元格合并了，请取消合并后填好")


class Merge(NamedTuple):
    """Cells that were merged, from 1, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, whether Excel shows it, and its rows, read anew each time."""

    title: str
    hidden: bool
    rows: Callable[[], Iterator[Row]]
    merges: Callable[[], Sequence[Merge]]


@contextmanager
def sheets_in(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of an .xlsx file in their order, read here and now; raises UnfitFile."""
    from openpyxl import load_workbook  # here and below, because many a process never sees a workbook

    with path.open("rb") as file:
        assert_bearable(file)
    with path.open("rb") as file:
        with _damage_told():
            workbook = load_workbook(file, read_only=True, data_only=True)
        try:
            yield [_sheet(path, each) for each in workbook.worksheets if hasattr(each, "iter_rows")]
        finally:
            workbook.close()


@contextmanager
def old_workbook_sheets(path: Path) -> Iterator[list[Sheet]]:
    """The same of an .xls file."""
    try:
        if path.stat().st_size > LARGEST_OLD:
            raise ValueError("too large for its reader")
        sheets = old_workbook(path.read_bytes())
    except ValueError as error:
        raise UnfitFile(
            marked("是旧版 Excel 文件（.xls）或加了密码，读不出来。请去掉密码，另存为 .xlsx 或 CSV 再导入")
        ) from error
    yield [_old_sheet(each) for each in sheets]


def _old_sheet(sheet: OldSheet) -> Sheet:
    failed, merges = {(row, column) for row, column in sheet.errors}, [Merge(*each) for each in sheet.merges]
    values = [[(value, (r, c) in failed) for c, value in enumerate(line)] for r, line in enumerate(sheet.lines)]
    return Sheet(sheet.title, sheet.hidden, lambda: _rows(iter(values), merges), lambda: merges)


def assert_bearable(file: IO[bytes]) -> None:
    """Raises UnfitFile for an archive that unpacks to more than a machine can bear, or that declares entities."""
    with _damage_told(), zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        texts = max((part.file_size for part in parts if part.filename.endswith("sharedStrings.xml")), default=0)
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED or texts > LARGEST_TEXTS:
            most = LARGEST_UNPACKED // 1_000_000
            wording = marked("解压后太大（最多 {most} MB）。请只保留要导入的工作表，或另存为 CSV")
            raise UnfitFile(saying(wording, most=most))
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and part.file_size:
                with archive.open(part) as unpacked:
                    if _ENTITIES.search(unpacked.read(65_536)):
                        wording = marked("含有 DOCTYPE 或 ENTITY 声明，工作簿用不到它们；请在 Excel 中另存为 .xlsx")
                        raise UnfitFile(wording)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except UnfitFile:
        raise
    except _DAMAGE as error:
        raise UnfitFile(marked("不是完整的 .xlsx 文件。请在 Excel 中另存一次再导入")) from error


def _sheet(path: Path, sheet: Any) -> Sheet:
    scanned: list[_Unseen] = []

    def unseen() -> _Unseen:
        if not scanned:
            scanned.append(_scanned(path, sheet._worksheet_path.lstrip("/")))
        return scanned[0]

    def merged() -> Sequence[Merge]:
        return unseen().merges

    def rows() -> Iterator[Row]:
        sheet.reset_dimensions()  # other programs' statements of a sheet's size are often wrong
        with _damage_told():
            yield from _rows(_values(sheet), unseen().merges, unseen().uncalculated)

    return Sheet(sheet.title, sheet.sheet_state != "visible", rows, merged)


def _values(sheet: Any) -> Iterator[list[tuple[Any, bool]]]:
    """Row by row the values of the cells, and whether each is an error."""
    for cells in sheet.iter_rows():
        yield [(cell.value, cell.data_type == "e") for cell in cells]


class _Unseen(NamedTuple):
    """What the reader that streams a sheet never tells: merged ranges, and formulas without a result, by row."""

    merges: list[Merge]
    uncalculated: dict[int, set[int]]  # row → positions from 0


def _scanned(path: Path, part: str) -> _Unseen:
    from openpyxl.utils.cell import column_index_from_string, range_boundaries

    merges, formulas, rest = list[Merge](), dict[int, set[int]](), b""
    with _damage_told(), zipfile.ZipFile(path) as archive, archive.open(part) as sheet:
        while block := sheet.read(1 << 20):
            text = rest + block
            ends = 0
            for match in _MERGED.finditer(text):
                merges.append(Merge(*range_boundaries(match[1].decode())))
                ends = match.end()
            for match in _UNCALCULATED.finditer(text) if b"<f" in text or b":f" in text else ():
                formulas.setdefault(int(match[2]), set()).add(column_index_from_string(match[1].decode()) - 1)
                ends = max(ends, match.end())
            rest = text[max(ends, len(text) - 10_000) :]
    return _Unseen(sorted(merges, key=lambda merge: merge.top), formulas)


def _rows(
    lines: Iterable[Sequence[tuple[Any, bool]]],
    merges: Sequence[Merge],
    uncalculated: Mapping[int, Collection[int]] = MappingProxyType({}),
) -> Iterator[Row]:
    filler = _Filler(merges)
    for number, line in enumerate(lines, start=1):
        cells = [as_text(value) for value, _ in line]
        faults: dict[int, Said] = {at: error_told(str(value)) for at, (value, wrong) in enumerate(line) if wrong}
        faults |= {at: _LOST_DIGITS for at, (value, _) in enumerate(line) if _digits_lost(value)}
        faults |= dict.fromkeys(uncalculated.get(number, ()), _NO_RESULT)
        while cells and not cells[-1].strip():
            cells.pop()
        full = bool(cells)
        cells, faults = filler.filled(number, cells, faults)
        if full:
            yield Row(number, tuple(cells), faults)


_NO_RESULT = marked("是没有算出结果的公式，请在 Excel 中打开并保存一次")
_LOST_DIGITS = marked("是 15 位以上的数字，表格软件已经丢了后几位。请把这一列设为文本后重新填写")


def _digits_lost(value: Any) -> bool:
    """Whether a whole number was so long that it could only be kept as a fraction of a power."""
    return isinstance(value, float) and abs(value) >= _DIGITS_KEPT and value.is_integer()


class _Filler:
    """Puts into merged cells what they say, going down a sheet."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._coming = list(reversed(merges))
        self._open: list[tuple[Merge, str]] = []

    def filled(self, number: int, cells: list[str], faults: dict[int, Said]) -> tuple[list[str], dict[int, Said]]:
        self._open = [(merge, text) for merge, text in self._open if merge.bottom >= number]
        for merge, text in self._open:
            cells = self._put(cells, merge.left - 1, text)
        while self._coming and self._coming[-1].top <= number:
            merge = self._coming.pop()
            if merge.bottom > number and merge.left <= MOST_COLUMNS:
                self._open.append((merge, cells[merge.left - 1] if merge.left <= len(cells) else ""))
            self._beside(merge, len(cells), faults)
        for merge, _ in self._open:
            self._beside(merge, len(cells), faults)
        return cells, faults

    def _put(self, cells: list[str], at: int, text: str) -> list[str]:
        if not text:
            return cells
        cells = cells + [""] * (at + 1 - len(cells))
        return [*cells[:at], text, *cells[at + 1 :]]

    def _beside(self, merge: Merge, width: int, faults: dict[int, Said]) -> None:
        faults |= dict.fromkeys(range(merge.left, min(merge.right, MOST_COLUMNS)), _BESIDE)


def as_text(value: object) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(str(value)), "f")
    if isinstance(value, datetime):  # a workbook keeps a day as its midnight
        value = value.replace(microsecond=0) if value.microsecond < 1000 else value
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return xlsx_unescaped(value) if isinstance(value, str) else str(value)


def plain_faults(row: Row, form: str) -> Row:
    """The row of a table that this product wrote: there only a formula of a workbook that failed is a fault."""
    faults = {at: why for at, why in row.faults.items() if why is not _LOST_DIGITS} if form == "xlsx" else {}
    return Row(row.number, row.cells, faults)
