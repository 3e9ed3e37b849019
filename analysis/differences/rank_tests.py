"""Ranks under a sampling design: whether groups tend to higher answers when responses carry weights or clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.differences.significance import SignificanceTest
from analysis.intervals.constant_answers import variance_of_equal
from analysis.sampling.complex_samples import Design, degrees_of_freedom, linearised_covariance
from surveys.localisation.wording import saying

METHOD = "weighted rank test (Lumley & Scott 2013)"


def weighted_rank_test(values: pd.Series, groups: pd.Series, design: Design) -> SignificanceTest:
    """Wilcoxon's (two groups) or Kruskal and Wallis's question (more) about the population (Lumley & Scott 2013).

    Each answer gets its estimated rank in the population; the groups' mean ranks are compared by a Wald test with the
    variance of the design. With two groups the statistic is t (positive: the second in alphabetical order is higher),
    with more it is F.
    """
    known = values.notna() & groups.notna() & design.weights.gt(0)
    y = values.to_numpy(dtype=float, na_value=np.nan)
    codes, names = pd.factorize(groups.where(known).astype(object), sort=True)
    inside = (known & np.isfinite(y)).to_numpy()
    n = int(inside.sum())
    if len(names) < 2 or n < 4 or len(np.unique(codes[inside])) < len(names):
        reason = saying("能比较的组不足两个")
        return SignificanceTest(None, (), None, n, METHOD, reason)
    if np.ptp(y[inside]) == 0:
        return SignificanceTest(0.0, (float(max(degrees_of_freedom(design) - len(names) + 1, 1)),), 1.0, n, METHOD)
    weights = np.where(inside, design.weights.fillna(0.0).to_numpy(dtype=float), 0.0)
    ranks = np.zeros(len(y))
    ranks[inside] = _population_ranks(y[inside], weights[inside])
    effects, covariance = _contrasts(ranks, codes, len(names), weights, design)
    return _wald(effects, covariance, degrees_of_freedom(design), n)


def _population_ranks(y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Estimated ranks from 0 to 1; those who answer alike stand at the middle of the weight they have together."""
    points, which = np.unique(y, return_inverse=True)
    together = np.bincount(which, weights, minlength=len(points))
    return np.asarray(((np.cumsum(together) - together / 2) / weights.sum())[which])


def _contrasts(
    ranks: np.ndarray, codes: np.ndarray, groups: int, weights: np.ndarray, design: Design
) -> tuple[np.ndarray, np.ndarray]:
    """Mean ranks of all groups less the first one's, and their covariance under the design."""
    member = (codes[:, None] == np.arange(groups)).astype(float) * (weights > 0)[:, None]
    sizes = weights @ member
    means = (weights * ranks) @ member / sizes
    influence = member * (weights * (ranks - member @ means))[:, None] / sizes
    covariance = linearised_covariance(influence[:, 1:] - influence[:, :1], design)
    assumed = _of_equal_ranks(ranks, member * weights[:, None], means)
    return means[1:] - means[0], covariance + np.diag(assumed[1:]) + assumed[0]


def _of_equal_ranks(ranks: np.ndarray, weighted: np.ndarray, means: np.ndarray) -> np.ndarray:
    """For each group the variance of its mean rank to reckon with where all in it answered alike, else 0."""
    spread = (weighted * (ranks[:, None] - means) ** 2).sum(axis=0) / weighted.sum(axis=0)
    worth = weighted.sum(axis=0) ** 2 / (weighted**2).sum(axis=0)
    return np.where(spread < 1e-12, variance_of_equal(means, worth, 0.0, 1.0) / worth, 0.0)


def _wald(effects: np.ndarray, covariance: np.ndarray, degrees: int, n: int) -> SignificanceTest:
    k = len(effects)
    left = float(max(degrees - k, 1))
    if np.linalg.matrix_rank(covariance) < k:
        reason = saying("组内的排序没有差别")
        return SignificanceTest(None, (), None, n, METHOD, reason)
    if k == 1:
        t = float(effects[0] / np.sqrt(covariance[0, 0]))
        return SignificanceTest(t, (left,), float(2 * stats.t.sf(abs(t), left)), n, METHOD)
    f = float(effects @ np.linalg.solve(covariance, effects)) / k
    return SignificanceTest(f, (float(k), left), float(stats.f.sf(f, k, left)), n, METHOD)
