"""The sheets of an XLSForm workbook: rows by column name, and texts in several languages."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

from surveys.exchange.definitions.languages import has_chinese, language_name, named_language
from surveys.exchange.definitions.limits import refuse
from surveys.exchange.definitions.losses import Met, lose_marks, quote_value
from surveys.exchange.definitions.markup import unmarked_text
from surveys.exchange.definitions.xlsform.workbooks import Table, tables_of
from surveys.localisation.language import marked
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

LONGEST_CELL = 32_767  # characters; what the file format allows
LONGEST_PIECE = 30_000

# Other spellings of a column, in every sheet or in one; as earlier versions of the format had them.
COLUMN_ALIASES = {
    "caption": "label", "relevance": "relevant", "skip_logic": "relevant", "skippable": "required",
    "readonly": "read_only", "survey.command": "type", "survey.value": "name", "survey.image": "media::image",
    "choices.list": "list_name", "choices.value": "name", "choices.image": "media::image",
    "settings.title": "form_title", "settings.id_string": "form_id", "settings.set_form_title": "form_title",
    "settings.set_form_id": "form_id", "bind:relevant": "relevant", "bind:required": "required",
    "bind:constraint": "constraint", "bind:calculate": "calculation", "bind:readonly": "read_only",
    "bind:jr:constraintmsg": "constraint_message",
}  # fmt: skip

Row = dict[str, str]


@dataclass
class Sheets:
    """The three sheets that make a form; any further ones by name only."""

    survey: list[tuple[int, Row]] = field(default_factory=list)  # with the number a spreadsheet shows
    choices: list[tuple[int, Row]] = field(default_factory=list)
    settings: list[tuple[int, Row]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def read_sheets(data: bytes, source: str) -> Sheets:
    """The sheets of the workbook; raises UnfitDefinition when it is none, or has no sheet `survey`."""
    rows = {title: _named(title, table) for title, table in tables_of(data, source).items()}
    if not rows.get("survey"):
        refuse(source, marked("没有名为 survey 的工作表，或其中没有行；XLSForm 的题目写在 survey 表里"))
    others = [name for name, lines in rows.items() if lines and name not in ("survey", "choices", "settings")]
    return Sheets(rows["survey"], rows.get("choices", []), rows.get("settings", []), others)


def _named(title: str, table: Table) -> list[tuple[int, Row]]:
    """Rows by column name; of two columns with one name the first one counts, as it does elsewhere."""
    header = _columns([_header(name, title) for name in table[0][1]]) if table else []
    found = []
    for number, line in table[1:]:
        names = (name or f"第 {n} 列" for n, name in enumerate([*header, *[""] * len(line)], start=1))
        row = {name: cell for name, cell in zip(names, line, strict=False) if cell}
        found.append((number, row))
    return found


def _columns(names: list[str]) -> list[str]:
    """The same names, a repeated one marked so that it neither hides nor is taken for the first."""
    met = Counter[str]()
    marked_names = []
    for name in names:
        met[name] += bool(name)
        marked_names.append(f"#{met[name]} {name}" if met[name] > 1 else name)
    return marked_names


def _header(name: str, title: str = "") -> str:
    """`Label :: English` is label::English; what follows the colons keeps its letters, other spellings become ours."""
    base, colons, rest = name.replace("::", ":").partition(":")
    base = re.sub(r"[\s_]+", "_", base.strip().lower())
    if base == "bind" and (inner := COLUMN_ALIASES.get(f"bind:{rest.strip().lower()}")):
        return inner
    base = COLUMN_ALIASES.get(f"{title}.{base}") or COLUMN_ALIASES.get(base, base)
    return f"{base}::{rest.strip()}" if colons else base


@dataclass(frozen=True)
class Languages:
    """In which language a column without one is written."""

    plain: str = DEFAULT_LANGUAGE

    @classmethod
    def of(cls, sheets: Sheets) -> Languages:
        """What the settings say; else Chinese when any plain label is Chinese, and English when none is."""
        said = next((row["default_language"] for _, row in sheets.settings if "default_language" in row), None)
        if said:
            return cls(named_language(said))
        labels = [row.get("label", "") for _, row in (*sheets.survey, *sheets.choices)]
        return cls(DEFAULT_LANGUAGE if any(map(has_chinese, labels)) or not any(labels) else "en")

    def text(self, row: Met, base: str) -> dict[str, str] | None:
        """The text of a column group by language, None when it is empty."""
        found: dict[str, str] = {}
        for name in [name for name in row.data if name == base or name.startswith(f"{base}::")]:
            language = named_language(name.removeprefix(base).removeprefix("::")) if name != base else self.plain
            words = row.text(name)
            if words is not None and language in found:
                row.lose(
                    saying(marked("列“{name}”：{words}"), name=name, words=quote_value(words)),
                    saying(marked("已有 {language} 的文字，略去"), language=language),
                )
            elif words is not None and (plain := _plain(row, words)):
                found[language] = plain
        return found or None


def _plain(row: Met, words: str) -> str:
    plain, rich = unmarked_text(words, markdown=True)
    if rich:
        lose_marks(row, plain)
    return plain


def write_text(text: Mapping[str, str] | None, base: str) -> Row:
    """The cells of a text: the inverse of `Languages.text`."""
    return {f"{base}::{language_name(language)}": words for language, words in (text or {}).items()}


def workbook(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """The workbook with these sheets; the columns are those that any row of a sheet fills, in order of `_ORDER`."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        columns = sorted({name for row in rows for name in row}, key=_column_order)
        sheet = book.create_sheet(title)
        sheet.append([_text_cell(sheet, name) for name in columns])
        for row in rows:
            sheet.append([_text_cell(sheet, row.get(name)) for name in columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_read(sheets: Mapping[str, Sequence[Row]]) -> Sheets:
    """What `read_sheets` gives for the workbook with these sheets."""
    rows = {title: [(n, _row_as_read(row)) for n, row in enumerate(lines, start=2)] for title, lines in sheets.items()}
    return Sheets(rows["survey"], rows["choices"], rows["settings"])


def _row_as_read(row: Row) -> Row:
    cells = {_header(name): re.sub("\r\n?", "\n", writable(value)).strip() for name, value in row.items()}
    return {name: cell for name, cell in cells.items() if cell}


_ORDER = ("list_name", "type", "name", "label", "hint", "required", "relevant", "constraint", "appearance",
          "parameters", "form_title", "form_id", "default_language")  # fmt: skip


def _column_order(name: str) -> tuple[int, bool, str]:
    base = name.partition("::")[0]
    return (_ORDER.index(base) if base in _ORDER else len(_ORDER), "zh-Hans" not in name, name)


def _text_cell(sheet: Any, value: str | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, None if value is None else writable(value))
    cell.data_type = "s" if value is not None else "n"  # a text that begins with = is no formula
    return cell


def writable(text: str) -> str:
    """What of the text a cell can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]


def in_cells(name: str, text: str) -> Row:
    """A long text over as many columns as it takes: xinsheng, xinsheng_2, …"""
    pieces = [text[start : start + LONGEST_PIECE] for start in range(0, len(text), LONGEST_PIECE)]
    return {name if n == 1 else f"{name}_{n}": piece for n, piece in enumerate(pieces, start=1)}


def from_cells(name: str, row: Met) -> str | None:
    """The text that `in_cells` spread."""
    pieces = [row.text(name)]
    while (more := row.text(f"{name}_{len(pieces) + 1}")) is not None:
        pieces.append(more)
    return None if pieces[0] is None else "".join(piece or "" for piece in pieces)
