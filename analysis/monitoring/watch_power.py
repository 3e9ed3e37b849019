"""How probably a watch would have seen a fall within a quarter: without it, silence says nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy import signal

from analysis.monitoring.joint_watch import QUARTER, WEIGHT, Watch
from analysis.monitoring.weekly_level import WeeklyLevel

ENOUGH = 0.8
_DRAWS = 1000
_SIZES = (5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000)


def usual_n(watch: Watch) -> int:
    """The number of answers of a usual watched week (the median of those with answers)."""
    weights = watch.weeks_n[watch.weeks_n > 0]
    return int(np.median(weights)) if len(weights) else 0


def chance_to_see(watch: Watch, fall: float, n: int | None = None) -> float | None:
    """The probability of an alarm within a quarter after a lasting *fall*, with *n* answers a week (by default usual).

    A given *n* is that of the baseline's weeks too. None where there is no level to fall from.
    """
    level, usual = watch.level, usual_n(watch)
    if level is None or usual < 1:
        return None
    if n is None:
        return _chance(level, watch.limit, fall, usual)
    now, then = level.weights(np.array([float(usual), float(n)]))
    return _chance(replace(level, precision=level.precision * then / now), watch.limit, fall, n)


def n_needed(watch: Watch, fall: float) -> int | None:
    """About how many answers a week would see the *fall* with power .8; None where no number would."""
    return next((n for n in _SIZES if (chance_to_see(watch, fall, n) or 0) >= ENOUGH), None)


@lru_cache(maxsize=512)
def _chance(level: WeeklyLevel, limit: float, fall: float, n: int) -> float:
    weight = float(level.weights(np.array([float(n)]))[0])
    shift, shared = fall * np.sqrt(weight), np.sqrt(level.inflation * weight / level.precision)
    rng = np.random.default_rng(1959)
    fresh = rng.normal(size=(_DRAWS, QUARTER))
    fresh[:, 1:] *= np.sqrt(1 - level.following**2)
    z = signal.lfilter([1], [1, -level.following], fresh, axis=1)
    z = z - shift + shared * rng.normal(size=(_DRAWS, 1))
    smooth = signal.lfilter([WEIGHT], [1, WEIGHT - 1], z, axis=1)
    reach = limit * smoothed_deviations(QUARTER, shared, level.following)
    seen = (z < -limit * np.sqrt(1 + shared**2)) | (smooth < -reach)
    return float(seen.any(axis=1).mean())


def smoothed_deviations(weeks: int, shared: float, following: float) -> np.ndarray:
    """The standard deviation of the smoothed mean after each week, the baseline's error included."""
    keep, variance, error, covariance, found = 1 - WEIGHT, 0.0, 0.0, 0.0, []
    for _ in range(weeks):
        variance = WEIGHT**2 + 2 * WEIGHT * keep * following * covariance + keep**2 * variance
        error = WEIGHT * shared + keep * error
        covariance = WEIGHT + keep * following * covariance
        found.append(np.sqrt(variance + error**2))
    return np.array(found)
