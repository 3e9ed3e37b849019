"""Satisfaction and loyalty side by side: the three facets, and who is satisfied without being loyal."""

from __future__ import annotations

import streamlit as st

from analysis.exploring import Item
from analysis.interpretation.results import interpret
from analysis.level.loyalty import FACETS, GROUPS, loyalty_facets, loyalty_groups
from analysis.pages.filters import withheld
from analysis.pages.method_result import draw_told
from analysis.released.parts import Column, SelectionInView, columns_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import look
from surveys.console.kit.words import _, language, said


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """For surveys whose indicator tree has dimensions of loyalty, beside overall satisfaction."""
    facets = {code: selection.dimensions[code] for code in FACETS if code in selection.dimensions}
    overall = items.get(selection.overall or "")
    if not facets or overall is None or overall.high is None:
        look.empty(
            _("这份问卷没有忠诚的维度"),
            _("在指标体系里加上代号为 emotional、behavioural、cognitive 的维度，或用“满意与忠诚调查”模板。"),
        )
        return
    if withheld(view, view.n):
        return
    names = {code: said(words) for code, words in (FACETS | GROUPS).items()}
    st.header(_("忠诚的三个方面"), anchor=False)
    draw_told(interpret(view.ask(loyalty_facets, columns_of(facets), facets), language(), names), _("忠诚的三个方面"))
    st.header(_("满意的人都忠诚吗"), anchor=False)
    look.soft(_("满意是忠诚的起点，不是证明：满意但不忠诚的人留得住吗，不满意但仍留下的人会一直留下吗？"))
    groups = view.ask(loyalty_groups, Column(overall.column), columns_of(facets), facets, high=overall.high)
    draw_told(interpret(groups, language(), names), _("满意的人都忠诚吗"))
