"""A figure that is followed from period to period, with its target; no line runs across a change of what it means."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts.drawing import PALETTE, calm, title_tooltips
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

_PERIOD, _VALUE, _INTERVAL, _TARGET = saying("期间"), saying("数值"), saying("区间"), saying("目标")


def indicator_chart(
    shown: pd.DataFrame, *, title: str, target: float | None = None, height: int = 220,
    language: str = DEFAULT_LANGUAGE,
) -> alt.LayerChart:  # fmt: skip
    """*shown*: a row for each period with `period`, `value`, `low`, `high`, `n`, `shown`, `interval`, `line` and
    `unfinished`. Periods that are not over are hollow; each `line` is drawn by itself.
    """
    x = alt.X("period:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False))
    axis = alt.Axis(tickCount=5, gridColor=PALETTE["neutral_pale"], domain=False, ticks=False, titleAngle=0,
                    titleAlign="left", titleAnchor="end", titleY=-10)  # fmt: skip
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False, nice=True), axis=axis)
    tooltip = title_tooltips({"period": _PERIOD, "shown": _VALUE, "interval": _INTERVAL}, language)
    base = alt.Chart(shown)
    reach = base.mark_rule(color=PALETTE["primary_soft"], strokeWidth=2).encode(
        x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=PALETTE["primary"], strokeWidth=2).encode(x=x, y=y, detail="line:N")
    points = base.mark_point(color=PALETTE["primary"], size=48, filled=True, opacity=1, strokeWidth=2).encode(
        x=x, y=y, stroke=alt.value(PALETTE["primary"]), tooltip=tooltip,
        fill=alt.condition("datum.unfinished", alt.value("#FFFFFF"), alt.value(PALETTE["primary"])),
    )  # fmt: skip
    if target is None:
        return calm(height, reach, line, points)
    goal = alt.Chart(pd.DataFrame({"target": [target], "label": [in_words(_TARGET, language)]}))
    ruled = goal.mark_rule(color=PALETTE["warning"], strokeDash=[5, 4]).encode(y=alt.Y("target:Q"))
    return calm(height, reach, ruled, line, points)
