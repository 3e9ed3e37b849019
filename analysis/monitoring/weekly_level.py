"""What a question's weeks usually are: level, spread within and between weeks, and how one week follows another.

Weeks come as a frame with one row per week in time order and the columns n, total and squares: the number of answers,
their sum and the sum of their squares. Of a share, answers are 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

USUAL_FOLLOWING = 0.5  # the autocorrelation that true weekly levels are held to have before one has seen any, and
_FOLLOWING_SPREAD = 0.15  # how much it differs from question to question (standard deviation)
_MOST_FOLLOWING = 0.8
_HIDDEN = 0.05  # how probably a baseline may hide as much variance between weeks as is reckoned with


@dataclass(frozen=True)
class WeeklyLevel:
    """The level of a baseline, in the unit of the answers.

    `within` is the variance of single answers, `between` that of the weeks' true levels (0 where chance explains all),
    `following` the correlation of a week's deviation with that of the week before, `precision` the sum of the weights
    of the baseline's weeks, `inflation` how much `following` adds to the variance of their mean, and `degrees` those of
    freedom that the spread is known with.
    """

    centre: float
    within: float
    between: float
    following: float
    precision: float
    inflation: float
    degrees: float
    n: int

    def weights(self, n: np.ndarray) -> np.ndarray:
        """One over the variance of weeks of *n* answers; 0 without answers."""
        return _weights(n, self.within, self.between)


def weekly_level(weeks: pd.DataFrame, *, share: bool) -> WeeklyLevel:
    """The level of these weeks; ValueError where fewer than three have answers or the answers never differ.

    The spread between weeks is that of Paule & Mandel (1982), the weights those of the p′ chart (Laney 2002): a week
    counts by its n as far as chance makes it differ, and equally as far as weeks differ beyond it.
    """
    given = weeks[weeks["n"] > 0]
    n, mean = given["n"].to_numpy(dtype=float), (given["total"] / given["n"]).to_numpy(dtype=float)
    if len(n) < 3:
        raise ValueError("the baseline needs at least three weeks with answers")
    within = _within_share(given) if share else _within_scores(given)
    if within <= 0 and np.ptp(mean) == 0:
        raise ValueError("the answers of the baseline are all the same")
    between = _between(n, mean, within, len(n) - 1.0)
    beyond = _part_beyond(n, mean, within)
    following = _following(mean, _weights(n, within, between), USUAL_FOLLOWING * beyond)
    inflation = _inflation(following, len(n))
    between = _between(n, mean, within, max(len(n) - inflation, 1.0))
    weights = _weights(n, within, between)
    # Only what differs between weeks is learnt from them; how much chance makes of it is known (Satterthwaite 1946).
    known = (1 + following**2) / (1 - following**2) * max(beyond, 0.1) ** 2
    degrees = (len(n) - 1) / known
    centre = float(weights @ mean / weights.sum())
    if share:  # never surely 0 or 1
        centre = (centre * n.sum() + 0.5) / (n.sum() + 1)
    return WeeklyLevel(
        centre, within, between, following, float(weights.sum()), inflation, degrees, int(n.sum())
    )  # fmt: skip


def _within_share(weeks: pd.DataFrame) -> float:
    p = (weeks["total"].sum() + 0.5) / (weeks["n"].sum() + 1)
    return float(p * (1 - p))


def _within_scores(weeks: pd.DataFrame) -> float:
    squares = (weeks["squares"] - weeks["total"] ** 2 / weeks["n"]).sum()
    degrees = (weeks["n"] - 1).sum()
    return float(squares / degrees) if degrees > 0 else 0.0


def _weights(n: np.ndarray, within: float, between: float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.where(n > 0, 1 / np.maximum(within / np.maximum(n, 1e-12) + between, 1e-12), 0.0)


def _between(n: np.ndarray, mean: np.ndarray, within: float, expected: float) -> float:
    """The variance of the weeks' true levels at which they differ, weighted, as much as is *expected*."""

    def beyond(between: float) -> float:
        weights = _weights(n, within, between)
        centre = weights @ mean / weights.sum()
        return float(weights @ (mean - centre) ** 2 - expected)

    if beyond(0.0) <= 0:
        return 0.0
    most = max(float(np.ptp(mean)) ** 2, 1e-12)
    while beyond(most) > 0:
        most *= 4
    return float(optimize.brentq(beyond, 0.0, most, xtol=1e-9 * most))


def _following(mean: np.ndarray, weights: np.ndarray, usual: float) -> float:
    """The first autocorrelation, corrected for its bias (Kendall 1954) and drawn to what is usual."""
    z = (mean - weights @ mean / weights.sum()) * np.sqrt(weights)
    m = len(z)
    seen = float(z[1:] @ z[:-1] / max(float(z @ z), 1e-12))
    seen = float(np.clip((m * seen + 1) / max(m - 3, 1), -1, 1))
    trust = _FOLLOWING_SPREAD**2 / (_FOLLOWING_SPREAD**2 + 1 / m)
    return float(np.clip(trust * seen + (1 - trust) * usual, 0.0, _MOST_FOLLOWING))


def _part_beyond(n: np.ndarray, mean: np.ndarray, within: float) -> float:
    """Which part of the weeks' variance may lie between them: a short baseline that shows none may hide it."""
    between = _between(n, mean, within, float(stats.chi2.ppf(_HIDDEN, len(n) - 1)))
    chance = within * float((1 / n).mean())
    return between / (between + chance) if between + chance > 0 else 1.0


def _inflation(following: float, m: int) -> float:
    """m times the variance of the mean of *m* weeks of variance 1 that follow one another."""
    lags = np.arange(1, m)
    return float(1 + 2 * ((1 - lags / m) * following**lags).sum())
