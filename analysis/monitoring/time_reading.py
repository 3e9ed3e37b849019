"""What kind of change a series shows: a sudden shift, a slow drift, only the season, only another mix, or none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis.differences.groups import kruskal_wallis
from analysis.differences.significance import SignificanceTest
from analysis.estimates import Estimate
from analysis.monitoring.change_points import MixDecomposition, ShiftPoint, drift, season, shift_point, slope

# Shift and drift are both looked for, so each has half of the five in a hundred.
ALPHA = 0.025
SHORTEST = 8


class SeriesChange(StrEnum):
    """How a series changed: not, all at once, slowly, by another mix alone, or it is too short to tell."""

    STEADY = "steady"
    SHIFT = "shift"
    DRIFT = "drift"
    MIX = "mix"
    TOO_SHORT = "too short"


@dataclass(frozen=True)
class TimeReading:
    """The kind of change with what it rests on.

    `season` is the usual deviation of each calendar month, where two years were seen and the months differ; trend,
    shift and slope are of the series without it. `shift_label` is the last point before the shift, `shift_span` the
    points between which it lies with 95 % confidence.
    """

    kind: SeriesChange
    season: pd.Series | None
    trend: SignificanceTest
    shift: ShiftPoint | None
    shift_label: object
    shift_span: tuple[object, object] | None
    slope: Estimate
    mix: MixDecomposition | None
    n: int


def time_reading(values: pd.Series, mix: MixDecomposition | None = None) -> TimeReading:
    """Read a series in time order, best with a DatetimeIndex of months; *mix* compares its last period with the first.

    Where both a shift and a drift are found, the one that leaves less unexplained for its parameters is told (BIC).
    """
    given = values.astype(float)
    given = given[np.isfinite(given)]
    n = len(given)
    effects = _seasonal(given)
    if effects is not None:
        given = given - effects.reindex(pd.DatetimeIndex(given.index).month).to_numpy()
    trend, shift = drift(given), shift_point(given, alpha=ALPHA)
    kind = SeriesChange.STEADY if n >= SHORTEST else SeriesChange.TOO_SHORT
    drifting = trend.p is not None and trend.p < ALPHA
    if n >= SHORTEST and (drifting or shift is not None):
        kind = _kind(given.to_numpy(), shift, drifting, mix)
    label = given.index[shift.position] if shift is not None else None
    between = (given.index[shift.low], given.index[shift.high]) if shift is not None else None
    return TimeReading(kind, effects, trend, shift, label, between, slope(given), mix, n)


def _seasonal(values: pd.Series) -> pd.Series | None:
    """The season, where the months differ beyond what chance gives."""
    if not isinstance(values.index, pd.DatetimeIndex):
        return None
    effects = season(values)
    if effects is None:
        return None
    halves = np.array([0.5] + [1.0] * 11 + [0.5]) / 12
    level = values.rolling(13, center=True).apply(lambda window: float(window @ halves), raw=True)
    away = (values - level).dropna()
    # With one year's deviations there is nothing to compare a month with.
    months = pd.Series(pd.DatetimeIndex(away.index).month.astype(str), index=away.index)
    test = kruskal_wallis(away, months)
    return effects if test.p is not None and test.p < 0.05 else None


def _kind(values: np.ndarray, shift: ShiftPoint | None, drifting: bool, mix: MixDecomposition | None) -> SeriesChange:
    if mix is not None and abs(mix.mix) > abs(mix.within):
        return SeriesChange.MIX
    if shift is None:
        return SeriesChange.DRIFT
    if not drifting:
        return SeriesChange.SHIFT
    time = np.arange(len(values), dtype=float)
    line = values - np.polyval(np.polyfit(time, values, 1), time)
    steps = values - np.where(time <= shift.position, shift.before, shift.after)
    by_line, by_step = (_criterion(residual, k) for residual, k in ((line, 2), (steps, 3)))
    return SeriesChange.SHIFT if by_step < by_line else SeriesChange.DRIFT


def _criterion(residual: np.ndarray, parameters: int) -> float:
    """Schwarz's criterion (1978) of a least squares fit."""
    n = len(residual)
    return float(n * np.log(max((residual**2).mean(), 1e-12)) + parameters * np.log(n))
