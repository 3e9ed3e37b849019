"""A report and a format for reports, added to a copy of the house as the README's recipes say."""

from __future__ import annotations

from tests.support.additions import ANALYSIS_WORDS, Addition, Change, english

_PART = '''"""One sentence by itself."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.reports.document import ReportParagraph, ReportSection
from analysis.reports.material import ReportMaterial


def greeting(material: ReportMaterial) -> Iterator[ReportSection]:
    """Nothing else."""
    yield ReportSection(material.words("开场白"), (ReportParagraph(material.words("各位好"), "lead"),))
'''

REPORT = Addition(
    "welcome",
    (
        Change("analysis/reports/sections/greeting.py", _PART),
        Change("analysis/reports/kinds.py", "from analysis.reports.sections.greeting import greeting\n",
               "from analysis.reports.sections.level"),
        Change("analysis/reports/kinds.py",
               '        ReportKind("welcome", saying("迎新"), saying("给新来的人"), (greeting,)),\n',
               '        ReportKind(\n            "full"'),
        english(ANALYSIS_WORDS, 开场白="Opening", 各位好="Hello, all", 迎新="Welcome", 给新来的人="For newcomers"),
    ),
    {"tests/reports/test_report_kinds.py": 2},
    ("tests/localisation/test_analysis_words.py::test_every_wording_of_the_analysis_is_in_the_catalogue",),
)  # fmt: skip

_TEXT = '''"""A report as plain text."""

from __future__ import annotations

from analysis.reports.document import EstimateCell, Report, ReportChart, ReportList, ReportParagraph, ReportTable


def as_text(report: Report) -> bytes:
    """Line by line, in UTF-8."""
    lines = [report.title, report.scope, report.organisation, *(" ".join(each) for each in report.facts)]
    for _, section in report.walk():
        lines.append(section.title)
        for block in section.blocks:
            if isinstance(block, ReportParagraph):
                lines.append(block.text)
            elif isinstance(block, ReportList):
                lines += block.items
            elif isinstance(block, ReportChart):
                lines += [block.caption, block.alternative]
            elif isinstance(block, ReportTable):
                cells = (each.words if isinstance(each, EstimateCell) else str(each)
                         for row in block.rows for each in row)
                lines += [block.caption, *block.headings, *cells, block.note]
    return "\\n".join(lines).encode("utf-8", "replace")
'''

REPORT_FORMAT = Addition(
    "txt",
    (
        Change("analysis/reports/formats/plain_text.py", _TEXT),
        Change("analysis/reports/formats/__init__.py", "from analysis.reports.formats.plain_text import as_text\n",
               "from analysis.reports.formats.web_page"),
        Change("analysis/reports/formats/__init__.py",
               '        ReportFormat(saying("Excel 工作簿"), "txt", "text/plain", as_text),\n',
               '        ReportFormat(saying("Word 文档")'),
        Change("tests/reports/test_report_formats.py", '    "txt": lambda written: written.decode("utf-8"),\n',
               '    "html": in_html'),
    ),
    {"tests/reports/test_report_formats.py": 10},
)  # fmt: skip

REPORT_ADDITIONS = {"add a report": REPORT, "add a report format": REPORT_FORMAT}
