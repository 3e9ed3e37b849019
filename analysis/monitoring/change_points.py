"""What kind of change it is: a sudden shift, a slow drift, the season, or only a different mix of customers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Estimate, refuse
from surveys.localisation.ordering import natural
from surveys.localisation.wording import saying

MONTHS_FOR_A_SEASON = 24


@dataclass(frozen=True)
class MixDecomposition:
    """A change of an overall mean split into what changed within segments and what changed in their shares.

    within + mix = total. `segments` has one row per segment: segment, share_before, share_after, mean_before,
    mean_after, within, mix.
    """

    total: float
    within: float
    mix: float
    segments: pd.DataFrame
    n_before: int
    n_after: int


@dataclass(frozen=True)
class ShiftPoint:
    """One lasting change of level: the last point before it, with interval, and the levels on both sides.

    Positions count from 0. `p` is the permutation probability of so clear a break in a series without one.
    """

    position: int
    low: int
    high: int
    before: float
    after: float
    p: float
    n: int


def mix_decomposition(
    before: pd.Series, after: pd.Series, segments_before: pd.Series, segments_after: pd.Series
) -> MixDecomposition | None:
    """Kitagawa's decomposition (1955) of the change of a mean; None unless both periods have every segment.

    Answers without segment are left out.
    """
    old, new = (_by_segment(*side) for side in ((before, segments_before), (after, segments_after)))
    if old.empty or set(old.index) != set(new.index):
        return None
    new = new.reindex(old.index)
    share0, share1 = old["n"] / old["n"].sum(), new["n"] / new["n"].sum()
    # Mix effects are measured from the overall mean, so that a segment that grows counts by how it differs from all.
    centre = ((share0 * old["mean"]).sum() + (share1 * new["mean"]).sum()) / 2
    table = pd.DataFrame(
        {
            "segment": old.index.astype(str),
            "share_before": share0.to_numpy(),
            "share_after": share1.to_numpy(),
            "mean_before": old["mean"].to_numpy(),
            "mean_after": new["mean"].to_numpy(),
            "within": ((share0 + share1) / 2 * (new["mean"] - old["mean"])).to_numpy(),
            "mix": (((old["mean"] + new["mean"]) / 2 - centre) * (share1 - share0)).to_numpy(),
        }
    )
    within, mix = float(table["within"].sum()), float(table["mix"].sum())
    return MixDecomposition(within + mix, within, mix, table, int(old["n"].sum()), int(new["n"].sum()))


def drift(values: pd.Series) -> SignificanceTest:
    """Whether a series in time order rises or falls steadily (Mann 1945, Kendall 1975): z with ties correction."""
    x = values.to_numpy(dtype=float)
    x = x[np.isfinite(x)]
    n, method = len(x), "Mann-Kendall trend test (Kendall 1975)"
    if n < 4:
        return SignificanceTest(None, (), None, n, method, saying("只有 {n} 个时间点", n=n))
    if np.ptp(x) == 0:
        return SignificanceTest(0.0, (), 1.0, n, method)
    s = float(np.sign(x[None, :] - x[:, None])[np.triu_indices(n, 1)].sum())
    ties = np.unique(x, return_counts=True)[1].astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = s / sqrt(variance)
    return SignificanceTest(float(z), (), float(2 * stats.norm.sf(abs(z))), n, method)


def slope(values: pd.Series, *, confidence: float = 0.95) -> Estimate:
    """Change per point of a drifting series: the median of all pairwise slopes with its interval (Theil-Sen)."""
    y = values.to_numpy(dtype=float)
    x = np.arange(len(y), dtype=float)[np.isfinite(y)]
    y = y[np.isfinite(y)]
    if len(y) < 4:
        return refuse("slope", saying("只有 {n} 个时间点", n=len(y)), n=len(y), unit="score")
    found = stats.theilslopes(y, x, alpha=confidence)
    value, low, high = float(found.slope), float(found.low_slope), float(found.high_slope)
    return Estimate(
        "slope", value, min(low, value), max(high, value), len(y), "score", confidence=confidence,
        method="Theil-Sen slope (Sen 1968)", scale=(-float(np.ptp(y)), float(np.ptp(y))),
    )  # fmt: skip


def shift_point(
    values: pd.Series,
    *,
    margin: float = 0.15,
    draws: int = 999,
    confidence: float = 0.95,
    alpha: float = 0.05,
    rng: np.random.Generator | None = None,
) -> ShiftPoint | None:
    """The most likely single change of level by least squares, or None when a series without one would look alike.

    *margin*: the part of the series that each side has at least. The interval comes from series drawn with the two
    levels and their standard deviations.
    """
    x = values.to_numpy(dtype=float)
    n, least = len(x), max(int(np.ceil(margin * len(x))), 2)
    if n < 2 * least + 1 or not np.isfinite(x).all() or np.ptp(x) == 0:
        return None
    rng = rng or np.random.default_rng(1898)
    position, gain = (each[0] for each in _breaks(x[None, :], least))
    chance = _breaks(rng.permuted(np.tile(x, (draws, 1)), axis=1), least)[1]
    p = float((1 + (chance >= gain).sum()) / (draws + 1))
    if p >= alpha:
        return None
    first, second = x[: position + 1], x[position + 1 :]
    levels = np.repeat([first.mean(), second.mean()], [len(first), len(second)])
    spreads = np.repeat([first.std(ddof=1), second.std(ddof=1)], [len(first), len(second)])
    redrawn = _breaks(levels + spreads * rng.normal(size=(draws, n)), least)[0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(redrawn, [tail, 1 - tail], method="inverted_cdf")
    return ShiftPoint(
        int(position), min(int(low), int(position)), max(int(high), int(position)), float(first.mean()),
        float(second.mean()), p, n,
    )  # fmt: skip


def season(monthly: pd.Series) -> pd.Series | None:
    """The usual deviation of each calendar month from the year's level; None with less than two full years.

    *monthly*: one value per month in time order, with a DatetimeIndex. Deviations are from a centred twelve-month
    mean, averaged by month and summing to zero.
    """
    if monthly.notna().sum() < MONTHS_FOR_A_SEASON:
        return None
    months = pd.DatetimeIndex(monthly.index).month
    halves = np.array([0.5] + [1.0] * 11 + [0.5]) / 12
    level = monthly.rolling(13, center=True).apply(lambda window: float(window @ halves), raw=True)
    effects = (monthly - level).groupby(months).mean().reindex(range(1, 13))
    return None if effects.isna().any() else effects - effects.mean()


def _by_segment(values: pd.Series, segments: pd.Series) -> pd.DataFrame:
    known = np.isfinite(values.astype(float)) & segments.notna()
    grouped = values[known].astype(float).groupby(segments[known].astype(str))
    found = pd.DataFrame({"n": grouped.count(), "mean": grouped.mean()})
    return found.loc[sorted(found.index, key=natural)]


def _breaks(series: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """For each row the position before the best break and the squares it explains."""
    n = series.shape[1]
    sums = np.cumsum(series, axis=1)
    before = np.arange(1, n)
    left, right = sums[:, :-1] / before, (sums[:, -1:] - sums[:, :-1]) / (n - before)
    gains = (left - right) ** 2 * before * (n - before) / n
    inside = gains[:, least - 1 : n - least]
    best = inside.argmax(axis=1)
    return best + least - 1, inside[np.arange(len(series)), best]
