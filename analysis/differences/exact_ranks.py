"""The exact distribution of a rank sum given the ties, for samples too small for the normal distribution."""

from __future__ import annotations

import numpy as np
from scipy import stats

NORMAL_FROM = 10  # answers in each group; from there on the normal distribution is near enough
EXACT_UP_TO = 200  # answers of both groups together, so that it takes no time


def exact_rank_sum_p(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sided p of the rank sum of *first* over all ways to draw it from the pooled answers (midranks for ties).

    The part of the ways whose rank sum is at least as far from its mean, as coin::wilcox_test(distribution = "exact").
    """
    doubled = np.rint(2 * stats.rankdata(np.concatenate([first, second]))).astype(int)
    ways = _ways(doubled, len(first))
    sums = np.arange(len(ways))
    centre = len(first) * (len(doubled) + 1)
    seen = abs(int(doubled[: len(first)].sum()) - centre)
    return float(min(ways[np.abs(sums - centre) >= seen].sum() / ways.sum(), 1.0))


def _ways(values: np.ndarray, size: int) -> np.ndarray:
    """In how many ways *size* of the *values* add up to each sum."""
    table = np.zeros((size + 1, int(values.sum()) + 1))
    table[0, 0] = 1
    for value in values:
        table[1:, value:] += table[:-1, : table.shape[1] - value].copy()
    return table[size]
