"""Charts that tell a signal from the usual ups and downs, with limits from a false-alarm budget.

Twenty branches with five indicators each give sixty false alarms a year at p < .05. So the limits start from what the
organisation can bear ("at most one false alarm a quarter over all charts") and each chart gets its part.

Every chart returns one row per point with the columns value, centre, low, high, signal and phase: phase 1 is the
baseline from which centre and limits are estimated, phase 2 is watched with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.monitoring.run_lengths import MOVING_RANGE_DEGREES, cusum_limit, ewma_width

THREE_SIGMA = float(2 * stats.norm.sf(3))
MOVING_RANGE = 1.128  # expected moving range of two normal values, in standard deviations

Limits = Literal["exact", "normal", "laney"]


@dataclass(frozen=True)
class AlarmBudget:
    """How many false alarms the whole organisation bears in a period, and how many points it looks at in one."""

    charts: int
    points_per_period: int
    alarms_per_period: float = 1.0

    @property
    def alpha(self) -> float:
        """The false-alarm probability that each point of each chart may have."""
        return min(self.alarms_per_period / (self.charts * self.points_per_period), 1.0)

    @property
    def run_length(self) -> float:
        """The average number of points until a false alarm that each chart has to keep."""
        return 1 / self.alpha


def p_chart(
    hits: pd.Series, n: pd.Series, *, alpha: float = THREE_SIGMA, baseline: int | None = None, limits: Limits = "exact"
) -> pd.DataFrame:
    """A chart of shares: *hits* among *n* at each point, in time order; *baseline* counts the points of phase 1.

    "exact": binomial limits in phase 1 and, in phase 2, beta-binomial prediction limits that carry the uncertainty of
    the baseline, so that the false-alarm rate holds for small n too. "normal": centre ± z standard errors (Shewhart
    1931). "laney": the same, widened by the variation that is there beyond chance (Laney 2002), for large n.
    Points with n = 0 have no value and no signal.
    """
    x, size = hits.to_numpy(dtype=float), n.to_numpy(dtype=float)
    first = _first_phase(len(x), baseline)
    total, tried = x[first].sum(), size[first].sum()
    if not tried > 0 or not 0 <= total <= tried:
        raise ValueError("the baseline has no answers, or more hits than answers")
    centre = total / tried
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(size > 0, x / size, np.nan)
        if limits == "exact":
            low, high = _exact_limits(size, centre, total, tried, first, alpha)
        else:
            low, high = _normal_limits(value, size, centre, first, alpha, laney=limits == "laney")
    return _chart(hits.index, value, centre, low, high, first)


def xmr_chart(values: pd.Series, *, alpha: float = THREE_SIGMA, baseline: int | None = None) -> pd.DataFrame:
    """Individual values with limits from the mean moving range (NIST/SEMATECH handbook 6.3.2.2).

    Phase 2 has prediction limits, which are wider by what the baseline leaves unsure.
    """
    x = values.to_numpy(dtype=float)
    first = _first_phase(len(x), baseline)
    centre, sigma = _level(x, first)
    m = _given(x[first])
    watched = float(stats.t.isf(alpha / 2, MOVING_RANGE_DEGREES * (m - 1))) * np.sqrt(1 + 1 / m)
    reach = np.where(first, float(stats.norm.isf(alpha / 2)), watched) * sigma
    return _chart(values.index, x, centre, centre - reach, centre + reach, first)


def ewma_chart(
    values: pd.Series,
    *,
    weight: float = 0.2,
    run_length: float = 370.4,
    baseline: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    width: float | None = None,
) -> pd.DataFrame:
    """Exponentially weighted means (Roberts 1959), which see a small lasting shift sooner; value is the EWMA.

    *target* and *sigma* come from the baseline when not given, the *width* of the limits in sigmas from the average
    *run_length* between false alarms; in phase 2 it allows for what the baseline leaves unsure of them.
    """
    x = values.to_numpy(dtype=float)
    first = _first_phase(len(x), baseline)
    level, spread = _level(x, first)
    sigma_given = sigma is not None
    centre, sigma = level if target is None else target, spread if sigma is None else sigma
    known = (target is not None and sigma_given) or first.all()
    nominal = ewma_width(run_length, weight) if width is None else width
    watched = nominal if known or width is not None else ewma_width(run_length, weight, _given(x[first]))
    reach = np.where(first, nominal, watched) * sigma * np.sqrt(weight / (2 - weight))
    smooth, current = np.empty(len(x)), centre
    for i, each in enumerate(x):
        current = current if np.isnan(each) else weight * each + (1 - weight) * current
        smooth[i] = current
    return _chart(values.index, smooth, centre, centre - reach, centre + reach, first)


def cusum_chart(
    values: pd.Series,
    *,
    slack: float = 0.5,
    run_length: float = 370.4,
    baseline: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    limit: float | None = None,
) -> pd.DataFrame:
    """Cumulated deviations beyond *slack* sigmas (Page 1954): value is the larger sum, signed, in sigmas.

    Limits are ± the *limit* for the average *run_length*; in phase 2 it allows for what the baseline leaves unsure. A
    sum starts anew after its signal.
    """
    x = values.to_numpy(dtype=float)
    first = _first_phase(len(x), baseline)
    level, spread = _level(x, first)
    z = (x - (level if target is None else target)) / ((spread if sigma is None else sigma) or 1.0)
    known = (target is not None and sigma is not None) or first.all()
    nominal = cusum_limit(run_length, slack) if limit is None else limit
    watched = nominal if known or limit is not None else cusum_limit(run_length, slack, _given(x[first]))
    limits = np.where(first, nominal, watched)
    sums, up, down = np.empty(len(x)), 0.0, 0.0
    for i, (each, h) in enumerate(zip(np.nan_to_num(z), limits, strict=True)):
        up, down = max(0.0, up + each - slack), max(0.0, down - each - slack)
        sums[i] = up if up >= down else -down
        up, down = (0.0 if up > h else up), (0.0 if down > h else down)
    return _chart(values.index, sums, 0.0, -limits, limits, first)


def _first_phase(points: int, baseline: int | None) -> np.ndarray:
    count = points if baseline is None else baseline
    if not 0 < count <= points:
        raise ValueError(f"a baseline of {count} points does not fit {points} points")
    return np.arange(points) < count


def _given(values: np.ndarray) -> int:
    return int(np.isfinite(values).sum())


def _level(values: np.ndarray, first: np.ndarray) -> tuple[float, float]:
    """Mean of the baseline and standard deviation by its moving range, by that of all points where it has none."""
    given = values[first & np.isfinite(values)]
    if len(given) < 2:
        raise ValueError("the baseline needs at least two values")
    ranged = given if np.ptp(given) > 0 else values[np.isfinite(values)]
    return float(given.mean()), float(np.abs(np.diff(ranged)).mean() / MOVING_RANGE)


def _exact_limits(
    size: np.ndarray, centre: float, total: float, tried: float, first: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    sizes, which = np.unique(size.astype(int), return_inverse=True)
    tails = np.array([alpha / 2, 1 - alpha / 2])
    drawn = [_quantiles(stats.binom(n, centre), n, tails) for n in sizes]
    predicted = [_quantiles(stats.betabinom(n, total + 0.5, tried - total + 0.5), n, tails) for n in sizes]
    limits = np.where(first[:, None], np.array(drawn)[which], np.array(predicted)[which])
    return limits[:, 0] / size, limits[:, 1] / size


def _quantiles(distribution: Any, n: int, tails: np.ndarray) -> np.ndarray:
    """The counts at which the distribution function reaches the *tails*."""
    reached = np.cumsum(np.nan_to_num(distribution.pmf(np.arange(n + 1))))
    return np.searchsorted(reached, tails - 1e-12).clip(max=n).astype(float)


def _normal_limits(
    value: np.ndarray, size: np.ndarray, centre: float, first: np.ndarray, alpha: float, *, laney: bool
) -> tuple[np.ndarray, np.ndarray]:
    error = np.sqrt(centre * (1 - centre) / size)
    if laney:
        z = ((value - centre) / error)[first & (size > 0)]
        error = error * np.abs(np.diff(z)).mean() / MOVING_RANGE
    reach = float(stats.norm.isf(alpha / 2)) * error
    return (centre - reach).clip(min=0), (centre + reach).clip(max=1)


def _chart(
    index: pd.Index, value: np.ndarray, centre: float, low: np.ndarray, high: np.ndarray, first: np.ndarray
) -> pd.DataFrame:
    # A share that equals its limit but for rounding is inside.
    signal = (value < low - 1e-12) | (value > high + 1e-12)
    phase = np.where(first, 1, 2)
    columns = {"value": value, "centre": centre, "low": low, "high": high, "signal": signal, "phase": phase}
    return pd.DataFrame(columns, index=index)
