"""A question week by week: control charts whose false alarms are budgeted for the whole organisation."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analysis.estimates import Unit
from analysis.exploring import SHORTEST_SERIES, Item, MethodOffer, explore, offers_of, weeks_answered
from analysis.interpretation.results import interpret
from analysis.methods import Method
from analysis.monitoring.control_charts import AlarmBudget
from analysis.pages.by_question import names_of, question_picker
from analysis.pages.method_result import draw_told, heading_of
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look
from surveys.console.kit.words import _, language

_WEEKS_A_QUARTER = 13
_PURPOSES = ("shares", "series")


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Charts and tests of time that fit the question; the first weeks are the baseline the later ones are held to."""
    if view.anonymous:
        look.empty(_("匿名问卷不看走势"), _("把两个时间段的结果相减，可能认出某一个人的回答。"))
        return
    every = view.ask(offers_of, items, selection.of(*items.values()))
    offered = {column: _over_time(methods) for column, methods in every.items()}
    columns = [column for column, methods in offered.items() if methods]
    if not columns:
        look.empty(
            _("还看不出走势"),
            _("至少要有 {weeks} 周收到过答卷；可以把时间放宽到“全部”。").format(weeks=SHORTEST_SERIES),
        )
        return
    item = question_picker({column: items[column] for column in columns}, "watched")
    weeks = view.ask(weeks_answered, item, selection.of(item))
    budget, baseline = _budget(len(columns), weeks)
    for name, method in offered[item.column].items():
        title = heading_of(method)
        st.header(title, anchor=False)
        settings = {"alpha": budget.alpha, "run_length": budget.run_length, "baseline": baseline}
        result = view.ask(explore, name, item, selection.of(item), settings=settings)
        unit: Unit = "share" if method.purpose == "shares" else "score"
        draw_told(interpret(result, language(), names_of(item, selection)), title, unit=unit)


def _over_time(methods: Mapping[str, MethodOffer]) -> dict[str, Method]:
    return {name: each.method for name, each in methods.items() if each.method.purpose in _PURPOSES}


def _budget(charts: int, weeks: int) -> tuple[AlarmBudget, int]:
    """The organisation's false-alarm budget, and how many weeks are the baseline."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        alarms = address.whole("alarms", lambda: st.number_input(
            _("每季度最多几次误报"), 1, 12, key="alarms", width=180
        ), 1, 1, 12)  # fmt: skip
        watched = address.whole("charts", lambda: st.number_input(
            _("全单位一共盯几张图"), 1, 10_000, key="charts", width=180,
            help=_("区域数乘以题目数。盯的图越多，每张图的界限就要越宽，误报才不会变多。"),
        ), charts, 1, 10_000)  # fmt: skip
        most = max(weeks, 6)
        baseline = address.whole("baseline", lambda: st.number_input(
            _("前几周作基准"), 6, most, key="baseline", width=140
        ), max(weeks * 2 // 3, 6), 6, most)  # fmt: skip
    look.soft(
        _(
            "界限按全单位每季度最多约 {alarms} 次误报定，分摊到 {charts} 张图；前 {weeks} 周是基准，其后各周与之比较。"
        ).format(alarms=alarms, charts=watched, weeks=baseline)
    )
    return AlarmBudget(watched, _WEEKS_A_QUARTER, float(alarms)), baseline
