"""Answers as a table: one row per response, in chunks, so that memory does not grow with their number.

Columns: what is known of the response (`_id`, `_received_on`, `_received_at` in Asia/Shanghai, `_version`, `_seconds`,
`_touchpoint`, `_department`, `_district`, `_business_type`, `_channel`; no item's code begins with an underscore), then
one column per item under its code, those that only older versions asked last. Several choices stand in one cell,
`saving;solar`; `na` means the question does not concern the respondent; an empty cell that it was not answered.
`surveys.exchange.answers_in` reads such a table back to the same answers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from surveys.clock import ZONE
from surveys.definition import Survey
from surveys.exchange.cells import LONGEST_CELL, cell_length, harmless, xlsx_escaped
from surveys.intake import StoredResponse
from surveys.questions import NOT_APPLICABLE, Answer, Choice, Question, Scale

CONTEXT = (
    "id", "received_on", "received_at", "version", "seconds", "touchpoint", "department", "district", "business_type",
    "channel",
)  # fmt: skip
MOST_ROWS = 1_048_576  # of an Excel sheet

Cell = str | int | float | date | datetime | None
Chunks = Iterable[Iterable[StoredResponse]]


class DoesNotFit(ValueError):
    """Answers that an Excel workbook can't hold whole; the message is for the person exporting."""


def items_of(versions: Sequence[Survey]) -> list[Question]:
    """The questions of all versions, each code once as the newest version asks it, the newest version's first."""
    items: dict[str, Question] = {}
    for survey in reversed(versions):
        for question in survey.questions():
            items.setdefault(question.code, question)
    return list(items.values())


def header(items: Sequence[Question]) -> list[str]:
    """The names of the columns."""
    return [f"_{name}" for name in CONTEXT] + [item.code for item in items]


def row_of(response: StoredResponse, items: Sequence[Question]) -> list[Cell]:
    """One response under the columns of `header`; texts harmless to a spreadsheet."""
    context: dict[str, Cell] = {name: getattr(response, name) for name in CONTEXT}
    if response.received_at is not None:
        context["received_at"] = response.received_at.astimezone(ZONE).replace(tzinfo=None)
    cells = [*context.values(), *(_cell(response.answers.get(item.code)) for item in items)]
    return [harmless(cell) if isinstance(cell, str) else cell for cell in cells]


def _cell(answer: Answer | None) -> Cell:
    return ";".join(answer) if isinstance(answer, list) else answer


def write_csv(path: Path, items: Sequence[Question], responses: Chunks) -> int:
    """Write a CSV file after RFC 4180, in UTF-8 with the mark Excel needs to see that; returns the rows written."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header(items))
        written = 0
        for chunk in responses:
            rows = [row_of(response, items) for response in chunk]
            writer.writerows(rows)
            written += len(rows)
    return written


def write_xlsx(path: Path, items: Sequence[Question], responses: Chunks) -> int:
    """Write a workbook with the answers and their code book; returns the rows written. Raises DoesNotFit."""
    workbook = Workbook(write_only=True)
    written = _fill(workbook.create_sheet("答卷"), items, responses)
    code_book = workbook.create_sheet("编码表")
    for line in code_book_rows(items):
        code_book.append([xlsx_escaped(harmless(text)) for text in line])
    workbook.save(path)
    return written


def _fill(sheet: Any, items: Sequence[Question], responses: Chunks) -> int:
    sheet.freeze_panes = "B2"
    sheet.append(header(items))
    written = 0
    try:
        for response in chain.from_iterable(responses):
            written += 1
            sheet.append(_xlsx_row(sheet, row_of(response, items), items, written + 1))
    except DoesNotFit:
        sheet.close()  # else its half-written part complains when it is collected
        raise
    return written


def _xlsx_row(sheet: Any, cells: list[Cell], items: Sequence[Question], number: int) -> list[Any]:
    if number > MOST_ROWS:
        raise DoesNotFit(f"答卷超过 Excel 的 {MOST_ROWS:,} 行上限，请改用 --format csv")
    for name, cell in zip(header(items), cells, strict=True):
        if isinstance(cell, str) and cell_length(cell) > LONGEST_CELL:
            raise DoesNotFit(
                f"第 {number} 行 {name} 有 {cell_length(cell):,} 字，超过 Excel 单元格的 {LONGEST_CELL:,} 字上限，"
                "请改用 --format csv"
            )
    return [_text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in cells]


def _text_cell(sheet: Any, text: str) -> Any:
    if not text.startswith("#"):
        return xlsx_escaped(text)
    # The writer takes "#N/A" and the like for Excel's own errors unless it is told that they are texts.
    cell = WriteOnlyCell(sheet, value=xlsx_escaped(text))
    cell.data_type = "s"
    return cell


def code_book_rows(items: Sequence[Question]) -> Iterator[tuple[str, str, str, str]]:
    """Item, title, type and the meaning of its codes, with a first row of headings."""
    yield "题目代码", "题目", "题型", "选项"
    for item in items:
        yield item.code, str(item.title), item.label, "；".join(_codes(item))


def _codes(item: Question) -> Iterator[str]:
    if isinstance(item, Choice):
        yield from (f"{option.code} = {option.label}" for option in item.options)
    elif isinstance(item, Scale):
        yield from (f"{point} = {words}" for point, words in _point_labels(item))
        if item.not_applicable is not None:
            yield f"{NOT_APPLICABLE} = {item.not_applicable}"


def _point_labels(item: Scale) -> Iterator[tuple[int, str]]:
    points = item.points_in_order()
    labels = getattr(item, "labels", ())
    if labels:
        yield from ((point, str(label)) for point, label in zip(points, labels, strict=True))
    else:
        yield points[0], str(item.low_label or "最低")
        yield points[-1], str(item.high_label or "最高")
