"""The one way a chart comes onto a page: in the colours of the reader's system, with its picture to take along."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import altair as alt
import streamlit as st

from analysis.charts.chart_files import CHART_FILES
from analysis.charts.drawn import drawn
from surveys.console.kit import downloads


def chart(draw: Callable[..., alt.LayerChart], *shown: Any, **settings: Any) -> None:
    """What *draw* makes of these figures, in its own colours; below it its picture, as PNG and as SVG."""
    made = drawn(draw, *shown, **settings)
    st.vega_lite_chart(made.dark if st.context.theme.type == "dark" else made.light, theme=None, width="stretch")
    head = " · ".join(filter(None, (downloads.title(), downloads.scope())))
    pictures = CHART_FILES.items()
    downloads.offer([(name, name.lower(), kind, partial(write, made.spec, head)) for name, (kind, write) in pictures])
