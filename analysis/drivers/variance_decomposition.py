"""The explained variance of one score divided among others: by orderings, and by relative weights."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from analysis.scales.pairwise_correlations import pairwise_correlations, positive_definite


def johnson_parts(correlations: np.ndarray) -> np.ndarray:
    """Parts of R² through the orthogonal variables closest to the drivers."""
    among, with_overall = correlations[:, :-1, :-1], correlations[:, :-1, -1]
    values, vectors = np.linalg.eigh(among)
    roots = np.sqrt(values)
    half = (vectors * roots[:, None, :]) @ vectors.transpose(0, 2, 1)
    inverse = (vectors / roots[:, None, :]) @ vectors.transpose(0, 2, 1)
    coefficients = (inverse @ with_overall[:, :, None])[:, :, 0]
    return ((half**2) @ (coefficients**2)[:, :, None])[:, :, 0]


def shapley_parts(correlations: np.ndarray) -> np.ndarray:
    """Parts of R² as mean gains over all orders in which the drivers can enter the regression."""
    k = correlations.shape[1] - 1
    explained: dict[tuple[int, ...], np.ndarray] = {(): np.zeros(len(correlations))}
    for size in range(1, k + 1):
        for chosen in combinations(range(k), size):
            explained[chosen] = _r_squared(correlations, chosen)
    parts = np.zeros((len(correlations), k))
    for chosen, r_squared in explained.items():
        for entering in set(range(k)) - set(chosen):
            gain = explained[tuple(sorted((*chosen, entering)))] - r_squared
            parts[:, entering] += gain / (k * comb(k - 1, len(chosen)))
    return parts


def variance_inflation(scores: pd.DataFrame) -> dict[str, float]:
    """VIF of each driver from pairwise correlations: how much of its precision collinearity takes away."""
    values = scores.to_numpy(dtype=float)
    correlations = positive_definite(pairwise_correlations(values))[0]
    return dict(zip(scores.columns, np.diag(np.linalg.inv(correlations)).tolist(), strict=True))


def _r_squared(correlations: np.ndarray, chosen: tuple[int, ...]) -> np.ndarray:
    among = correlations[:, chosen][:, :, chosen]
    with_overall = correlations[:, chosen, -1]
    solved: np.ndarray = np.linalg.solve(among, with_overall[:, :, None])[:, :, 0]
    return (solved * with_overall).sum(axis=1)
