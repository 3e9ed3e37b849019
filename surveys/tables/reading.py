"""Opens a table that another program wrote: which sheet, where its header is, in which encoding; found or as told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying
from surveys.tables.delimited import delimited_rows
from surveys.tables.encodings import ENCODINGS, SPELLINGS, guess_encoding
from surveys.tables.headers import LOOKED_AT, Head, Known, head_at, head_found, names_in, passed_over
from surveys.tables.rows import Row, Table, UnfitFile, with_width
from surveys.tables.streamed_sheets import workbook_sheets
from surveys.tables.workbooks import Merge, Sheet, old_workbook_sheets, plain_faults

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SAMPLED = 5  # rows that a look shows
OWN = "own"
"""The name of the source that is this product itself, whose tables are taken word for word."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; what is None is found out."""

    sheet: str | None = None  # its title
    header_row: int | None = None  # as a spreadsheet numbers it
    encoding: str | None = None
    source: str | None = None  # by its name among the sources; empty for none of them


def own_head(rows: Sequence[Row]) -> Head | None:
    """The header of a table that this product wrote: it begins with the number of the response."""
    first = names_in(rows[0])
    own = bool(first) and (first[0] == "_id" or first[0].endswith("（_id）"))
    return Head(first, rows[0].number, rows[0].number) if own else None


@dataclass(frozen=True)
class Guide:
    """What helps to find a header: which headings mean something here, and how known programs write theirs."""

    known: Known = lambda name: False
    sources: Mapping[str, Callable[[Sequence[Row]], Head | None]] = field(default_factory=lambda: {OWN: own_head})


@dataclass(frozen=True)
class SheetChoice:
    """A sheet that could be read."""

    title: str
    hidden: bool


@dataclass(frozen=True)
class Look:
    """What is seen of a file before it is read: how it would be, what else could be chosen, and the first rows."""

    reading: Reading  # with everything said
    table: Table  # without its rows
    sample: tuple[Row, ...]
    beginning: tuple[Row, ...]  # of the sheet, its header among them
    sheets: tuple[SheetChoice, ...] = ()  # of a workbook
    encoding_sure: bool = True


@contextmanager
def opened_table(path: Path, reading: Reading = Reading(), guide: Guide = Guide()) -> Iterator[Table]:
    """The table in a CSV, XLSX or XLS file, told apart by its content. Raises UnfitFile, OSError."""
    with _opened(path, reading, guide) as opened:
        yield opened.table


@contextmanager
def opened_bytes(content: bytes, reading: Reading = Reading(), guide: Guide = Guide()) -> Iterator[Table]:
    """The same of a file that was uploaded."""
    with _file_of(content) as path, opened_table(path, reading, guide) as table:
        yield table


def look_into(content: bytes, reading: Reading = Reading(), guide: Guide = Guide()) -> Look:
    """What a person sees before they bring a file in. Raises UnfitFile."""
    with _file_of(content) as path:
        sure = _form(path) != "csv" or bool(reading.encoding) or guess_encoding(path).sure
        with _opened(path, reading, guide) as opened:
            table = replace(opened.table, rows=iter(()))
            sample = tuple(islice(opened.table.rows, SAMPLED))
            return Look(opened.reading, table, sample, tuple(opened.beginning), opened.sheets, sure)


def encoding_named(name: str) -> str:
    """The encoding of this name; raises UnfitFile for one that no file here has."""
    plain = SPELLINGS.get(name.strip().lower(), name.strip().lower())
    if plain not in ENCODINGS:
        wording = marked("不能用编码“{name}”读。可以用：{known}")
        raise UnfitFile(saying(wording, name=name, known=Series(tuple(ENCODINGS))))
    return plain


@dataclass(frozen=True)
class _Opened:
    reading: Reading
    table: Table
    beginning: list[Row]
    sheets: tuple[SheetChoice, ...]


