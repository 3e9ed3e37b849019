"""Draws what a method found: sentences, table, chart, and the expert's view folded away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from analysis.charts.time_charts import control_chart
from analysis.estimates import Unit
from analysis.interpretation.wordings import Told
from analysis.methods import Method
from analysis.pages.chart import chart
from analysis.pages.drill_down import link_cell
from surveys.console.kit import look
from surveys.console.kit.words import _, language, said


def heading_of(method: Method) -> str:
    """What a method is called, as it stands over its results."""
    name = said(method.label)
    return name[:1].upper() + name[1:]


def draw_told(shown: Told, title: str, *, unit: Unit = "score", leads: Sequence[str] = ()) -> None:
    """Plain words first; formula, source and call for those who ask. *leads*: where each row of the table leads."""
    sentences = Markup("").join(Markup("<p>{}</p>").format(each) for each in shown.sentences)
    if sentences:
        st.html(Markup('<div style="line-height:1.8">{}</div>').format(sentences))
    if shown.rows:
        rows = (
            [[link_cell(row[0], lead), *row[1:]] for row, lead in zip(shown.rows, leads, strict=True)] if leads else []
        )
        look.table(shown.headings, rows or shown.rows)
    if shown.chart is not None:
        chart(control_chart, shown.chart, title="", unit=unit, language=language())
    if shown.expert:
        with st.expander(_("给统计人员看：{method}").format(method=title)):
            st.code("\n".join(shown.expert), language=None, wrap_lines=True)
