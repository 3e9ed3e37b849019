"""Limits of means on a scale of a few points that hold for small samples and lopsided shapes.

Most customers give the highest points, and the few who don't decide the mean: with 30 answers Student's interval then
held it in 65 to 82 % of samples. Here the shares of the scale's points are unknown together: beforehand one answer is
spread over all of them (Perks 1947), and what the shares may be after the answers is drawn from their Dirichlet
distribution. Where Student's limits are wider those are taken, and they alone where the answers are so many or so
balanced that their mean is as good as normal (Cochran 1977). `tests.benchmarks statistics` prints how often they hold.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.intervals.shares import share

METHOD = "wider of Student's and multinomial limits (Perks 1947)"
MOST_POINTS = 101  # of a scale whose points are taken one by one
FEW = 30  # answers to a recommendation question, below which the usual interval is looked after
_COCHRAN = 25  # answers times the square of the skewness, from which on a mean is as good as normal
_DRAWS = 8000


def multinomial_limits(
    given: np.ndarray, low: float, high: float, *, confidence: float = 0.95
) -> tuple[float, float] | None:  # fmt: skip
    """Limits of the mean of answers on the whole points from *low* to *high*; averages of such answers too.

    None where the scale has no such points, or where the mean is as good as normal.
    """
    width = high - low
    if not np.isfinite(width) or not 1 <= width < MOST_POINTS or width != int(width):
        return None
    if len(given) > _COCHRAN * float(stats.skew(given)) ** 2:
        return None
    points, counts = np.unique(given, return_counts=True)
    scale = np.arange(low, high + 1)
    support = np.union1d(points, scale)
    before = np.isin(support, scale) / len(scale)
    seen = np.zeros(len(support))
    seen[np.searchsorted(support, points)] = counts
    return _limits(support, seen + before, confidence)


def trinomial_limits(up: int, level: int, down: int, *, confidence: float = 0.95) -> tuple[float, float] | None:
    """Limits of up − down as a share of all; None where answers are not few.

    Where one side is empty the score is the share of the other, and holds the limits of that as well.
    """
    n = up + level + down
    if n >= FEW:
        return None
    counts = np.array([down, level, up], dtype=float)
    ends = [*_limits(np.array([-1.0, 0.0, 1.0]), counts + 1 / 3, confidence)]
    for side, sign in ((up, 1), (down, -1)):
        if side == up + down:
            ends += [sign * end for end in share(side, n, confidence=confidence, interval="holding").figures()[1:]]
    return min(ends), max(ends)


def _limits(points: np.ndarray, weights: np.ndarray, confidence: float) -> tuple[float, float]:
    # A fixed seed, so that the same answers always have the same limits.
    shares = np.random.default_rng(1947).standard_gamma(weights, (_DRAWS, len(weights)))
    low, high = np.quantile(shares @ points / shares.sum(axis=1), [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
