"""Draws what a method found: sentences, table, chart, and the expert's view folded away."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from analysis.charts_in_time import control_chart
from analysis.estimates import Unit
from analysis.pages.results import chart
from analysis.wordings import Told
from surveys.pages import look
from surveys.pages.words import _, language_of_figures


def draw_told(shown: Told, title: str, *, unit: Unit = "score") -> None:
    """Plain words first; formula, source and call for those who ask."""
    sentences = Markup("").join(Markup("<p>{}</p>").format(each) for each in shown.sentences)
    if sentences:
        st.html(Markup('<div style="line-height:1.8">{}</div>').format(sentences))
    if shown.rows:
        look.table(shown.headings, shown.rows)
    if shown.chart is not None:
        chart(control_chart(shown.chart, title="", unit=unit, language=language_of_figures()))
    if shown.expert:
        with st.expander(_("给统计人员看：{method}").format(method=title)):
            st.code("\n".join(shown.expert), language=None, wrap_lines=True)
