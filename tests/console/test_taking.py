"""Tables and charts to take along: each where it stands, as it is shown, and harmless in any program."""

from __future__ import annotations

import ast
import csv
import io
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from markupsafe import Markup
from openpyxl import load_workbook
from PIL import Image
from streamlit.testing.v1 import AppTest

from analysis.charts.chart_files import CHART_FILES, in_the_dark
from analysis.charts.charts import heat_chart
from surveys.console.kit.downloads import bare, file_name
from surveys.console.kit.drill_down import Linked
from surveys.storage import Store
from surveys.tables.table_files import TABLE_FILES, ShownTable
from tests.console.test_console import Open, open_page, sample

__all__ = ["open_page", "sample"]  # fixtures

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "surveys" / "console").rglob("*.py"), *(ROOT / "analysis" / "pages").rglob("*.py")])
# What Streamlit would draw without a way to take it along, and the one file that may draw it, with one.
DRAWING = {
    "dataframe": "", "table": "", "metric": "", "line_chart": "", "bar_chart": "", "area_chart": "",
    "scatter_chart": "", "pyplot": "", "plotly_chart": "", "vega_lite_chart": "chart.py", "graphviz_chart": "",
    "pydeck_chart": "", "map": "", "altair_chart": "", "image": "", "write": "",
}  # fmt: skip


def drawn_past_the_one_way(name: str, source: str) -> list[str]:
    """The calls of Streamlit in a file by which a table or a chart gets onto a page without its files."""
    calls = [each.func for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    return [
        f"{name}:{each.lineno} st.{each.attr}"
        for each in calls
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "st"
        and DRAWING.get(each.attr, name) != name
    ]  # fmt: skip


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tables_and_charts_come_onto_pages_in_one_way(path: Path) -> None:
    """By `look.table` and `chart.chart`, which offer the files; never by Streamlit's own."""
    assert not drawn_past_the_one_way(path.name, path.read_text("utf-8"))


@pytest.mark.parametrize("call", ["st.dataframe(x)", "st.table(x)", "st.vega_lite_chart(x)", "st.image(x)"])
def test_another_way_is_found(call: str) -> None:
    """The rule bites, and lets the one way be."""
    assert drawn_past_the_one_way("results.py", f"import streamlit as st\n{call}")
    assert not drawn_past_the_one_way("chart.py", "st.vega_lite_chart(x)")


SHOWN = ShownTable(
    "满意度", "范围：全部部门", ["项目", "=1+1", "n"],
    [["=HYPERLINK(\"http://x\")", "-5.0", 3], ["+86", "@SUM(A1)", -2], ["抢修\n二班", "＝全角", 0.5],
     ["", "a\x00b", None]],
)  # fmt: skip


def test_no_cell_of_a_csv_file_runs_as_a_formula() -> None:
    """Words that begin like a formula get an apostrophe; numbers stay what they are."""
    lines = list(csv.reader(io.StringIO(TABLE_FILES["csv"][2](SHOWN).decode("utf-8-sig"))))
    assert lines[0] == ["满意度 · 范围：全部部门"] and lines[1] == ["项目", "'=1+1", "n"]
    assert lines[2] == ['\'=HYPERLINK("http://x")', "'-5.0", "3"] and lines[3] == ["'+86", "'@SUM(A1)", "-2"]
    assert lines[4] == ["抢修\n二班", "'＝全角", "0.5"]


def test_no_cell_of_a_workbook_runs_as_a_formula() -> None:
    """Words are words there, numbers are numbers, and what XML can't hold does no harm."""
    sheet = load_workbook(io.BytesIO(TABLE_FILES["xlsx"][2](SHOWN))).worksheets[0]
    assert not any(cell.data_type == "f" for row in sheet for cell in row)
    assert [cell.value for cell in sheet[4]] == ["'+86", "'@SUM(A1)", -2]


def test_a_cell_that_leads_somewhere_is_taken_along_as_what_it_shows() -> None:
    """The address stays on the page; a number stays a number."""
    assert bare(Linked(12, "/answers?survey=x")) == 12
    shown = str(Markup("{}").format(Linked("<b>", "/answers?a=1&b=2", "看")))
    assert "&lt;b&gt;" in shown and 'href="/answers?a=1&amp;b=2"' in shown
    assert str(Markup("{}").format(Linked("<b>", ""))) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("words", "name"),
    [("满意度", "满意度-20260302-2.csv"), ("a/b\\c:d*?\"<>| e\x07", "a-b-c-d-e-20260302-2.csv"),
     ("", "table-20260302-2.csv"),
     ("..", "table-20260302-2.csv"), ("长" * 300, f"{'长' * 60}-20260302-2.csv")],
    ids=["Chinese", "what disks refuse", "nothing", "dots", "long"],
)  # fmt: skip
def test_files_have_names_that_every_disk_takes(monkeypatch: pytest.MonkeyPatch, words: str, name: str) -> None:
    """Chinese stays; the day and the number of the thing on its page follow."""
    monkeypatch.setattr("surveys.console.kit.downloads.local_day", lambda _: date(2026, 3, 2))
    assert file_name(words, "csv", 2) == name


def test_charts_become_pictures() -> None:
    """PNG and SVG are what they say, and the SVG says what it is of."""
    cells = pd.DataFrame({"row": ["城东"], "column": ["态度"], "value": [3.2], "low": [3.0], "high": [3.4], "n": [30]})
    spec = heat_chart(cells).to_dict()
    assert Image.open(io.BytesIO(CHART_FILES["PNG"][1](spec, "满意度"))).format == "PNG"
    svg = CHART_FILES["SVG"][1](spec, "满意度 · 城东").decode()
    assert ElementTree.fromstring(svg).tag.endswith("svg") and "满意度 · 城东" in svg
    assert in_the_dark(spec) != spec


@pytest.mark.parametrize("page", ["", "results", "comments", "answers", "collection", "analysis"])
def test_what_is_on_a_page_is_offered_there(sample: Store, open_page: Open, page: str) -> None:
    """As many offers of a workbook as tables, as many of an SVG as charts and clouds."""
    app = open_page(sample, "admin", page, period="all")
    offered = [each.proto.label for each in app.get("download_button")]
    tables = [each for each in bodies(app) if "xs-table" in each and "<table" in each]
    charts = sum(len(app.get(kind)) for kind in ("arrow_vega_lite_chart", "vega_lite_chart", "bidi_component"))
    assert offered.count("Excel") == offered.count("CSV") == len(tables)
    assert offered.count("SVG") == offered.count("PNG") == charts


@pytest.mark.parametrize("name", ["admin", "manager"])
def test_files_of_the_start_page_bear_no_person_s_name(sample: Store, open_page: Open, name: str) -> None:
    """It greets who reads; the file and its line in the audit trail are called after the page."""
    app = open_page(sample, name)
    assert "您好" in app.title[0].value
    assert app.session_state["taking.title"] == "概览"


def bodies(app: AppTest) -> list[str]:
    """The HTML that stands on a page."""
    return [each.proto.body for each in app.get("html")]
