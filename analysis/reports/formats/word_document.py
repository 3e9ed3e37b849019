"""A report as a Word document: real headings and captions, tables to go on editing, charts with words beside them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from analysis.charts.chart_files import as_png
from analysis.reports.document import (
    Block,
    EstimateCell,
    Report,
    ReportChart,
    ReportList,
    ReportParagraph,
    ReportSection,
    ReportTable,
)
from analysis.reports.formats.readable import readable
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying

_LATIN, _CHINESE = "Arial", "Microsoft YaHei"
_WIDTH = Cm(17.0)  # between the margins of A4
_INK, _SOFT = RGBColor(0x0E, 0x6E, 0x6E), RGBColor(0x5B, 0x6B, 0x6C)
_STYLES = {"lead": "Intense Quote", "plain": "Normal", "soft": "Normal"}
_TABLE, _CHART = saying("表"), saying("图")


def as_word_document(report: Report) -> bytes:
    """The whole file."""
    document = Document()
    _prepare(document, report)
    document.add_paragraph(readable(report.title), style="Title")
    _soft(document, " · ".join(filter(None, (report.organisation, report.scope))))
    for name, value in report.facts:
        _soft(document, f"{name}  {value}")
    for each in report.sections:
        _section(document, each, 1, report.language)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _prepare(document: WordDocument, report: Report) -> None:
    """Paper, type and the language that spelling is checked in; page numbers at the foot."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    page.top_margin = page.bottom_margin = Cm(1.5 if report.short else 2.0)
    for style in document.styles:
        fonts = getattr(style, "font", None)
        if fonts is not None:
            fonts.name = _LATIN
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _CHINESE)
            if style.name.startswith(("Heading", "Title", "Intense")):
                fonts.color.rgb = _INK
    document.styles["Normal"].font.size = Pt(9.5 if report.short else 10.5)
    document.styles["Normal"].paragraph_format.space_after = Pt(3 if report.short else 6)
    document.styles["Title"].font.size = Pt(22)
    document.styles["Intense Quote"].font.italic = False
    _say_language(document, report.language)
    document.core_properties.title = readable(report.title)[:255]
    document.core_properties.author = readable(report.organisation)[:255]
    document.core_properties.language = report.language
    document.core_properties.comments = ""
    _field(page.footer.paragraphs[0], "PAGE")


def _say_language(document: WordDocument, language: str) -> None:
    marks = OxmlElement("w:lang")
    marks.set(qn("w:val"), "en-US")
    marks.set(qn("w:eastAsia"), "zh-CN" if language.startswith("zh") else "en-US")
    properties = document.styles["Normal"].element.get_or_add_rPr()
    properties.append(marks)


def _section(document: WordDocument, section: ReportSection, level: int, language: str) -> None:
    if section.apart:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading(readable(section.title), level=min(level, 9))
    for block in section.blocks:
        _BLOCKS[type(block)](document, block, language)
    for each in section.sections:
        _section(document, each, level + 1, language)


def _paragraph(document: WordDocument, block: ReportParagraph, language: str) -> None:
    if block.tone == "soft":
        _soft(document, block.text)
        return
    document.add_paragraph(readable(block.text), style=_STYLES[block.tone])


def _soft(document: WordDocument, text: str) -> None:
    run = document.add_paragraph().add_run(readable(text))
    run.font.size, run.font.color.rgb = Pt(9), _SOFT


def _list(document: WordDocument, block: ReportList, language: str) -> None:
    for each in block.items:
        document.add_paragraph(readable(each), style="List Bullet")


def _table(document: WordDocument, block: ReportTable, language: str) -> None:
    _caption(document, in_words(_TABLE, language), "Table", block.caption)
    table = document.add_table(rows=1, cols=len(block.headings), style="Light List Accent 1")
    for cell, words in zip(table.rows[0].cells, block.headings, strict=True):
        cell.text = readable(words)
    _repeat_on_every_page(table.rows[0])
    for row in block.rows:
        for cell, content in zip(table.add_row().cells, row, strict=True):
            cell.text = readable(content.words if isinstance(content, EstimateCell) else str(content))
    for line in table.rows:
        for cell in line.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    _soft(document, block.note) if block.note else document.add_paragraph()


def _repeat_on_every_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _chart(document: WordDocument, block: ReportChart, language: str) -> None:
    picture = document.add_picture(io.BytesIO(as_png(block.spec, "")), width=_WIDTH)
    picture._inline.docPr.set("descr", readable(block.alternative))
    picture._inline.docPr.set("title", readable(block.caption))
    _caption(document, in_words(_CHART, language), "Figure", block.caption)


def _caption(document: WordDocument, word: str, kind: str, text: str) -> None:
    """Numbered by a field of Word's own, so that a list of tables can be made and numbers follow what is moved."""
    instruction = f"SEQ {kind} \\* ARABIC"
    before = len(document.element.xpath(f'.//w:fldSimple[@w:instr="{instruction}"]'))
    paragraph = document.add_paragraph(f"{word} ", style="Caption")
    _field(paragraph, instruction, str(before + 1))
    paragraph.add_run(f"  {readable(text)}")


def _field(paragraph: Any, instruction: str, shown: str = "1") -> None:
    """A field that Word works out; until it does, *shown* stands there."""
    field, run, text = (OxmlElement(name) for name in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), instruction)
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


_BLOCKS: Mapping[type[Block], Callable[[WordDocument, Any, str], None]] = {
    ReportParagraph: _paragraph, ReportList: _list, ReportTable: _table, ReportChart: _chart,
}  # fmt: skip
