"""What must happen to a text on its way into a spreadsheet's cell, and be undone on its way back."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

LONGEST_CELL = 32_767  # what Excel keeps of a cell, in UTF-16 units

# A spreadsheet runs a cell that begins like this as a formula; some also take the full-width forms.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

# ECMA-376, ST_Xstring: what XML can't hold is written _xHHHH_, and so is an underscore that would be read as that.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def harmless(text: str) -> str:
    """The text as no spreadsheet runs it: one that begins like a formula gets an apostrophe in front.

    One that begins with apostrophes and then like a formula gets one more, so that `restored` gives back every text.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore_cell(text: str) -> str:
    """The inverse of `harmless`: takes off exactly the apostrophe that was put in front."""
    return text[1:] if _GUARDED.match(text) else text


def xlsx_escaped(text: str) -> str:
    """The text as a workbook holds it."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def xlsx_unescaped(text: str) -> str:
    """The text as a workbook means it; the inverse of `xlsx_escaped`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def cell_length(text: str) -> int:
    """How many of Excel's characters a text takes: those beyond the basic plane, as emoji are, count twice."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


def spreadsheet_value(value: str | float | date | time | None) -> str | float | date | time | None:
    """A value as a spreadsheet takes it: texts harmless, moments by the clock on the wall, without their zone."""
    if isinstance(value, str):
        return harmless(value)
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def xlsx_text(sheet: Any, text: str) -> Any:
    """What to append to a write-only sheet so that the cell holds exactly this text."""
    if not text.startswith("#"):
        return xlsx_escaped(text)
    from openpyxl.cell import WriteOnlyCell  # here, because this is read where no workbook is ever written

    # The writer takes "#N/A" and the like for Excel's own errors unless it is told that they are texts.
    cell = WriteOnlyCell(sheet, value=xlsx_escaped(text))
    cell.data_type = "s"
    return cell
