"""Answers as files: FORMATS at the foot names every format, how it is written and what it can hold.

`na` means that a question does not concern the respondent, an empty cell that it was not answered.
`surveys.exchange.answers.answer_import` reads a wide CSV or XLSX file back to the same answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from surveys.exchange.answers.columns import Layout
from surveys.exchange.answers.csv_files import write_csv
from surveys.exchange.answers.delivery import Chunks, ExportRequest, Shape, Values, Written
from surveys.exchange.answers.json_lines import write_json_lines
from surveys.exchange.answers.parquet import write_parquet
from surveys.exchange.answers.spreadsheet import write_xlsx
from surveys.exchange.answers.spss import write_sav
from surveys.localisation.language import marked
from surveys.localisation.wording import Series, saying


@dataclass(frozen=True)
class Format:
    """One kind of file. `write` may raise DoesNotFit; it leaves an unfinished file behind then."""

    label: str  # for people
    extension: str
    media_type: str
    write: Callable[[Path, Layout, Chunks, ExportRequest], Written]
    values: tuple[Values, ...] = (Values.CODES,)  # the first is what one gets unasked
    shapes: tuple[Shape, ...] = (Shape.WIDE, Shape.LONG)
    readable: bool = False  # as text on a terminal

    def wanted(self, shape: Shape, values: Values | None = None) -> ExportRequest:
        """The table to write in this format. Raises NotHeld when it holds no such table."""
        if shape not in self.shapes:
            raise NotHeldByFormat(saying(marked("{format} 只有宽表（每份答卷一行）"), format=self.label))
        if shape is Shape.LONG and values is not None:
            raise NotHeldByFormat(saying(marked("长表的每一行都同时有代码和文字，不必再选")))
        if values is not None and values not in self.values:
            wording = marked("{format} 的取值只能是：{values}")
            raise NotHeldByFormat(saying(wording, format=self.label, values=Series(self.values)))
        return ExportRequest(shape, values or self.values[0])


class NotHeldByFormat(ValueError):
    """A table that a format does not hold; the message is for the person exporting."""


FORMATS: dict[str, Format] = {
    "csv": Format("CSV", "csv", "text/csv", write_csv, (Values.CODES, Values.LABELS), readable=True),
    "xlsx": Format(
        "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx,
        (Values.BOTH, Values.CODES, Values.LABELS),
    ),
    "sav": Format("SPSS", "sav", "application/x-spss-sav", write_sav, shapes=(Shape.WIDE,)),
    "parquet": Format("Parquet", "parquet", "application/vnd.apache.parquet", write_parquet),
    "jsonl": Format("JSON lines", "jsonl", "application/jsonl", write_json_lines, readable=True),
}  # fmt: skip
