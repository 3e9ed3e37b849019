"""Which items can be told apart, and between which ranks each lies, all at once."""

from __future__ import annotations

import numpy as np
from scipy import stats

_DRAWS = 20_000


def rank_intervals(
    values: np.ndarray, covariance: np.ndarray, groups: int, *, confidence: float = 0.95
) -> list[tuple[int, int]]:  # fmt: skip
    """First and last rank that each item may have, 1 the highest; all hold together with *confidence*.

    An item's rank lies between one more than the number of items clearly above it, and what the items clearly below it
    leave (Al Mohamad et al. 2022); what is clear is judged by the greatest of all standardised differences.
    """
    difference, error = values[:, None] - values[None, :], _errors(covariance)
    critical = _greatest_difference(covariance, groups, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.where(error > 0, difference / error, 0.0) > critical
    above, below = clear.sum(axis=0), clear.sum(axis=1)
    return [(1 + int(a), len(values) - int(b)) for a, b in zip(above, below, strict=True)]


def _errors(covariance: np.ndarray) -> np.ndarray:
    spread = np.diag(covariance)
    return np.sqrt(np.clip(spread[:, None] + spread[None, :] - 2 * covariance, 0, None))


def _greatest_difference(covariance: np.ndarray, groups: int, confidence: float) -> float:
    """The quantile of the greatest standardised difference where there is none, by simulation with a fixed seed."""
    chance, error = np.random.default_rng(20), _errors(covariance)
    roots = np.linalg.eigh(covariance)
    draws = chance.standard_normal((_DRAWS, len(covariance))) @ (roots[1] * np.sqrt(np.clip(roots[0], 0, None))).T
    greatest = np.zeros(_DRAWS)
    for one, other in zip(*np.triu_indices(len(covariance), 1), strict=True):
        if error[one, other] > 0:
            greatest = np.maximum(greatest, np.abs(draws[:, one] - draws[:, other]) / error[one, other])
    degrees = max(groups - 1, 1)
    greatest = greatest / np.sqrt(chance.chisquare(degrees, _DRAWS) / degrees)
    return max(float(np.quantile(greatest, confidence)), float(stats.norm.ppf((1 + confidence) / 2)))
