"""Charts, the same for the page and the report: one palette, one number format, intervals and n in every tooltip.

Every function returns an Altair chart as wide as its container. Refused figures are left out or drawn as empty cells.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.charts.drawing import (
    COLUMNS,
    PALETTE,
    calm,
    domain_in_use,
    estimate_row,
    estimate_rows,
    intervals_of,
    number_axis,
    title_tooltips,
    unit_of,
    upright_axis,
)
from analysis.drivers.drivers import DriverAnalysis
from analysis.estimates import Estimate, Unit, figure
from analysis.interpretation.wordings import span
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

ROW_HEIGHT, LINE_HEIGHT = 34, 15
COLUMN_WIDTH = 12  # letters in a line above a column, so that five columns fit a phone
NO_ANSWER = saying("样本不足")

_INTERVAL, _INTERVAL_95 = saying("区间"), saying("95% 区间")
_SCORE, _MEAN, _DIMENSION = saying("得分"), saying("平均分"), saying("维度")
_WEIGHT = saying("与总体满意度的关联占比")
_WEIGHT_WITH_INTERVAL = saying("关联占比（区间）")
_TOUCHPOINT, _DISTRICT = saying("触点"), saying("区域")
_GROUP, _SHARE = saying("人群"), saying("占比")
_DETRACTORS = saying("贬损者（0–6）")
_PASSIVES = saying("中立者（7–8）")
_PROMOTERS = saying("推荐者（9–10）")


def dimension_chart(
    scores: Mapping[str, Estimate], *, title: str = "", language: str = DEFAULT_LANGUAGE
) -> alt.LayerChart:
    """One row per label, worst first: the score as a dot on its interval, with the number beside it."""
    title = title or in_words(_MEAN, language)
    shown = estimate_rows(scores, language).sort_values("value")
    order = shown["label"].tolist()
    domain = domain_in_use(shown)
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, ticks=False, domain=False))
    scale = alt.Scale(domain=domain, nice=False)
    tooltip = dimension_tooltip(language)
    base = alt.Chart(shown)
    rule = base.mark_rule(color=PALETTE["primary_soft"], strokeWidth=5, strokeCap="round").encode(
        y=y, x=alt.X("low:Q", title=title, scale=scale, axis=number_axis(unit_of(scores))), x2="high:Q", tooltip=tooltip
    )
    dot = base.mark_point(color=PALETTE["primary"], filled=True, size=90, opacity=1).encode(
        y=y, x=alt.X("value:Q", title=title, scale=scale), tooltip=tooltip
    )
    number = base.mark_text(dx=8, align="left", color=PALETTE["ink"], fontSize=12).encode(
        y=y, x=alt.X("high:Q", title=title, scale=scale), text="shown:N"
    )
    return calm(max(ROW_HEIGHT * len(shown), 80), rule, dot, number)


def importance_chart(
    scores: Mapping[str, Estimate],
    drivers: DriverAnalysis,
    labels: Mapping[str, str],
    *,
    height: int = 320,
    language: str = DEFAULT_LANGUAGE,
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
            ends = span(f"{driver.low:.0%}", f"{driver.high:.0%}")
            words = in_words(saying("{value}（{span}）", value=f"{driver.share:.0%}", span=ends), language)
            rows.append(estimate_row(label, estimate, language) | weight | {"weight_words": words})
    shown = pd.DataFrame(rows, columns=[*COLUMNS, "weight", "weight_low", "weight_high", "weight_words"])
    score, share = in_words(_SCORE, language), in_words(_WEIGHT, language)
    x = alt.X("value:Q", title=score, scale=alt.Scale(zero=False, padding=24), axis=number_axis(unit_of(scores)))
    y = alt.Y("weight:Q", title=share, scale=alt.Scale(zero=False, padding=24), axis=upright_axis("share"))
    weight_words = alt.Tooltip("weight_words:N", title=in_words(_WEIGHT_WITH_INTERVAL, language))
    tooltip = [*dimension_tooltip(language), weight_words]
    base = alt.Chart(shown)
    guide = base.mark_rule(color=PALETTE["neutral"], strokeDash=[4, 4], opacity=0.6)
    bar = base.mark_rule(color=PALETTE["primary_soft"], opacity=0.7)
    layers = [
        guide.encode(x=alt.X("mean(value):Q", title=score)),
        guide.encode(y=alt.Y("mean(weight):Q", title=share, axis=upright_axis("share"))),
        bar.encode(x=alt.X("low:Q", title=score), x2="high:Q", y=y),
        bar.encode(
            x=x,
            y=alt.Y("weight_low:Q", title=share, axis=upright_axis("share")),
            y2="weight_high:Q",
        ),
        base.mark_point(color=PALETTE["primary"], filled=True, size=110, opacity=1).encode(x=x, y=y, tooltip=tooltip),
        base.mark_text(dy=-13, color=PALETTE["ink"], fontSize=12).encode(x=x, y=y, text="label:N"),
    ]
    return calm(height, *layers)


def net_promoter_chart(
    promoters: int, passives: int, detractors: int, *, height: int = 72, language: str = DEFAULT_LANGUAGE
) -> alt.LayerChart:
    """One bar of the three groups with their shares written in it, under what its colours mean."""
    counts = pd.Series([detractors, passives, promoters], dtype=float)
    total = max(counts.sum(), 1)
    groups = [in_words(each, language) for each in (_DETRACTORS, _PASSIVES, _PROMOTERS)]
    shown = pd.DataFrame({"group": groups, "count": counts, "share": counts / total})
    shown["to"] = shown["share"].cumsum()
    shown["from"] = shown["to"] - shown["share"]
    shown["middle"] = shown["from"] + shown["share"] / 2
    shown["words"] = [figure(part, "share") for part in shown["share"]]
    colours = alt.Scale(domain=groups, range=[PALETTE[colour] for colour in ("alert", "neutral", "primary")])
    legend = alt.Legend(
        title=None, orient="top", direction="horizontal", columns=3, labelLimit=110,
        labelFontSize=11, symbolSize=80, columnPadding=6,
    )  # fmt: skip
    bar = (
        alt.Chart(shown)
        .mark_bar(height=32)
        .encode(
            x=alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
            x2="to:Q",
            color=alt.Color("group:N", scale=colours, legend=legend),
            tooltip=title_tooltips({"group": _GROUP, "words": _SHARE}, language, n="count"),
        )
    )
    # A part too narrow for its number is still told in the tooltip.
    words = (
        alt.Chart(shown[shown["share"] >= 0.12])
        .mark_text(color="#FFFFFF", fontSize=12, fontWeight="bold")
        .encode(x=alt.X("middle:Q", axis=None), text="words:N")
    )
    return calm(height, bar, words)


def heat_chart(
    cells: pd.DataFrame,
    *,
    row_title: str = "",
    column_title: str = "",
    low: float = 1,
    high: float = 5,
    unit: Unit = "score",
    language: str = DEFAULT_LANGUAGE,
) -> alt.LayerChart:
    """A cell for every row × column with its value in it, from brick red (*low*) to green (*high*).

    *cells*: one row per cell with the columns row, column, value, low, high, n; value is missing where the cell is
    withheld or refused.
    """
    columns = {name: textwrap.fill(str(name), COLUMN_WIDTH) for name in cells["column"].unique()}
    lines = max((words.count("\n") + 1 for words in columns.values()), default=1)
    shown = cells.assign(
        column=cells["column"].map(columns),
        shown=[figure(value, unit) if pd.notna(value) else "·" for value in cells["value"]],
        interval=[words or in_words(NO_ANSWER, language) for words in intervals_of(cells, unit, language)],
    )
    x = alt.X(
        "column:N",
        sort=None,
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            labelLimit=90,
            labelExpr="split(datum.label, '\\n')",
            ticks=False,
            domain=False,
            labelPadding=2 + LINE_HEIGHT * (lines - 1),  # lines grow downwards from the first: it makes room for them
        ),
    )
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=120, ticks=False, domain=False))
    tooltip = [
        alt.Tooltip("row:N", title=row_title or in_words(_TOUCHPOINT, language)),
        alt.Tooltip("column:N", title=column_title or in_words(_DISTRICT, language)),
        *title_tooltips({"shown": _SCORE, "interval": _INTERVAL}, language),
    ]
    everything, known = (
        alt.Chart(frame).encode(x=x, y=y, tooltip=tooltip) for frame in (shown, shown[shown["value"].notna()])
    )
    dark = f"datum.value < {low + 0.2 * (high - low)} || datum.value > {low + 0.9 * (high - low)}"
    ink = alt.condition(f"isValid(datum.value) && ({dark})", alt.value("#FFFFFF"), alt.value(PALETTE["ink"]))
    return calm(
        max(ROW_HEIGHT * cells["row"].nunique(), 60) + LINE_HEIGHT * (lines - 1),
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


def weight_histogram(bins: pd.DataFrame, *, x_title: str, y_title: str) -> alt.LayerChart:
    """How many answers have weights of each size. *bins*: columns low, high, n."""
    bars = alt.Chart(bins).mark_bar(color=PALETTE["primary"]).encode(
        x=alt.X("low:Q", title=x_title, bin="binned"), x2="high", y=alt.Y("n:Q", title=y_title)
    )  # fmt: skip
    return alt.LayerChart(layer=[bars]).properties(height=160, width="container")


def dimension_tooltip(language: str) -> list[alt.Tooltip]:
    return title_tooltips({"label": _DIMENSION, "shown": _SCORE, "interval": _INTERVAL_95}, language)
