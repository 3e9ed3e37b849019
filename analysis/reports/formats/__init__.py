"""The formats that a report is written in. Another one is a file here and its line in the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.reports.document import Report
from analysis.reports.formats.web_page import as_web_page
from analysis.reports.formats.word_document import as_word_document
from analysis.reports.formats.workbook import as_workbook
from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class ReportFormat:
    """How a report is written: what the format is called, the ending of its files, its media type."""

    name: Message
    ending: str
    media_type: str
    write: Callable[[Report], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"
REPORT_FORMATS: Mapping[str, ReportFormat] = {
    each.ending: each
    for each in (
        ReportFormat(saying("网页（HTML，可打印成 PDF）"), "html", "text/html; charset=utf-8", as_web_page),
        ReportFormat(saying("Word 文档"), "docx", f"{_OFFICE}.wordprocessingml.document", as_word_document),
        ReportFormat(saying("Excel 工作簿"), "xlsx", f"{_OFFICE}.spreadsheetml.sheet", as_workbook),
    )
}
