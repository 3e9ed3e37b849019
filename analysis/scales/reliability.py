"""How far the items of a scale measure one thing, and how far raters agree.

Items: one row per response, one column per item, high = satisfied (reverse-scored before). Coefficients come from
pairwise-complete covariances; their intervals use the number of complete rows, the most cautious count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimates import Estimate, refuse
from analysis.scales.factors import correlations_of, one_factor_loadings, usable_covariance
from surveys.localisation.wording import saying


@dataclass(frozen=True)
class Agreement:
    """Intraclass correlations of single ratings and of their mean (Shrout & Fleiss 1979)."""

    icc1: float
    icc2: float
    icc3: float
    icc1k: float
    icc2k: float
    icc3k: float
    targets: int
    raters: int


def cronbach_alpha(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """Coefficient alpha (Cronbach 1951) with the interval of Feldt (1965)."""
    covariance, n, reason = usable_covariance(items)
    k = items.shape[1]
    if reason is not None:
        return refuse("alpha", reason, n=n, unit="score", scale=(-1.0, 1.0))
    alpha = float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))
    tail = (1 - confidence) / 2
    degrees = (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * float(stats.f.isf(q, *degrees)) for q in (tail, 1 - tail))
    caveats = (_TWO_ITEMS,) if k == 2 else ()
    return Estimate(
        "alpha", alpha, low, high, n, "score", confidence=confidence,
        method="alpha (Cronbach 1951), interval of Feldt (1965)", caveats=caveats, scale=(-1.0, 1.0),
    )  # fmt: skip


def omega_total(items: pd.DataFrame) -> float | None:
    """McDonald's omega from one minres factor: the common part of the total score's variance; None when refused."""
    covariance, _, reason = usable_covariance(items)
    if reason is not None or items.shape[1] < 3:
        return None
    correlations = correlations_of(covariance)
    loadings = one_factor_loadings(correlations)
    return float(1 - (1 - loadings**2).sum() / correlations.sum())


def spearman_brown(items: pd.DataFrame) -> float | None:
    """Reliability of the sum of two items from their correlation; None unless there are two that vary together."""
    covariance, _, reason = usable_covariance(items)
    if reason is not None or items.shape[1] != 2:
        return None
    r = correlations_of(covariance)[0, 1]
    return float(2 * r / (1 + r)) if r > -1 else None


def omega(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """`omega_total` with an interval by the delta method: what each response does to every correlation."""
    covariance, n, reason = usable_covariance(items)
    value = omega_total(items)
    if value is None:
        why = reason or saying("ω 至少需要三个题目")
        return refuse("omega", why, n=n, unit="score")
    correlations = correlations_of(covariance)
    first, second = np.triu_indices(len(correlations), 1)
    slopes = [_slope_of_omega(correlations, i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    z = ((items - items.mean()) / items.std()).dropna().to_numpy(dtype=float)
    influence = z[:, first] * z[:, second] - correlations[first, second] * (z[:, first] ** 2 + z[:, second] ** 2) / 2
    error = float((influence @ np.array(slopes)).std(ddof=1) / np.sqrt(n))
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Estimate(
        "omega", value, max(value - half, 0.0), min(value + half, 1.0), n, "score", standard_error=error,
        confidence=confidence, effective_n=float(n),
        method="omega of one minres factor (McDonald 1999), delta interval",
    )  # fmt: skip


def two_item_reliability(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """`spearman_brown` with the interval that Fisher's z gives the correlation."""
    value, n = spearman_brown(items), int(items.notna().all(axis=1).sum())
    if value is None or n < 4 or not -1 < (r := value / (2 - value)) < 1:
        reason = saying("需要两个有差别的题目和四份以上答卷")
        return refuse("two_item_reliability", reason, n=n, unit="score", scale=(-1.0, 1.0))
    half = float(stats.norm.isf((1 - confidence) / 2)) / np.sqrt(n - 3)
    low, high = (2 * each / (1 + each) for each in np.tanh(np.arctanh(r) + np.array([-half, half])))
    return Estimate(
        "two_item_reliability", value, float(low), float(high), n, "score", confidence=confidence,
        effective_n=float(n), method="Spearman-Brown (1910) of two items, Fisher z interval", scale=(-1.0, 1.0),
    )  # fmt: skip


_TWO_ITEMS = saying("只有两个题目时请看 Spearman-Brown 系数")


def intraclass_correlations(ratings: pd.DataFrame) -> Agreement | None:
    """Agreement of raters: one row per target, one column per rater, rows with a missing rating left out."""
    table = ratings.dropna().to_numpy(dtype=float)
    n, k = table.shape
    if n < 2 or k < 2 or np.ptp(table) == 0:
        return None
    total = table.mean()
    between = k * ((table.mean(axis=1) - total) ** 2).sum() / (n - 1)
    raters = n * ((table.mean(axis=0) - total) ** 2).sum() / (k - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    error = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    single = between + (k - 1) * error
    return Agreement(
        icc1=float((between - within) / (between + (k - 1) * within)),
        icc2=float((between - error) / (single + k * (raters - error) / n)),
        icc3=float((between - error) / single),
        icc1k=float((between - within) / between),
        icc2k=float((between - error) / (between + (raters - error) / n)),
        icc3k=float((between - error) / between),
        targets=n,
        raters=k,
    )


def _slope_of_omega(correlations: np.ndarray, i: int, j: int, step: float = 1e-4) -> float:
    """How much omega moves with one correlation (central difference)."""

    def moved(by: float) -> float:
        shifted = correlations.copy()
        shifted[i, j] += by
        shifted[j, i] += by
        return float(1 - (1 - one_factor_loadings(shifted) ** 2).sum() / shifted.sum())

    return (moved(step) - moved(-step)) / (2 * step)
