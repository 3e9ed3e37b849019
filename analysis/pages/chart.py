"""The one way a chart comes onto a page: in the colours of the reader's system, with its picture to take along."""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import streamlit as st

from analysis.charts.chart_files import CHART_FILES, in_the_dark
from surveys.console.kit import downloads


def chart(drawn: alt.LayerChart) -> None:
    """A chart in its own colours; below it its picture, as PNG and as SVG."""
    spec: dict[str, Any] = drawn.to_dict()
    shown = alt.LayerChart.from_dict(in_the_dark(spec)) if st.context.theme.type == "dark" else drawn
    st.altair_chart(shown, theme=None, width="stretch")
    head = " · ".join(filter(None, (downloads.title(), downloads.scope())))
    pictures = CHART_FILES.items()
    downloads.offer([(name, name.lower(), kind, partial(write, spec, head)) for name, (kind, write) in pictures])
