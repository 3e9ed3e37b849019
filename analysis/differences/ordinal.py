"""Proportional odds: a check on comparisons of means that takes ratings for what they are, ordered categories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Estimate, refuse
from surveys.localisation.ordering import natural
from surveys.localisation.wording import saying

METHOD = "proportional odds, likelihood ratio (McCullagh 1980)"
SEPARATED = 8.0
"""Log odds, or an error of them, that no survey of people shows: the groups' ratings don't overlap."""


@dataclass(frozen=True)
class OrdinalComparison:
    """Whether groups differ in their ratings, and the log odds of a higher rating against the first group."""

    test: SignificanceTest
    log_odds: dict[str, Estimate]
    reference: str | None


def ordinal_comparison(values: pd.Series, groups: pd.Series, *, confidence: float = 0.95) -> OrdinalComparison:
    """Cumulative logit model with one effect per group, the first in natural order as reference.

    Refused when fewer than two groups were given. Where everybody gives the same answer nothing differs: p is 1, and
    there is no effect to name.
    """
    known = values.notna() & groups.notna() & np.isfinite(values.astype(float))
    table = pd.crosstab(groups[known].astype(str), values[known].astype(float))
    table = table.loc[sorted(table.index, key=natural)]
    n = int(known.sum())
    if len(table) >= 2 and table.shape[1] == 1:
        nothing = SignificanceTest(0.0, (float(len(table) - 1),), 1.0, n, METHOD)
        return OrdinalComparison(nothing, {}, str(table.index[0]))
    if len(table) < 2:
        reason = saying("能比较的组不足两个")
        return OrdinalComparison(SignificanceTest(None, (), None, n, METHOD, reason), {}, None)
    counts, names = table.to_numpy(dtype=float), [str(name) for name in table.index]
    cuts = counts.shape[1] - 1
    fitted, loss = _fitted(counts, cuts)
    gain = 2 * (_loss_of_one_distribution(counts) - loss(fitted))
    degrees = float(len(names) - 1)
    test = SignificanceTest(max(gain, 0.0), (degrees,), float(stats.chi2.sf(max(gain, 0.0), degrees)), n, METHOD)
    covariance = np.linalg.pinv(_curvature(loss, fitted))
    errors = np.sqrt(np.diag(covariance)[cuts:].clip(min=0))
    z = float(stats.norm.isf((1 - confidence) / 2))
    log_odds = {
        name: _log_odds(float(b), float(e), z, n, confidence)
        for name, b, e in zip(names[1:], fitted[cuts:], errors, strict=True)
    }
    return OrdinalComparison(test, log_odds, names[0])


def _log_odds(effect: float, error: float, z: float, n: int, confidence: float) -> Estimate:
    """Refused where groups share no rating to speak of: the likelihood has no greatest value, its curvature no meaning.

    The likelihood ratio holds all the same.
    """
    if abs(effect) > SEPARATED or not 0 < error < SEPARATED:
        reason = saying("与基准组的评分完全分开，差别大到算不出倍数")
        return refuse("log_odds", reason, n=n, unit="score", scale=(-10.0, 10.0))
    return Estimate(
        "log_odds", effect, effect - z * error, effect + z * error, n, "score", standard_error=error,
        confidence=confidence, method=METHOD, scale=(-10.0, 10.0),
    )  # fmt: skip


def _fitted(counts: np.ndarray, cuts: int) -> tuple[np.ndarray, Callable[[np.ndarray], float]]:
    """Thresholds and group effects of greatest likelihood, and the negative log-likelihood."""

    def loss(parameters: np.ndarray) -> float:
        return _negative_log_likelihood(counts, parameters[:cuts], np.r_[0.0, parameters[cuts:]])

    def loss_of_steps(parameters: np.ndarray) -> float:
        return loss(np.r_[_rising(parameters[:cuts]), parameters[cuts:]])

    reached = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    thresholds = special.logit(reached)
    start = np.r_[thresholds[:1], np.log(np.diff(thresholds)), np.zeros(len(counts) - 1)]
    found = optimize.minimize(loss_of_steps, start, method="BFGS", options={"gtol": 1e-7}).x
    return np.r_[_rising(found[:cuts]), found[cuts:]], loss


def _rising(steps: np.ndarray) -> np.ndarray:
    """Thresholds in rising order from the first one and the logarithms of the steps between them."""
    return np.cumsum(np.r_[steps[:1], np.exp(steps[1:])])


def _negative_log_likelihood(counts: np.ndarray, thresholds: np.ndarray, effects: np.ndarray) -> float:
    reached = special.expit(thresholds[None, :] - effects[:, None])
    padded = np.column_stack([np.zeros(len(effects)), reached, np.ones(len(effects))])
    return float(-(counts * np.log(np.diff(padded, axis=1).clip(min=1e-300))).sum())


def _loss_of_one_distribution(counts: np.ndarray) -> float:
    totals = counts.sum(axis=0)
    return float(-(totals * np.log(totals / totals.sum())).sum())


def _curvature(loss: Callable[[np.ndarray], float], at: np.ndarray, *, step: float = 1e-4) -> np.ndarray:
    """Second derivatives by central differences."""
    k = len(at)
    unit = np.eye(k) * step
    second = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            corners = (
                loss(at + unit[i] + unit[j]), loss(at + unit[i] - unit[j]),
                loss(at - unit[i] + unit[j]), loss(at - unit[i] - unit[j]),
            )  # fmt: skip
            second[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step * step)
    return second
