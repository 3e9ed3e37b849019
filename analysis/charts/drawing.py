"""What all charts are drawn with: colours, type, axes, tooltips, and rows of estimates."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.estimates import Estimate, Unit, figure
from analysis.interpretation.wordings import span
from surveys.localisation.language import in_words
from surveys.localisation.wording import Message

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


_AXIS_FORMATS: dict[Unit, str] = {"share": ".1~%", "points": ".1~f", "score": ".2~f"}


COLUMNS = ["label", "value", "low", "high", "n", "shown", "interval", "scale_low", "scale_high"]


def estimate_row(label: str, estimate: Estimate, language: str) -> dict[str, object]:
    value, low, high = estimate.figures()
    interval = in_words(span(figure(low, estimate.unit), figure(high, estimate.unit)), language)
    return dict(
        zip(COLUMNS, (label, value, low, high, estimate.n, estimate.shown(), interval, *estimate.scale), strict=True)
    )


def estimate_rows(estimates: Mapping[str, Estimate], language: str) -> pd.DataFrame:
    rows = [estimate_row(label, estimate, language) for label, estimate in estimates.items() if estimate.ok]
    return pd.DataFrame(rows, columns=COLUMNS)


def intervals_of(frame: pd.DataFrame, unit: Unit, language: str) -> list[str]:
    return [
        in_words(span(figure(low, unit), figure(high, unit)), language) if pd.notna(low) and pd.notna(high) else ""
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]


def unit_of(estimates: Mapping[str, Estimate]) -> Unit:
    return next((estimate.unit for estimate in estimates.values()), "score")


def domain_in_use(shown: pd.DataFrame) -> list[float]:
    """The part of the scale in use, with room for the numbers, so that differences can be seen on a phone."""
    if shown.empty:
        return [0, 1]
    least, most = float(shown["low"].min()), float(shown["high"].max())
    room = max((most - least) * 0.15, float(shown["scale_high"].max() - shown["scale_low"].min()) * 0.03)
    return [max(least - room, float(shown["scale_low"].min())), most + room]


def title_tooltips(titles: Mapping[str, Message], language: str, *, n: str = "n") -> list[alt.Tooltip]:
    """Tooltip lines by field, the number of answers last."""
    lines = [alt.Tooltip(f"{field}:N", title=in_words(title, language)) for field, title in titles.items()]
    return [*lines, alt.Tooltip(f"{n}:Q", title="n")]


def number_axis(unit: Unit) -> alt.Axis:
    return alt.Axis(
        format=_AXIS_FORMATS[unit], tickCount=5, gridColor=PALETTE["neutral_pale"], domain=False, ticks=False
    )


def upright_axis(unit: Unit) -> alt.Axis:
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


def calm(height: int, *layers: alt.Chart) -> alt.LayerChart:
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