@contextmanager
def _file_of(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "table"
        path.write_bytes(content)
        yield path


def _form(path: Path) -> str:
    with path.open("rb") as file:
        beginning = file.read(4)
    return {_ZIP: "xlsx", _OLD_EXCEL: "xls"}.get(beginning, "csv")


@contextmanager
def _opened(path: Path, reading: Reading, guide: Guide) -> Iterator[_Opened]:
    form = _form(path)
    if form == "csv":
        encoding = encoding_named(reading.encoding) if reading.encoding else guess_encoding(path).encoding
        with delimited_rows(path, encoding) as rows:
            yield _read(rows, (), replace(reading, sheet=None, encoding=encoding), guide, form)
        return
    with workbook_sheets(path) if form == "xlsx" else old_workbook_sheets(path) as sheets:
        sheet = _chosen(sheets, reading, guide)
        choices = tuple(SheetChoice(each.title, each.hidden) for each in sheets)
        told = replace(reading, sheet=sheet.title, encoding=None)
        opened = _read(sheet.rows(), sheet.merges(), told, guide, form)
        others = tuple(each.title for each in sheets if not each.hidden and each is not sheet)
        yield replace(opened, table=replace(opened.table, sheet=sheet.title, other_sheets=others), sheets=choices)


def _chosen(sheets: Sequence[Sheet], reading: Reading, guide: Guide) -> Sheet:
    """The sheet that was asked for; else, of those that Excel shows and that hold something, the one that fits best."""
    if reading.sheet is not None:
        for sheet in sheets:
            if sheet.title == reading.sheet:
                return sheet
        titles = Series(tuple(sheet.title for sheet in sheets))
        wording = marked("没有工作表“{sheet}”。工作表有：{sheets}")
        raise UnfitFile(saying(wording, sheet=reading.sheet, sheets=titles))
    shown = sorted(sheets, key=lambda sheet: sheet.hidden)
    fits = [(_fit(sheet, guide), sheet) for sheet in shown]
    there = [each for each in fits if each[0] >= 0]
    visible = [each for each in there if not each[1].hidden] or there
    if not visible:
        raise UnfitFile(_EMPTY)
    return max(visible, key=lambda each: each[0])[1]


def _fit(sheet: Sheet, guide: Guide) -> int:
    """How many headings of a sheet are known; -1 for one that is empty."""
    rows = list(islice(sheet.rows(), LOOKED_AT))
    if not rows:
        return -1
    _, head = _head(rows, sheet.merges(), Reading(), guide)
    return sum(bool(name) and guide.known(name) for name in head.names)


_EMPTY = marked("是空的：第一行应当是表头")


def _read(rows: Iterator[Row], merges: Sequence[Merge], reading: Reading, guide: Guide, form: str) -> _Opened:
    beginning = list(islice(rows, LOOKED_AT))
    if not beginning:
        raise UnfitFile(_EMPTY)
    source, head = _head(beginning, merges, reading, guide)
    names, plain = _all_names(beginning, head, form), source == OWN
    least = 0 if form != "csv" else len(head.names)
    after = (row for row in chain(beginning, rows) if row.number > head.data_after)
    data = (with_width(plain_faults(row, form) if plain else row, least, len(names)) for row in after)
    table = Table(names, data, head.last, passed_over(beginning, head), source=source)
    told = replace(reading, header_row=head.first, source=source)
    return _Opened(told, table, beginning, ())


def _all_names(beginning: Sequence[Row], head: Head, form: str) -> tuple[str, ...]:
    """A name for each column, empty for those that hold something but have none."""
    last = next((row for row in beginning if row.number == head.last), beginning[0])
    extent = max((_extent(row) for row in beginning if row.number > head.data_after), default=0)
    width = extent if form != "csv" else min(extent, len(last.cells))
    return head.names + ("",) * (width - len(head.names))


def _extent(row: Row) -> int:
    return max((at for at, cell in enumerate(row.cells, start=1) if cell.strip()), default=0)


def _head(rows: Sequence[Row], merges: Sequence[Merge], reading: Reading, guide: Guide) -> tuple[str, Head]:
    """The source of a table, and its header."""
    asked = reading.header_row
    below = [row for row in rows if asked is None or row.number >= asked]
    names = guide.sources if reading.source is None else {reading.source} & set(guide.sources)
    for name in names:
        head = guide.sources[name](below) if below else None
        if head is not None and asked in (None, head.first):
            return name, head
    told = reading.source or ""
    if asked is None:
        return told, head_found(rows, guide.known, merges)
    head = head_at(rows, asked, merges)
    if head is None:
        raise UnfitFile(saying(marked("第 {row} 行是空的，不能作表头"), row=asked))
    return told, head
