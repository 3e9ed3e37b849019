"""A question week by week: control charts whose false alarms are budgeted for the whole organisation."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analysis.control_charts import AlarmBudget
from analysis.estimates import Unit
from analysis.exploring import SHORTEST_SERIES, Item, Selection, explored, offers, weekly
from analysis.pages.looking_into import names_of, question_picker
from analysis.pages.told import draw_told
from analysis.pages.view import View
from analysis.telling import told
from surveys.pages import look
from surveys.pages.words import _, language_of_figures

_WEEKS_A_QUARTER = 13
_PURPOSES = ("shares", "series")


def draw(view: View, items: dict[str, Item], selection: Selection) -> None:
    """Charts and tests of time that fit the question; the first weeks are the baseline the later ones are held to."""
    if view.anonymous:
        look.empty(_("匿名问卷不看走势"), _("把两个时间段的结果相减，可能认出某一个人的回答。"))
        return
    offered = {column: _over_time(item, selection) for column, item in items.items()}
    columns = [column for column, methods in offered.items() if methods]
    if not columns:
        look.empty(
            _("还看不出走势"),
            _("至少要有 {weeks} 周收到过答卷；可以把时间放宽到“全部”。").format(weeks=SHORTEST_SERIES),
        )
        return
    item = question_picker({column: items[column] for column in columns}, "watched")
    weeks = int(weekly(item, selection).notna().sum())
    budget, baseline = _budget(len(columns), weeks)
    for name, method in offered[item.column].items():
        title = method.label.spoken(language_of_figures())
        st.header(title, anchor=False)
        settings = {"alpha": budget.alpha, "run_length": budget.run_length, "baseline": baseline}
        result = explored(name, item, selection, settings=settings)
        unit: Unit = "share" if method.purpose == "shares" else "score"
        draw_told(told(result, language_of_figures(), names_of(item, selection)), title, unit=unit)


def _over_time(item: Item, selection: Selection) -> dict[str, Any]:
    return {name: each.method for name, each in offers(item, selection).items() if each.method.purpose in _PURPOSES}


def _budget(charts: int, weeks: int) -> tuple[AlarmBudget, int]:
    """The organisation's false-alarm budget, and how many weeks are the baseline."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        alarms = st.number_input(_("每季度最多几次误报"), 1, 12, 1, key="alarms", width=180)
        watched = st.number_input(
            _("全单位一共盯几张图"), 1, 10_000, charts, key="charts", width=180,
            help=_("区域数乘以题目数。盯的图越多，每张图的界限就要越宽，误报才不会变多。"),
        )  # fmt: skip
        baseline = st.number_input(
            _("前几周作基准"), 6, max(weeks, 6), max(weeks * 2 // 3, 6), key="baseline", width=140
        )
    look.soft(
        _(
            "界限按全单位每季度最多约 {alarms} 次误报定，分摊到 {charts} 张图；前 {weeks} 周是基准，其后各周与之比较。"
        ).format(alarms=alarms, charts=watched, weeks=baseline)
    )
    return AlarmBudget(int(watched), _WEEKS_A_QUARTER, float(alarms)), int(baseline)
