"""One verdict per question, from one procedure: is a week, or the run of the last weeks, beyond its usual course.

A combined Shewhart-EWMA scheme (Lucas & Saccucci 1990): each week by itself sees a large change, the exponentially
weighted mean of the weeks a small lasting one. Both parts have half of the false-alarm probability that is due to a
point, so that together they never have more; the charts draw these very limits and can't say anything else.

Weeks are standardised by their own n: of a share by exact (beta-)binomial probabilities, of other answers by their
variance within and between weeks. The limits are t quantiles: they carry what a short baseline leaves unsure of level
and spread, and how one week follows another. All of it is linear in the number of weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.monitoring.weekly_level import WeeklyLevel, weekly_level

WEIGHT = 0.2  # of the newest week in the smoothed mean
SHORTEST_BASELINE = 8
QUARTER = 13
NEWS = 6  # weeks: a month, and those begun before and after it
LONGEST_BASELINE = 52
_EXACT_UP_TO = 1000  # answers a week; beyond, the normal distribution is as good


class Alarm(StrEnum):
    """What the watch over a question says."""

    DOWN = "down"
    UP = "up"
    QUIET = "quiet"
    TOO_SHORT = "too short"


@dataclass(frozen=True)
class Watch:
    """The verdict on a question's weeks, and the two charts that show it.

    `alarm` is the newest one among the watched weeks, and `week` when it was given; `lasting` whether the smoothed
    mean gave it. `weekly` and `smoothed` have the columns of `control_charts`: the weeks' own values (with n), and the
    smoothed deviation in usual weekly deviations. `recent` and `recent_n` are the level and n of the watched weeks,
    `p` that of the latest smoothed deviation by itself, for a search over many questions. `limit` is that of both
    parts, in standard deviations of theirs.
    """

    alarm: Alarm
    week: pd.Timestamp | None
    lasting: bool
    level: WeeklyLevel | None
    recent: float | None
    recent_n: int
    weekly: pd.DataFrame
    smoothed: pd.DataFrame
    p: float | None
    limit: float
    baseline: int
    share: bool

    @property
    def weeks_n(self) -> np.ndarray:
        """The number of answers of each watched week."""
        return self.weekly["n"][self.weekly["phase"] == 2].to_numpy(dtype=float)

    @property
    def signals(self) -> pd.Series:
        """Week by week, whether there was an alarm."""
        return self.weekly["signal"] | self.smoothed["signal"]


def usual_baseline(weeks: int) -> int:
    """How many of so many weeks are the baseline: it stays for a quarter, and no week belongs to it that is still news.

    Otherwise a fall at the end of one quarter would count as usual on the first day of the next.
    """
    return max(QUARTER * ((weeks - NEWS) // QUARTER), SHORTEST_BASELINE)


def joint_watch(weeks: pd.DataFrame, *, share: bool, alpha: float, baseline: int | None = None) -> Watch:
    """The watch over *weeks* (see `weekly_level`), of which the first *baseline* are held to be as usual.

    *alpha*: the false-alarm probability of a week. Too short where the baseline has fewer than `SHORTEST_BASELINE`
    weeks with answers, its answers never differ, or no week came after it.
    """
    count = usual_baseline(len(weeks)) if baseline is None else baseline
    first = np.arange(len(weeks)) < count
    n = weeks["n"].to_numpy(dtype=float)
    enough = (n[first] > 0).sum() >= SHORTEST_BASELINE and (n[~first] > 0).any()
    if not enough:
        return _too_short(weeks, first, share)
    try:
        level = weekly_level(weeks[first], share=share)
    except ValueError:
        return _too_short(weeks, first, share)
    limit = float(stats.t.isf(alpha / 4, max(level.degrees, 1.0)))
    weekly, z = _weekly(weeks, level, first, limit, share=share)
    smoothed, p = _smoothed(weeks.index, z, n, level, first, limit)
    return _judged(weeks, level, first, weekly, smoothed, p, limit, share=share)


def _judged(
    weeks: pd.DataFrame, level: WeeklyLevel, first: np.ndarray, weekly: pd.DataFrame, smoothed: pd.DataFrame, p: float,
    limit: float, *, share: bool,
) -> Watch:  # fmt: skip
    watched = weeks[~first]
    recent_n = int(watched["n"].sum())
    alarms = np.flatnonzero(weekly["signal"] | smoothed["signal"])
    alarm, week, lasting = Alarm.QUIET, None, False
    if len(alarms):
        last = int(alarms[-1])
        week, lasting = weeks.index[last], bool(smoothed["signal"].iloc[last])
        told = smoothed if lasting else weekly
        alarm = Alarm.DOWN if told["value"].iloc[last] < told["centre"].iloc[last] else Alarm.UP
    return Watch(
        alarm, week, lasting, level, float(watched["total"].sum() / recent_n), recent_n, weekly, smoothed, p, limit,
        int(first.sum()), share,
    )  # fmt: skip


def _too_short(weeks: pd.DataFrame, first: np.ndarray, share: bool) -> Watch:
    value = (weeks["total"] / weeks["n"].where(weeks["n"] > 0)).to_numpy(dtype=float)
    nothing = np.full(len(weeks), np.nan)
    centre = float(np.nanmean(value)) if np.isfinite(value).any() else 0.0
    weekly = _chart(weeks.index, value, centre, nothing, nothing, first).assign(n=weeks["n"])
    smoothed = _chart(weeks.index, nothing, 0.0, nothing, nothing, first)
    watched_n = int(weeks["n"][~first].sum())
    return Watch(
        Alarm.TOO_SHORT, None, False, None, None, watched_n, weekly, smoothed, None, np.nan, int(first.sum()), share
    )


def _weekly(
    weeks: pd.DataFrame, level: WeeklyLevel, first: np.ndarray, limit: float, *, share: bool
) -> tuple[pd.DataFrame, np.ndarray]:
    """The chart of the weeks' own values, and each week's deviation in its usual deviations."""
    n, total = weeks["n"].to_numpy(dtype=float), weeks["total"].to_numpy(dtype=float)
    weights = level.weights(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, total / n, np.nan)
        z = np.where(n > 0, (value - level.centre) * np.sqrt(weights), np.nan)
        reach = limit * np.sqrt(1 + _shared(level, weights) ** 2)
        low, high = level.centre - reach / np.sqrt(weights), level.centre + reach / np.sqrt(weights)
    if share:
        small = (n > 0) & (n <= _EXACT_UP_TO)
        scores_of = {size: exact_scores(int(size), level.centre, level.between) for size in np.unique(n[small])}
        for i in np.flatnonzero(small):
            scores = scores_of[n[i]]
            inside = np.flatnonzero(np.abs(scores) <= reach[i])
            z[i], low[i], high[i] = scores[int(total[i])], inside[0] / n[i], inside[-1] / n[i]
        low, high = low.clip(min=0), high.clip(max=1)
    return _chart(weeks.index, value, level.centre, low, high, first).assign(n=n), z


def _smoothed(
    index: pd.Index, z: np.ndarray, n: np.ndarray, level: WeeklyLevel, first: np.ndarray, limit: float
) -> tuple[pd.DataFrame, float]:
    """The chart of the smoothed deviation, which starts anew after its alarms; the p it would have without that."""
    shared, places = _shared(level, level.weights(n)), np.flatnonzero(~first)
    mean, reach = np.full(len(z), np.nan), np.full(len(z), np.nan)
    state = through = _AT_REST
    for i in places[n[places] > 0]:
        state = _step(state, z[i], shared[i], level.following)
        deviation = np.sqrt(state[1] + state[2] ** 2)
        mean[i], reach[i] = state[0], limit * deviation
        through = _step(through, z[i], shared[i], level.following)
        if abs(mean[i]) > reach[i]:
            state = _AT_REST
    away = abs(through[0]) / np.sqrt(through[1] + through[2] ** 2)
    p = float(2 * stats.t.sf(away, max(level.degrees, 1.0)))
    return _chart(index, mean, 0.0, -reach, reach, first), p


_AT_REST = (0.0, 0.0, 0.0, 0.0)


def _step(
    state: tuple[float, float, float, float], z: float, shared: float, following: float
) -> tuple[float, float, float, float]:
    """Mean, variance, what all weeks share of the baseline's error, and covariance with the newest week."""
    mean, variance, error, covariance = state
    keep = 1 - WEIGHT
    return (
        WEIGHT * z + keep * mean,
        WEIGHT**2 + 2 * WEIGHT * keep * following * covariance + keep**2 * variance,
        WEIGHT * shared + keep * error,
        WEIGHT + keep * following * covariance,
    )


