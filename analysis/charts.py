"""Charts, the same for the page and the report: one palette, one number format, intervals and n in every tooltip.

Every function returns an Altair chart as wide as its container. Refused figures are left out or drawn as empty cells.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.drivers import DriverAnalysis
from analysis.estimates import Estimate, Language, Unit, Words, figure

PALETTE = {
    "primary": "#0E6E6E",
    "primary_soft": "#7FB5B2",
    "primary_mild": "#A9D0CC",
    "primary_pale": "#D9EAE8",
    "neutral": "#8A959C",
    "neutral_pale": "#E6EAEA",
    "warning": "#C88A1C",
    "warning_pale": "#E8C48A",
    "alert": "#A8402D",
    "paper": "#F4F0E6",
    "ink": "#233132",
}
FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
ROW_HEIGHT = 34
NO_ANSWER = Words("样本不足", "too few answers")

_WEEK, _VALUE, _NOTE = Words("周", "week"), Words("数值", "value"), Words("备注", "note")
_PART_OF_A_WEEK, _WHOLE_WEEK = Words("不足一周", "part of a week"), Words("整周", "whole week")
_INTERVAL, _INTERVAL_95 = Words("区间", "interval"), Words("95% 区间", "95% interval")
_SCORE, _MEAN, _DIMENSION = Words("得分", "score"), Words("平均分", "mean score"), Words("维度", "dimension")
_WEIGHT = Words("与总体满意度的关联占比", "share of the link with overall satisfaction")
_WEIGHT_WITH_INTERVAL = Words("关联占比（区间）", "share of the link (interval)")
_TOUCHPOINT, _DISTRICT = Words("触点", "touchpoint"), Words("区域", "district")
_GROUP, _SHARE = Words("人群", "group"), Words("占比", "share")
_DETRACTORS = Words("贬损者（0–6）", "Detractors (0–6)")
_PASSIVES = Words("中立者（7–8）", "Passives (7–8)")
_PROMOTERS = Words("推荐者（9–10）", "Promoters (9–10)")
_LIMITS, _JUDGEMENT = Words("控制限", "control limits"), Words("判断", "judgement")
_SIGNAL, _ORDINARY = Words("超出控制限", "outside the limits"), Words("正常波动", "ordinary fluctuation")


def trend_chart(
    trend: pd.DataFrame, *, title: str, unit: Unit = "share", height: int = 220, language: Language = "zh"
) -> alt.LayerChart:
    """A weekly line with its interval band; weeks that the period covers only in part are hollow.

    *trend* is the frame of `weekly_trend`.
    """
    shown = trend[trend["value"].notna()].copy()
    shown["week"] = [_span(f"{week.start:%m-%d}", f"{week.end:%m-%d}", language) for week in shown.itertuples()]
    shown["shown"] = [figure(value, unit) for value in shown["value"]]
    shown["interval"] = _intervals(shown, unit, language)
    notes = {True: _PART_OF_A_WEEK.spoken(language), False: _WHOLE_WEEK.spoken(language)}
    shown["note"] = shown["partial"].map(notes)
    x = alt.X("start:T", title=None, axis=alt.Axis(format="%m-%d", labelOverlap=True, grid=False, tickCount="week"))
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=title, scale=scale, axis=_upright_axis(unit))
    titles = {"week": _WEEK, "shown": _VALUE, "interval": _INTERVAL, "note": _NOTE}
    tooltip = _titled(titles, language)
    base = alt.Chart(shown)
    band = base.mark_area(color=PALETTE["primary"], opacity=0.14).encode(
        x=x, y=alt.Y("low:Q", title=title, axis=_upright_axis(unit)), y2="high:Q"
    )
    line = base.mark_line(color=PALETTE["primary"], strokeWidth=2).encode(x=x, y=y)
    points = base.mark_point(color=PALETTE["primary"], size=48, filled=True, opacity=1, strokeWidth=2).encode(
        x=x,
        y=y,
        stroke=alt.value(PALETTE["primary"]),
        fill=alt.condition("datum.partial", alt.value("#FFFFFF"), alt.value(PALETTE["primary"])),
        tooltip=tooltip,
    )
    return _calm(height, band, line, points)


def dimension_chart(scores: Mapping[str, Estimate], *, title: str = "", language: Language = "zh") -> alt.LayerChart:
    """One row per label, worst first: the score as a dot on its interval, with the number beside it."""
    title = title or _MEAN.spoken(language)
    shown = _estimate_rows(scores, language).sort_values("value")
    order = shown["label"].tolist()
    domain = _domain(shown)
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, ticks=False, domain=False))
    scale = alt.Scale(domain=domain, nice=False)
    tooltip = _tooltip(language)
    base = alt.Chart(shown)
    rule = base.mark_rule(color=PALETTE["primary_soft"], strokeWidth=5, strokeCap="round").encode(
        y=y, x=alt.X("low:Q", title=title, scale=scale, axis=_number_axis(_unit(scores))), x2="high:Q", tooltip=tooltip
    )
    dot = base.mark_point(color=PALETTE["primary"], filled=True, size=90, opacity=1).encode(
        y=y, x=alt.X("value:Q", title=title, scale=scale), tooltip=tooltip
    )
    number = base.mark_text(dx=8, align="left", color=PALETTE["ink"], fontSize=12).encode(
        y=y, x=alt.X("high:Q", title=title, scale=scale), text="shown:N"
    )
    return _calm(max(ROW_HEIGHT * len(shown), 80), rule, dot, number)


def importance_chart(
    scores: Mapping[str, Estimate],
    drivers: DriverAnalysis,
    labels: Mapping[str, str],
    *,
    height: int = 320,
    language: Language = "zh",
) -> alt.LayerChart:
    """Score against weight, each with its interval; the mean lines only guide the eye.

    *scores* and *labels* are by dimension code. Dimensions without score or weight are left out.
    """
    rows = []
    for driver in drivers.drivers:
        estimate = scores.get(driver.code)
        if estimate is not None and estimate.ok:
            label = labels.get(driver.code, driver.code)
            weight = {"weight": driver.share, "weight_low": driver.low, "weight_high": driver.high}
            span = _span(f"{driver.low:.0%}", f"{driver.high:.0%}", language)
            words = Words(f"{driver.share:.0%}（{span}）", f"{driver.share:.0%} ({span})").spoken(language)
            rows.append(_estimate_row(label, estimate, language) | weight | {"weight_words": words})
    shown = pd.DataFrame(rows, columns=[*_COLUMNS, "weight", "weight_low", "weight_high", "weight_words"])
    score, share = _SCORE.spoken(language), _WEIGHT.spoken(language)
    x = alt.X("value:Q", title=score, scale=alt.Scale(zero=False, padding=24), axis=_number_axis(_unit(scores)))
    y = alt.Y("weight:Q", title=share, scale=alt.Scale(zero=False, padding=24), axis=_upright_axis("share"))
    weight_words = alt.Tooltip("weight_words:N", title=_WEIGHT_WITH_INTERVAL.spoken(language))
    tooltip = [*_tooltip(language), weight_words]
    base = alt.Chart(shown)
    guide = base.mark_rule(color=PALETTE["neutral"], strokeDash=[4, 4], opacity=0.6)
    bar = base.mark_rule(color=PALETTE["primary_soft"], opacity=0.7)
    layers = [
        guide.encode(x=alt.X("mean(value):Q", title=score)),
        guide.encode(y=alt.Y("mean(weight):Q", title=share, axis=_upright_axis("share"))),
        bar.encode(x=alt.X("low:Q", title=score), x2="high:Q", y=y),
        bar.encode(
            x=x,
            y=alt.Y("weight_low:Q", title=share, axis=_upright_axis("share")),
            y2="weight_high:Q",
        ),
        base.mark_point(color=PALETTE["primary"], filled=True, size=110, opacity=1).encode(x=x, y=y, tooltip=tooltip),
        base.mark_text(dy=-13, color=PALETTE["ink"], fontSize=12).encode(x=x, y=y, text="label:N"),
    ]
    return _calm(height, *layers)


def net_promoter_chart(
    promoters: int, passives: int, detractors: int, *, height: int = 40, language: Language = "zh"
) -> alt.LayerChart:
    """One bar of the three groups with their shares written in it."""
    counts = pd.Series([detractors, passives, promoters], dtype=float)
    total = max(counts.sum(), 1)
    groups = [each.spoken(language) for each in (_DETRACTORS, _PASSIVES, _PROMOTERS)]
    shown = pd.DataFrame({"group": groups, "count": counts, "share": counts / total})
    shown["to"] = shown["share"].cumsum()
    shown["from"] = shown["to"] - shown["share"]
    shown["middle"] = shown["from"] + shown["share"] / 2
    shown["words"] = [figure(part, "share") for part in shown["share"]]
    colours = alt.Scale(domain=groups, range=[PALETTE[colour] for colour in ("alert", "neutral", "primary")])
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columns=3, labelLimit=110)
    bar = (
        alt.Chart(shown)
        .mark_bar(height=32)
        .encode(
            x=alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
            x2="to:Q",
            color=alt.Color("group:N", scale=colours, legend=legend),
            tooltip=_titled({"group": _GROUP, "words": _SHARE}, language, n="count"),
        )
    )
    # A part too narrow for its number is still told in the tooltip.
    words = (
        alt.Chart(shown[shown["share"] >= 0.12])
        .mark_text(color="#FFFFFF", fontSize=12, fontWeight="bold")
        .encode(x=alt.X("middle:Q", axis=None), text="words:N")
    )
    return _calm(height, bar, words)


def heat_chart(
    cells: pd.DataFrame,
    *,
    row_title: str = "",
    column_title: str = "",
    low: float = 1,
    high: float = 5,
    unit: Unit = "score",
    language: Language = "zh",
) -> alt.LayerChart:
    """A cell for every row × column with its value in it, from brick red (*low*) to green (*high*).

    *cells*: one row per cell with the columns row, column, value, low, high, n; value is missing where the cell is
    withheld or refused.
    """
    shown = cells.assign(
        shown=[figure(value, unit) if pd.notna(value) else "·" for value in cells["value"]],
        interval=[words or NO_ANSWER.spoken(language) for words in _intervals(cells, unit, language)],
    )
    x = alt.X(
        "column:N",
        sort=None,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=0, labelLimit=90, ticks=False, domain=False),
    )
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=120, ticks=False, domain=False))
    tooltip = [
        alt.Tooltip("row:N", title=row_title or _TOUCHPOINT.spoken(language)),
        alt.Tooltip("column:N", title=column_title or _DISTRICT.spoken(language)),
        *_titled({"shown": _SCORE, "interval": _INTERVAL}, language),
    ]
    everything, known = (
        alt.Chart(frame).encode(x=x, y=y, tooltip=tooltip) for frame in (shown, shown[shown["value"].notna()])
    )
    dark = f"datum.value < {low + 0.2 * (high - low)} || datum.value > {low + 0.9 * (high - low)}"
    ink = alt.condition(f"isValid(datum.value) && ({dark})", alt.value("#FFFFFF"), alt.value(PALETTE["ink"]))
    return _calm(
        max(ROW_HEIGHT * cells["row"].nunique(), 60),
        everything.mark_rect(color=PALETTE["neutral_pale"], stroke="#FFFFFF", strokeWidth=2, cornerRadius=4),
        known.mark_rect(stroke="#FFFFFF", strokeWidth=2, cornerRadius=4).encode(color=_heat_colour(low, high)),
        everything.mark_text(fontSize=12).encode(text="shown:N", color=ink),
    )


def _heat_colour(low: float, high: float) -> alt.Color:
    """Colours of fixed meaning over the whole scale, with most steps in its upper half, where scores lie."""
    stops = {0: "alert", 0.375: "warning_pale", 0.625: "paper", 0.8125: "primary_mild", 1: "primary"}
    domain = [low + part * (high - low) for part in stops]
    colours = [PALETTE[name] for name in stops.values()]
    return alt.Color("value:Q", scale=alt.Scale(domain=domain, range=colours, interpolate="lab"), legend=None)


def control_chart(
    chart: pd.DataFrame, *, title: str, unit: Unit = "share", height: int = 220, language: Language = "zh"
) -> alt.LayerChart:
    """Points in time order with centre and limits; signals in brick red.

    *chart* is a frame of `control_charts`, its index the time or the number of the point.
    """
    shown = chart[chart["value"].notna()].assign(time=lambda frame: frame.index)
    shown["shown"] = [figure(value, unit) for value in shown["value"]]
    shown["interval"] = _intervals(shown, unit, language)
    shown["words"] = shown["signal"].map({True: _SIGNAL.spoken(language), False: _ORDINARY.spoken(language)})
    dates = isinstance(chart.index, pd.DatetimeIndex)
    axis = alt.Axis(format="%m-%d", labelOverlap=True, grid=False) if dates else alt.Axis(grid=False, tickMinStep=1)
    x = alt.X("time:T" if dates else "time:Q", title=None, axis=axis)
    titles = {"shown": _VALUE, "interval": _LIMITS, "words": _JUDGEMENT}
    base = alt.Chart(shown).encode(x=x)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=False), axis=_upright_axis(unit))

    limits = [
        base.mark_line(color=PALETTE["warning"], strokeDash=[5, 4], interpolate="step").encode(y=y(side))
        for side in ("low", "high")
    ]
    points = base.mark_point(size=56, filled=True, opacity=1, strokeWidth=2).encode(
        y=y("value"),
        stroke=alt.condition("datum.signal", alt.value(PALETTE["alert"]), alt.value(PALETTE["primary"])),
        fill=alt.condition("datum.signal", alt.value(PALETTE["alert"]), alt.value(PALETTE["primary"])),
        tooltip=[alt.Tooltip(f"{name}:N", title=words.spoken(language)) for name, words in titles.items()],
    )
    centre = base.mark_line(color=PALETTE["neutral"]).encode(y=y("centre"))
    line = base.mark_line(color=PALETTE["primary_soft"], strokeWidth=1.5).encode(y=y("value"))
    return _calm(height, centre, *limits, line, points)


_AXIS_FORMATS: dict[Unit, str] = {"share": ".1~%", "points": ".1~f", "score": ".2~f"}
_COLUMNS = ["label", "value", "low", "high", "n", "shown", "interval", "scale_low", "scale_high"]


def _estimate_row(label: str, estimate: Estimate, language: Language) -> dict[str, object]:
    value, low, high = estimate.figures()
    interval = _span(figure(low, estimate.unit), figure(high, estimate.unit), language)
    return dict(
        zip(_COLUMNS, (label, value, low, high, estimate.n, estimate.shown(), interval, *estimate.scale), strict=True)
    )


def _estimate_rows(estimates: Mapping[str, Estimate], language: Language) -> pd.DataFrame:
    rows = [_estimate_row(label, estimate, language) for label, estimate in estimates.items() if estimate.ok]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _span(low: str, high: str, language: Language) -> str:
    return Words(f"{low} 至 {high}", f"{low} to {high}").spoken(language)


def _intervals(frame: pd.DataFrame, unit: Unit, language: Language) -> list[str]:
    return [
        _span(figure(low, unit), figure(high, unit), language) if pd.notna(low) and pd.notna(high) else ""
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]


def _unit(estimates: Mapping[str, Estimate]) -> Unit:
    return next((estimate.unit for estimate in estimates.values()), "score")


def _domain(shown: pd.DataFrame) -> list[float]:
    """The part of the scale in use, with room for the numbers, so that differences can be seen on a phone."""
    if shown.empty:
        return [0, 1]
    least, most = float(shown["low"].min()), float(shown["high"].max())
    room = max((most - least) * 0.15, float(shown["scale_high"].max() - shown["scale_low"].min()) * 0.03)
    return [max(least - room, float(shown["scale_low"].min())), most + room]


def _tooltip(language: Language) -> list[alt.Tooltip]:
    return _titled({"label": _DIMENSION, "shown": _SCORE, "interval": _INTERVAL_95}, language)


def _titled(titles: Mapping[str, Words], language: Language, *, n: str = "n") -> list[alt.Tooltip]:
    """Tooltip lines by field, the number of answers last."""
    lines = [alt.Tooltip(f"{field}:N", title=title.spoken(language)) for field, title in titles.items()]
    return [*lines, alt.Tooltip(f"{n}:Q", title="n")]


def _number_axis(unit: Unit) -> alt.Axis:
    return alt.Axis(
        format=_AXIS_FORMATS[unit], tickCount=5, gridColor=PALETTE["neutral_pale"], domain=False, ticks=False
    )


def _upright_axis(unit: Unit) -> alt.Axis:
    """A vertical axis with its title level above it, as rotated Chinese is hard to read."""
    return alt.Axis(
        format=_AXIS_FORMATS[unit],
        tickCount=5,
        gridColor=PALETTE["neutral_pale"],
        domain=False,
        ticks=False,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=-30,
        titleY=-14,
    )


def _calm(height: int, *layers: alt.Chart) -> alt.LayerChart:
    return (
        alt.LayerChart(layer=list(layers))
        .properties(width="container", height=height)
        .configure(font=FONT, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelColor=PALETTE["ink"], titleColor=PALETTE["ink"], titleFontWeight="normal", labelFontSize=12,
            titleFontSize=12, tickColor=PALETTE["neutral_pale"],
        )
        .configure_legend(labelColor=PALETTE["ink"], labelFontSize=12)
    )  # fmt: skip
