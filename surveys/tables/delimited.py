"""Rows of a CSV file, whatever its encoding and delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.tables.encodings import guess_encoding
from surveys.tables.rows import ERRORS, Row, UnfitFile, error_told

DELIMITERS = (",", ";", "\t")
LONGEST_FIELD = 10_000_000  # characters; a stray quotation mark takes all up to the next one into one cell
_PROBED = 64_000  # characters that tell the delimiter
_PROBED_ROWS = 40
_MAGIC = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"SQLite format", b"\x7fELF",
    b"MZ\x90", b"BM", b"RIFF", b"OggS", b"ID3", b"II*\0", b"MM\0*", b"PAR1", b"$FL2", b"$FL3",
)  # fmt: skip
_CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r\x0b\x0c\x1a\x1b")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<\?xml|<table|<head|<meta)", re.IGNORECASE)
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # Excel's own first line

_OTHER_ENCODING = marked("用这种编码读不出来。请换一种编码")


@contextmanager
def delimited_rows(path: Path, encoding: str | None = None) -> Iterator[Iterator[Row]]:
    """The rows of a CSV file that are not empty; raises UnfitFile."""
    assert_text(path)
    csv.field_size_limit(LONGEST_FIELD)
    encoding = encoding or guess_encoding(path).encoding
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            probe = file.read(_PROBED)
        except UnicodeError as error:
            raise UnfitFile(_OTHER_ENCODING) from error
        file.seek(0)
        declared = _DECLARED.match(probe.lstrip("\ufeff"))
        before = 1 if declared else 0
        for _ in range(before):
            file.readline()
        delimiter = declared[1] if declared else delimiter_of(probe)
        yield _numbered(csv.reader(file, delimiter=delimiter), before + 1)


def assert_text(path: Path) -> None:
    """Raises UnfitFile for a picture, a document and whatever else is no text."""
    with path.open("rb") as file:
        beginning = file.read(_PROBED)
    if _MARKUP.match(beginning):
        raise UnfitFile(marked("是网页或 XML，不是表格。请用 Excel 打开，另存为 .xlsx 或 CSV 再导入"))
    plain = beginning if beginning[:2] not in (b"\xff\xfe", b"\xfe\xff") else b""
    controls = len(plain) - len(plain.translate(None, delete=_CONTROLS))
    utf16 = plain and guess_encoding(path).encoding.startswith("utf-16")
    binary = controls > 8 and controls > len(plain) / 20 and not utf16
    magic = beginning.startswith(_MAGIC) and (controls or beginning.startswith((b"%PDF", b"{\\rtf")))
    if binary or magic or beginning.startswith(b"{\\rtf"):
        raise UnfitFile(marked("不是表格：像是图片、文档或别的文件。请用 .xlsx 或 CSV 文件"))


def delimiter_of(probe: str) -> str:
    """What parts the cells of most rows into the same number; a title above the table has none of it."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(_widths(probe, delimiter)))


def _widths(probe: str, delimiter: str) -> list[int]:
    reader, widths = csv.reader(io.StringIO(probe, newline=""), delimiter=delimiter), list[int]()
    try:
        for cells in islice(reader, _PROBED_ROWS):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except csv.Error:
        return widths
    whole = len(probe) < _PROBED or reader.line_num < probe.count("\n")
    return widths if whole or len(widths) < 2 else widths[:-1]  # the last one may be cut off


def _evenness(widths: Sequence[int]) -> tuple[bool, float, int]:
    """Whether there are several cells at all, how many rows have the usual number, and the number."""
    if not widths:
        return (False, 0.0, 0)
    [(usual, times)] = Counter(width for width in widths if width > 1).most_common(1) or [(1, len(widths))]
    return (usual > 1, round(times / len(widths), 1), usual)


def _numbered(reader: Iterator[list[str]], first: int) -> Iterator[Row]:
    number = first - 1
    try:
        for number, cells in enumerate(reader, start=first):
            if any(cell.strip() for cell in cells):
                faults = {at: error_told(cell.strip()) for at, cell in enumerate(cells) if cell.strip() in ERRORS}
                yield Row(number, tuple(cells), faults)
    except UnicodeError as error:
        raise UnfitFile(_OTHER_ENCODING) from error
    except csv.Error as error:
        wording = marked("第 {row} 行起读不下去（{error}）。多半是引号没有成对，请检查这一行")
        raise UnfitFile(saying(wording, row=number + 1, error=error)) from error
