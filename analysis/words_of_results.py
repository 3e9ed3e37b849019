"""What telling any kind of result is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.estimates import Language, Words

Names = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """Sentences for everyone, a table, and lines for the expert; `chart` is a frame of `control_charts`, if any."""

    sentences: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    expert: tuple[str, ...] = ()
    chart: pd.DataFrame | None = None


def span(low: str, high: str, language: Language) -> str:
    """The ends of an interval, as figures."""
    return Words(f"{low} 至 {high}", f"{low} to {high}").spoken(language)
