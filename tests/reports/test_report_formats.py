"""Every format writes every kind of block, can be opened again, and holds hostile texts as texts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser

import altair as alt
import openpyxl
import pandas as pd
import pytest
from docx import Document

from analysis.estimates import Estimate
from analysis.reports.document import (
    EstimateCell,
    Report,
    ReportChart,
    ReportList,
    ReportParagraph,
    ReportSection,
    ReportTable,
)
from analysis.reports.formats import REPORT_FORMATS

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=HYPERLINK(\"http://evil\")", "@SUM(1+1)",
    "\x00\x0b\x1f\ufffe\ud800坏", "]]><!--", "</style><svg onload=alert(1)>", "\u202e反着写",
)  # fmt: skip
FIGURE = EstimateCell(Estimate("top_two_box", 0.783, 0.751, 0.812, 412, "share"), "75.1% 至 81.2%", "AB")


def report_of(text: str, *, short: bool = False) -> Report:
    """One of each kind of block, with this text wherever a text can be."""
    spec = alt.Chart(pd.DataFrame({"x": [1, 2], "y": ["甲", "乙"]})).mark_bar().encode(x="x:Q", y="y:N").to_dict()
    table = ReportTable(text, (text, "数值", "次数"), ((text, FIGURE, 3), ("无", "—", 4)), text)
    blocks = (ReportParagraph(text, "lead"), ReportParagraph(text), ReportParagraph(text, "soft"),
              ReportList((text, text)), table, ReportChart(text, text, spec))  # fmt: skip
    inner = ReportSection(text, (table,), apart=True)
    return Report(text, text, "zh-Hans", text, ((text, text),), (ReportSection(text, blocks, (inner,)),), short)


class Elements(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.names, self.attributes, self.text = set[str](), set[str](), ""
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {f"{name}={value}" if name in ("src", "href") else name for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def in_html(written: bytes) -> str:
    page = Elements(written)
    assert not page.names & {"script", "iframe", "object", "svg", "link", "a"}
    assert not any(each.startswith("on") or each.startswith("href") for each in page.attributes)
    assert all(each.startswith("src=data:image/svg+xml;base64,") for each in page.attributes if each.startswith("src"))
    return page.text


def in_docx(written: bytes) -> str:
    document = Document(io.BytesIO(written))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def in_xlsx(written: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(written))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"], "no cell is a formula"
    return "\n".join(str(cell.value) for cell in cells if cell.value is not None)


READERS: dict[str, Callable[[bytes], str]] = {
    "html": in_html, "docx": in_docx, "xlsx": in_xlsx,
}  # fmt: skip


@pytest.mark.parametrize("short", [False, True], ids=["long", "one page"])
@pytest.mark.parametrize("ending", REPORT_FORMATS)
def test_every_format_says_all_of_a_report(ending: str, short: bool) -> None:
    """Title, scope, facts, paragraphs, points, table with interval and n, note, caption."""
    text = READERS[ending](REPORT_FORMATS[ending].write(report_of("供电服务", short=short)))
    assert text.count("供电服务") >= 14
    assert "412" in text
    assert "78.3%" in text or "0.783" in text


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("ending", REPORT_FORMATS)
def test_hostile_texts_stay_texts(ending: str, hostile: str) -> None:
    """In titles, cells, captions and words beside pictures: nothing runs, and the file opens."""
    text = READERS[ending](REPORT_FORMATS[ending].write(report_of(hostile)))
    seen = re.sub("[\x00-\x1f\ufffe\ud800\u202e]", "", hostile)
    assert seen in text


def test_a_word_document_has_real_headings_captions_and_words_for_pictures() -> None:
    """Headings by level, numbered captions, editable tables whose head repeats, alternative texts."""
    document = Document(io.BytesIO(REPORT_FORMATS["docx"].write(report_of("供电服务"))))
    styles = [each.style.name for each in document.paragraphs]
    assert styles.count("Heading 1") == 1
    assert styles.count("Heading 2") == 1
    assert styles.count("Caption") == 3
    assert len(document.tables) == 2
    body = document.element
    assert len(body.xpath(".//w:tblHeader")) == 2
    assert [each.get("descr") for each in body.xpath(".//wp:docPr")] == ["供电服务"]
    numbers = body.xpath('.//w:fldSimple[contains(@w:instr, "SEQ Table")]//w:t')
    assert [each.text for each in numbers] == ["1", "2"]
    eastern = document.styles["Heading 1"].element.xpath(".//w:rFonts/@w:eastAsia")
    assert eastern == ["Microsoft YaHei"]


def test_a_workbook_has_figures_as_numbers_with_ends_n_and_letters() -> None:
    """In columns of their own, on a sheet for each table."""
    book = openpyxl.load_workbook(io.BytesIO(REPORT_FORMATS["xlsx"].write(report_of("供电服务"))))
    assert len(book.sheetnames) == 3
    assert len(set(book.sheetnames)) == 3
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=3)]
    assert rows[0] == ["供电服务", "数值", "下限", "上限", "n", "字母", "次数"]
    assert rows[1] == ["供电服务", 0.783, 0.751, 0.812, 412, "AB", 3]
    assert rows[2] == ["无", "—", None, None, None, None, 4]


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    """Where it is made, not where it is read."""
    with pytest.raises(ValueError, match="as many cells"):
        ReportTable("甲", ("一", "二"), (("一",),))
