"""Translations out as a spreadsheet and in again: one row per text, one column per language.

A cell that a spreadsheet would run as a formula goes out with an apostrophe in front, which is taken off again.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from surveys.bounded_work import WorkRefused, done_apart
from surveys.definition.survey import Survey
from surveys.definition.translations.languages import (
    UnfitTranslation,
    canonical,
    languages,
    original,
    unfit,
    with_translations,
)
from surveys.definition.translations.walk import by_place, texts
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, Said, Text, saying

PLACE = "位置"
ORIGINAL = f"原文（{DEFAULT_LANGUAGE}）"
LONGEST_CELL = 32_767  # what a cell of a spreadsheet holds
MOST_ROWS, MOST_COLUMNS = 20_000, 200
_WORK = "surveys.definition.translations.sheets:write_rows"
_LONGEST = 60  # seconds
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class UnreadableSheet(ValueError):
    """A file that is no spreadsheet of translations; the message says what was expected."""


@dataclass(frozen=True)
class RefusedSheet:
    """A cell that was not taken over, and why."""

    row: int
    place: str
    language: str
    why: Said

    def __str__(self) -> str:
        return f"第 {self.row} 行（{self.place}，{self.language}）：{self.why}"


@dataclass(frozen=True)
class Imported:
    """The survey with the translations that fit, and those that don't."""

    survey: Survey
    taken: int  # how many wordings changed
    refused: tuple[RefusedSheet, ...] = ()


def as_sheet(survey: Survey, into: Sequence[str] = ()) -> bytes:
    """An XLSX file with every text and a column for each language in use and each of *into*."""
    from openpyxl import Workbook  # here and below, because whatever opens the store would load it otherwise
    from openpyxl.styles import Alignment, Font

    columns = [tag for tag in dict.fromkeys([*languages(survey), *map(canonical, into)]) if tag != DEFAULT_LANGUAGE]
    book = Workbook()
    sheet = book.active
    sheet.title = "翻译"
    sheet.append([PLACE, ORIGINAL, *columns])
    for place, text in texts(survey):
        sheet.append([place, safe(original(text)), *(safe(text.root.get(tag, "")) for tag in columns)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGH", (34, 48, *[48] * 6), strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"
    sheet.freeze_panes = "C2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_sheet(survey: Survey, file: bytes) -> Imported:
    """The survey with the translations of a file that `as_sheet` made; raises UnreadableSheet.

    An empty cell leaves what there is. What does not fit is left out and listed with the reason.
    """
    rows = _rows(file)
    tags, problems = _columns(next(rows, ()))
    present, taken, refused = by_place(survey), dict[str, dict[str, str]](), list(problems)
    for number, row in enumerate(rows, start=2):
        place = _cell(row, 0).strip()
        if not place:
            continue
        why_all = _wrong_row(present.get(place), _cell(row, 1))
        for column, tag in tags.items():
            wording = _cell(row, column)
            if not wording.strip() or _unchanged(present.get(place), tag, wording):
                continue
            if why := why_all or _formula(row, column) or unfit(present.get(place), tag, restore_text(wording)):
                refused.append(RefusedSheet(number, place, tag, why))
            else:
                taken.setdefault(tag, {})[place] = restore_text(wording)
    for tag, wordings in taken.items():
        survey = with_translations(survey, tag, wordings)
    return Imported(survey, sum(map(len, taken.values())), tuple(refused))


def safe(words: str) -> str:
    """What goes into a cell: no formula, nothing that a spreadsheet can't hold."""
    writable = _UNWRITABLE.sub("", words)
    return (f"'{writable}" if _RISKY.match(writable) else writable)[:LONGEST_CELL]


def restore_text(cell: str) -> str:
    """What stood in a cell before `safe`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


@dataclass(frozen=True)
class _Cell:
    value: str | None
    data_type: str  # "f" for a formula


def _rows(file: bytes) -> Iterator[Sequence[_Cell]]:
    try:
        made = json.loads(done_apart(_WORK, file, seconds=_LONGEST))
    except WorkRefused as refused:
        raise UnreadableSheet(refused.said) from refused
    for row in made:
        yield [_Cell(*cell) for cell in row]


def write_rows(file: IO[bytes], out: IO[bytes]) -> None:
    """The work that is done apart: text and kind of each cell, as JSON. Raises WorkRefused."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    from surveys.tables.rows import UnfitFile
    from surveys.tables.workbooks import assert_bearable  # the same bounds as for any table

    try:
        if not zipfile.is_zipfile(file):
            raise zipfile.BadZipFile
        assert_bearable(file)
        file.seek(0)
        sheet = load_workbook(file, read_only=True).worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        plain = [_filled(row) for row in rows]
    except UnfitFile as error:
        raise WorkRefused(error.args[0]) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, SyntaxError) as error:
        raise WorkRefused(marked("不是 XLSX 文件，或文件已损坏；请使用导出的翻译表")) from error
    out.write(json.dumps(plain).encode())


def _filled(row: Sequence[Any]) -> list[tuple[str | None, str]]:
    cells = [(None if cell.value is None else str(cell.value), cell.data_type) for cell in row]
    while cells and cells[-1][0] is None:
        cells.pop()
    return cells


def _columns(header: Sequence[Any]) -> tuple[dict[int, str], list[RefusedSheet]]:
    """The language of each column, and the columns whose heading is none."""
    if _cell(header, 0).strip() != PLACE:
        raise UnreadableSheet(saying(marked("第一列的标题应为“{place}”；请使用导出的翻译表"), place=PLACE))
    tags: dict[int, str] = {}
    problems = []
    for column in range(2, len(header)):
        heading = _cell(header, column).strip()
        try:
            tags |= {column: canonical(heading)} if heading else {}
        except UnfitTranslation as error:
            problems.append(RefusedSheet(1, heading, heading, error.reasons[heading]))
    return tags, problems


def _wrong_row(text: Text | None, said_original: str) -> Said:
    """Why no cell of a row fits; empty when they may."""
    if text is not None and _normal(said_original) != _normal(safe(original(text))):
        return marked("原文在导出之后改过，请对照新的原文重新翻译")
    return ""


def _formula(row: Sequence[Any], column: int) -> str:
    return marked("单元格是公式，请改成文字") if column < len(row) and row[column].data_type == "f" else ""


def _unchanged(text: Text | None, tag: str, cell: str) -> bool:
    """Whether a cell holds what the export would write now; so what a cell can't hold stays as it is."""
    return text is not None and _normal(safe(text.root.get(tag, ""))) == _normal(cell)


def _normal(words: str) -> str:
    """Without the differences a spreadsheet makes by itself: line ends, and the apostrophe it hides."""
    return restore_text(words.replace("\r\n", "\n").replace("_x000D_", "")).strip()


def _cell(row: Sequence[Any], column: int) -> str:
    value = row[column].value if column < len(row) else None
    return "" if value is None else str(value)
