"""The code book: what every column of an export means, as CSV, as an Excel workbook and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from surveys.definition.questions import Measure
from surveys.exchange.answers.columns import Layout, TableColumn
from surveys.exchange.answers.spss_names import spss_names
from surveys.tables.cells import cell_length, harmless, xlsx_text

_MOST_IN_A_CELL = 30_000  # of Excel's characters; a list of districts may need more, and goes on in the next row

MEASURES = {
    Measure.RATING: "评分",
    Measure.NPS: "推荐意愿",
    Measure.EFFORT: "费力程度",
    Measure.IMPORTANCE: "重要度",
    Measure.EXPECTATION: "期望",
    Measure.KANO: "Kano 类别",
    Measure.NOMINAL: "分类",
    Measure.MULTIPLE: "是否选中",
    Measure.RANK: "名次",
    Measure.SHARE: "比重",
    Measure.BEST_WORST: "取舍",
    Measure.NUMBER: "数值",
    Measure.DATE: "日期或时间",
    Measure.TEXT: "文字",
    Measure.RECORD: "记录",
}


def code_book(layout: Layout) -> list[dict[str, Any]]:
    """One entry per column: column, title, question, type, measure, labels, versions, spss (its name in SPSS)."""
    names = spss_names([column.name for column in layout.columns])
    return [
        {
            "column": column.name,
            "title": column.title,
            "item": column.item,
            "question": column.question,
            "type": column.type,
            "measure": column.measure.value if column.measure else "",
            "labels": {code: label.root for code, label in column.value_labels.items()},
            "right": list(column.right),
            "marks": column.marks,
            "versions": list(column.versions),
            "spss": names[column.name],
        }
        for column in layout.columns
    ]


def code_book_rows(layout: Layout) -> Iterator[tuple[str, ...]]:
    """The answers' columns as lines of texts, with a first line of headings; long lists of labels in several lines."""
    yield "列", "题目", "题型", "取值", "测度", "版本", "SPSS 变量名"
    names = spss_names([column.name for column in layout.columns])
    for column in layout.columns:
        measure = MEASURES[column.measure] if column.measure else "答卷信息"
        versions = "、".join(map(str, column.versions))
        for labels in _labels(column):
            yield column.name, column.title, column.type, labels, measure, versions, names[column.name]


def _labels(column: TableColumn) -> Iterator[str]:
    said, length = list[str](), 0
    for code, label in column.value_labels.items():
        text = f"{code} = {label}"
        length += cell_length(text) + 1
        if said and length > _MOST_IN_A_CELL:
            yield "；".join(said)
            said, length = [], cell_length(text) + 1
        said.append(text)
    if column.right:
        said.append(f"正确答案：{'、'.join(column.right)}（本题 {column.marks:g} 分）")
    yield "；".join(said)


def add_code_book(workbook: Any, layout: Layout) -> None:
    """Add a sheet with the code book to a write-only workbook."""
    sheet = workbook.create_sheet("编码表")
    sheet.freeze_panes = "B2"
    for line in code_book_rows(layout):
        sheet.append([xlsx_text(sheet, harmless(text)) for text in line])


def _write_csv(path: Path, layout: Layout) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(map(harmless, line) for line in code_book_rows(layout))


def _write_xlsx(path: Path, layout: Layout) -> None:
    workbook = Workbook(write_only=True)
    add_code_book(workbook, layout)
    workbook.save(path)


def _write_json(path: Path, layout: Layout) -> None:
    path.write_text(json.dumps(code_book(layout), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


CODE_BOOKS: Mapping[str, Callable[[Path, Layout], None]] = {"csv": _write_csv, "xlsx": _write_xlsx, "json": _write_json}
