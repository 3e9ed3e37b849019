"""The page on which a manager asks any question of the answers; each of its parts is one way to look."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analysis.exploring import Item
from analysis.exploring.items import items_of
from analysis.frames import item_column, rated_dimensions
from analysis.pages import (
    by_question,
    control_charts,
    crosstabs,
    drivers,
    loyalty,
    nonresponse,
    response_quality,
    satisfaction_index,
)
from analysis.pages.comparison import side_by_side, touchpoint_map
from analysis.pages.filters import chosen_view
from analysis.pages.needs import expectation, trade_offs
from analysis.pages.rounds import self_check
from analysis.pages.sampling import sample_size, weighting
from analysis.released.parts import SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look
from surveys.console.kit.words import _, language, translate_all
from surveys.localisation.language import marked

Part = Callable[[ReleasedAnswers, dict[str, Item], SelectionInView], None]

_PARTS: dict[str, tuple[str, Part]] = {
    "explore": (marked("逐题分析"), by_question.draw),
    "crosstab": (marked("交叉表"), crosstabs.draw),
    "compare": (marked("对比"), side_by_side.draw),
    "map": (marked("触点地图"), touchpoint_map.draw),
    "drivers": (marked("驱动因素"), drivers.draw),
    "expectation": (marked("期望"), expectation.draw),
    "trade_offs": (marked("取舍"), trade_offs.draw),
    "self": (marked("自查对照"), self_check.draw),
    "index": (marked("满意度指数"), satisfaction_index.draw),
    "loyalty": (marked("忠诚度"), loyalty.draw),
    "watch": (marked("走势监控"), control_charts.draw),
    "response": (marked("回收与无应答"), nonresponse.draw),
    "weights": (marked("加权"), weighting.draw),
    "quality": (marked("答卷质量"), response_quality.draw),
    "planning": (marked("需要多少份"), sample_size.draw),
}


def draw() -> None:
    """What is offered follows from the question; each number comes with its interval and n."""
    look.heading(_("分析"), _("选一个问题，看适合它的分析。先给结论，公式和出处收在下面。"))
    view = chosen_view()
    if view is None:
        return
    names = translate_all({key: title for key, (title, _part) in _PARTS.items()})

    def choose() -> str | None:
        return st.segmented_control(
            _("分析内容"), list(names), format_func=names.__getitem__, key="part", required=True, wrap=True,
            label_visibility="collapsed",
        )  # fmt: skip

    part = address.choice("part", names, choose, "explore")
    items = items_of(view.record.survey, language())
    _PARTS[part][1](view, items, _selection(view))


def _selection(view: ReleasedAnswers) -> SelectionInView:
    overall = view.record.survey.overall
    return SelectionInView(
        rated_dimensions(view.record.survey, language()),
        item_column(overall) if overall else None,
        view.kinds,
        dated=not view.anonymous,
    )
