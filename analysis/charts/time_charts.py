"""Charts of what happens in time: figures week by week, and control charts with their limits."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts.drawing import PALETTE, calm, intervals_of, title_tooltips, upright_axis
from analysis.estimates import Unit, figure
from analysis.interpretation.wordings import span
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, Message, saying

_WEEK, _VALUE, _NOTE = saying("周"), Message("数值", context="of a measure"), saying("备注")
_PART_OF_A_WEEK, _WHOLE_WEEK = saying("不足一周"), saying("整周")
_LIMITS, _JUDGEMENT = saying("控制限"), saying("判断")
_SIGNAL, _ORDINARY = saying("超出控制限"), saying("正常波动")
_INTERVAL = saying("区间")


def trend_chart(
    trend: pd.DataFrame,
    *,
    title: str,
    unit: Unit = "share",
    height: int = 220,
    since: pd.Timestamp | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> alt.LayerChart:
    """A weekly line with its interval band; weeks that the period covers only in part are hollow.

    *trend* is the frame of `weekly_trend`; an upright line stands at *since*, where the period in view begins.
    """
    shown = trend[trend["value"].notna()].copy()
    shown["week"] = [
        in_words(span(f"{week.start:%m-%d}", f"{week.end:%m-%d}"), language) for week in shown.itertuples()
    ]
    shown["shown"] = [figure(value, unit) for value in shown["value"]]
    shown["interval"] = intervals_of(shown, unit, language)
    notes = {True: in_words(_PART_OF_A_WEEK, language), False: in_words(_WHOLE_WEEK, language)}
    shown["note"] = shown["partial"].map(notes)
    x = alt.X("start:T", title=None, axis=alt.Axis(format="%m-%d", labelOverlap=True, grid=False, tickCount="week"))
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=title, scale=scale, axis=upright_axis(unit))
    titles = {"week": _WEEK, "shown": _VALUE, "interval": _INTERVAL, "note": _NOTE}
    tooltip = title_tooltips(titles, language)
    base = alt.Chart(shown)
    band = base.mark_area(color=PALETTE["primary"], opacity=0.14).encode(
        x=x, y=alt.Y("low:Q", title=title, axis=upright_axis(unit)), y2="high:Q"
    )
    line = base.mark_line(color=PALETTE["primary"], strokeWidth=2).encode(x=x, y=y)
    points = base.mark_point(color=PALETTE["primary"], size=48, filled=True, opacity=1, strokeWidth=2).encode(
        x=x,
        y=y,
        stroke=alt.value(PALETTE["primary"]),
        fill=alt.condition("datum.partial", alt.value("#FFFFFF"), alt.value(PALETTE["primary"])),
        tooltip=tooltip,
    )
    if since is None:
        return calm(height, band, line, points)
    begin = alt.Chart(pd.DataFrame({"start": [since]})).mark_rule(color=PALETTE["neutral"], strokeDash=[4, 4])
    return calm(height, band, begin.encode(x=x), line, points)


def control_chart(
    chart: pd.DataFrame, *, title: str, unit: Unit = "share", height: int = 220, language: str = DEFAULT_LANGUAGE
) -> alt.LayerChart:
    """Points in time order with centre and limits; signals in brick red.

    *chart* is a frame of `control_charts`, its index the time or the number of the point.
    """
    shown = chart[chart["value"].notna()].assign(time=lambda frame: frame.index)
    shown["shown"] = [figure(value, unit) for value in shown["value"]]
    shown["interval"] = intervals_of(shown, unit, language)
    shown["words"] = shown["signal"].map({True: in_words(_SIGNAL, language), False: in_words(_ORDINARY, language)})
    dates = isinstance(chart.index, pd.DatetimeIndex)
    axis = alt.Axis(format="%m-%d", labelOverlap=True, grid=False) if dates else alt.Axis(grid=False, tickMinStep=1)
    x = alt.X("time:T" if dates else "time:Q", title=None, axis=axis)
    titles = {"shown": _VALUE, "interval": _LIMITS, "words": _JUDGEMENT}
    base = alt.Chart(shown).encode(x=x)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=False), axis=upright_axis(unit))

    limits = [
        base.mark_line(color=PALETTE["warning"], strokeDash=[5, 4], interpolate="step").encode(y=y(side))
        for side in ("low", "high")
    ]
    points = base.mark_point(size=56, filled=True, opacity=1, strokeWidth=2).encode(
        y=y("value"),
        stroke=alt.condition("datum.signal", alt.value(PALETTE["alert"]), alt.value(PALETTE["primary"])),
        fill=alt.condition("datum.signal", alt.value(PALETTE["alert"]), alt.value(PALETTE["primary"])),
        tooltip=[alt.Tooltip(f"{name}:N", title=in_words(words, language)) for name, words in titles.items()],
    )
    centre = base.mark_line(color=PALETTE["neutral"]).encode(y=y("centre"))
    line = base.mark_line(color=PALETTE["primary_soft"], strokeWidth=1.5).encode(y=y("value"))
    return calm(height, centre, *limits, line, points)