def _shared(level: WeeklyLevel, weights: np.ndarray) -> np.ndarray:
    """How unsure the baseline's level is, in usual deviations of each week."""
    return np.sqrt(level.inflation * weights / level.precision)


def exact_scores(n: int, p: float, between: float = 0.0) -> np.ndarray:
    """The normal score of each count from 0 to *n* by its mid-p, where the weeks' shares vary around *p*.

    *between*: the variance of the weeks' true shares; they are beta-distributed, so that counts are beta-binomial.
    """
    k = np.arange(n + 1.0)
    chosen = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    spread = between / (p * (1 - p))
    if spread < 1e-9:
        logs = chosen + k * np.log(p) + (n - k) * np.log1p(-p)
    else:
        size = max(1 / min(spread, 0.99) - 1, 1e-3)
        a, b = p * size, (1 - p) * size
        logs = chosen + special.betaln(k + a, n - k + b) - special.betaln(a, b)
    mass = np.exp(logs)
    below = np.cumsum(mass) - mass / 2
    above = np.cumsum(mass[::-1])[::-1] - mass / 2
    tails = np.clip(np.minimum(below, above), 1e-300, 0.5)
    return np.where(below < above, 1, -1) * special.ndtri(tails)


def _chart(
    index: pd.Index, value: np.ndarray, centre: float, low: np.ndarray, high: np.ndarray, first: np.ndarray
) -> pd.DataFrame:
    """A chart of which only the watched weeks can give an alarm."""
    beyond = (value < low - 1e-12) | (value > high + 1e-12)
    columns = {
        "value": value, "centre": centre, "low": low, "high": high, "signal": beyond & ~first,
        "phase": np.where(first, 1, 2),
    }  # fmt: skip
    return pd.DataFrame(columns, index=index)
