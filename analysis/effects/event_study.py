"""The difference between units with a measure and units without it, period by period, before and after it began.

Before the measure the difference should stand still; where it already moved, the units were not comparable and no
difference in differences means what it seems to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from surveys.localisation.wording import Message, saying

FEWEST_BEFORE = 3


@dataclass(frozen=True)
class EventStudy:
    """`periods`: one row each with `period`, `difference`, `low`, `high`, `n`, `after`; before it their mean is 0.

    `trend_p` is the p-value of a difference that had already changed steadily before the measure; small ones warn.
    """

    periods: pd.DataFrame
    trend_p: float | None
    refusal: Message | None = None


def event_study(cells: pd.DataFrame, treated: Collection[str], begin: Any, *, confidence: float = 0.95) -> EventStudy:
    """From the frame of `unit_periods` with periods in a sortable order; *begin* is the first period of the measure.

    Each unit is taken against its own mean before the measure; units that miss a period have no say in it. Intervals
    are by how much units scatter around each other (t with units − 2 degrees of freedom), so they hold for units that
    were not looked at as well.
    """
    means = cells.pivot(index="unit", columns="period", values="mean").sort_index(axis=1)
    before = means.columns < begin
    own = means.index.isin(list(treated))
    if before.sum() < FEWEST_BEFORE or own.sum() < 1 or (~own).sum() < 2:
        reason = saying("至少要有措施前的 {fewest} 期、一个采取措施的单位和两个可比单位", fewest=FEWEST_BEFORE)
        return EventStudy(pd.DataFrame(), None, reason)
    moved = means.sub(means.loc[:, before].mean(axis=1), axis=0)
    n = cells.pivot(index="unit", columns="period", values="n").reindex_like(means)
    rows = [_period(moved[period], own, int(n[period].sum()), confidence) for period in means.columns]
    table = pd.DataFrame(rows, columns=["difference", "low", "high", "n"])
    return EventStudy(
        table.assign(period=list(means.columns), after=~before)[["period", "difference", "low", "high", "n", "after"]],
        _trend_p(moved.loc[:, before], own),
    )


def _period(moved: pd.Series, own: np.ndarray, n: int, confidence: float) -> tuple[float, float, float, int]:
    there, other = moved[own].dropna(), moved[~own].dropna()
    if there.empty or len(other) < 2:
        return np.nan, np.nan, np.nan, n
    freedom = len(other) - 1 + max(len(there) - 1, 0)
    within = float(((other - other.mean()) ** 2).sum() + ((there - there.mean()) ** 2).sum()) / freedom
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * float(
        np.sqrt(within * (1 / len(there) + 1 / len(other)))
    )
    difference = float(there.mean() - other.mean())
    return difference, difference - half, difference + half, n


def _trend_p(moved: pd.DataFrame, own: np.ndarray) -> float | None:
    """Whether the units' own slopes before the measure differ between the two sides."""
    time = np.arange(moved.shape[1]) - (moved.shape[1] - 1) / 2
    slopes = moved.apply(lambda row: _slope(time, row.to_numpy(dtype=float)), axis=1).dropna()
    sides = own[moved.index.get_indexer(slopes.index)]
    there, other = slopes[sides], slopes[~sides]
    freedom = len(slopes) - 2
    if there.empty or len(other) < 2 or freedom < 1:
        return None
    within = float(((other - other.mean()) ** 2).sum() + ((there - there.mean()) ** 2).sum()) / freedom
    if within == 0:
        return 1.0
    t = float(there.mean() - other.mean()) / float(np.sqrt(within * (1 / len(there) + 1 / len(other))))
    return float(2 * stats.t.sf(abs(t), freedom))


def _slope(time: np.ndarray, values: np.ndarray) -> float:
    known = np.isfinite(values)
    return float(np.polyfit(time[known], values[known], 1)[0]) if known.sum() >= FEWEST_BEFORE - 1 else np.nan
