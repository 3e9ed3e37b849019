"""The section in which managers compare branches fairly: those with few answers are neither crowned nor blamed."""

from __future__ import annotations

import streamlit as st

from analysis.charts.charts import dimension_chart
from analysis.charts.unit_charts import funnel_chart
from analysis.differences.partial_pooling import FEWEST_UNITS, FairComparison, compare_top_two
from analysis.figures import overall_scale
from analysis.frames import item_column
from analysis.interpretation.results import interpret
from analysis.level.answers_behind import distinct_answers
from analysis.pages.by_question import chosen_breakdown
from analysis.pages.chart import chart
from analysis.pages.filters import segment_labels
from analysis.pages.method_result import draw_told
from analysis.released.parts import Column, Columns
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address
from surveys.console.kit.words import _, language


def draw(view: ReleasedAnswers) -> None:
    """Satisfaction by unit, partially pooled; nothing for an anonymous survey or where there are too few units."""
    overall = overall_scale(view.record.survey)
    kinds = {} if view.anonymous else _kinds(view)
    if overall is None or not kinds:
        return
    st.header(_("公平地比较各单位"), anchor=False)

    kind = chosen_breakdown("fair", kinds)
    item = Column(item_column(overall.code))
    found = view.ask(compare_top_two, item, Column(kind), low=overall.low, high=overall.high)
    draw_told(interpret(found, language()), _("满意率的公平比较"))
    if found.refusal is None:
        _charts(found)


def _charts(found: FairComparison) -> None:
    estimates = {each.name: each.estimate for each in found.units}
    drawn = address.tabs("fair_as", {"ranked": _("公平的估计"), "funnel": _("漏斗图")})
    with drawn["ranked"]:
        chart(dimension_chart, estimates, title=_("满意率"), language=language())
    with drawn["funnel"]:
        chart(funnel_chart, found, language=language())
        st.caption(_("点是实际得到的满意率；只靠偶然，二十个单位里有十九个会落在实线之间，虚线之外几乎不会出现。"))


def _kinds(view: ReleasedAnswers) -> dict[str, str]:
    """The kinds of unit of which there are enough to be compared."""
    named = segment_labels(view)
    there = view.ask(distinct_answers, Columns(tuple(each for each in named if each in view.circumstances)))
    return {kind: words for kind, words in named.items() if there.get(kind, 0) >= FEWEST_UNITS}
