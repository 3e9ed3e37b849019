"""What goes together with overall satisfaction: shares, map, quadrants, both ends."""

from __future__ import annotations

import streamlit as st

from analysis.charts.charts import importance_chart
from analysis.drivers.drivers import DriverAnalysis
from analysis.exploring import Item, explore, offers
from analysis.interpretation.results import interpret
from analysis.level.satisfaction import dimension_scores
from analysis.pages.by_question import names_of
from analysis.pages.chart import chart
from analysis.pages.drivers import stated_importance
from analysis.pages.method_result import draw_told, heading_of
from analysis.released.parts import SelectionInView, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _, language

_PURPOSES = ("drivers", "contrast")


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Every method of the catalogue that explains overall satisfaction by the dimensions; the map with the first."""
    overall = items.get(selection.overall or "")
    methods = {} if overall is None else view.ask(offers, overall, selection.of(overall))
    wanted = {name: each.method for name, each in methods.items() if each.method.purpose in _PURPOSES}
    if overall is None or not wanted:
        look.empty(_("还算不出驱动因素"), _("需要一道总体满意度题，和至少两个有评分的维度。"))
        return
    mapped = False
    for name, method in wanted.items():
        title = heading_of(method)
        st.header(title, anchor=False)
        with st.spinner(_("正在计算…")):
            result = view.ask(explore, name, overall, selection.of(overall))
        if isinstance(result, DriverAnalysis) and result.ok and not mapped:
            mapped = True
            _map(view, result, selection)
            stated_importance.draw(view, selection, result)
        draw_told(interpret(result, language(), names_of(overall, selection)), title)


def _map(view: ReleasedAnswers, drivers: DriverAnalysis, selection: SelectionInView) -> None:
    scores = view.ask(dimension_scores, columns_of(selection.dimensions), selection.dimensions)
    labels = {code: each.label for code, each in selection.dimensions.items()}
    chart(importance_chart, scores, drivers, labels, language=language())
    look.soft(_("越靠左得分越低，越靠上与总体满意度关联越强；十字是两个方向的区间，虚线只是平均位置。"))
