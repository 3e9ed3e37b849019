"""The next values of a short series of totals, by a straight line or by its usual step, with a prediction interval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FEWEST = 5  # values that a forecast is made from
_FOR_A_LINE = 16  # fewer values can't tell a line from steps
_LIKE_THE_ONE_BEFORE = 0.2  # beyond it residuals follow each other, and a line's interval would be too narrow
Numbers = NDArray[np.float64]


class ForecastMethod(StrEnum):
    """How the values were carried on."""

    LINE = "line"  # least squares through all values
    STEPS = "steps"  # the last value, and the mean step from one to the next: a random walk with drift


@dataclass(frozen=True)
class Forecast:
    """The values to come, in their order, each with the limits between which it falls with `confidence`."""

    value: Numbers
    low: Numbers
    high: Numbers
    method: ForecastMethod
    seasonal: bool
    n: int
    confidence: float


def forecast(values: Numbers, ahead: int, *, season: int = 0, confidence: float = 0.95) -> Forecast | None:
    """The next *ahead* values; None of fewer than five values.

    From sixteen values on a straight line is drawn through them (trend and, of *season* values a year, the usual
    difference of each season, where there are two years of them), unless its residuals follow each other; then, and
    of fewer values, the mean step is carried on from the last value (Hyndman & Athanasopoulos 2021, 5.2 and 7). The
    limits are those of the t distribution; they hold for both kinds of series, and for those in between.
    """
    n = len(values)
    if n < FEWEST:
        return None
    seasons = season if season and n >= max(2 * season, _FOR_A_LINE) else 0
    line = _line(values, ahead, seasons)
    free = n >= _FOR_A_LINE and line[2] < _LIKE_THE_ONE_BEFORE
    centre, error, degrees = (line[0], line[1], n - line[3]) if free else _steps(values, ahead, seasons)
    reach = float(stats.t.isf((1 - confidence) / 2, degrees)) * error
    method = ForecastMethod.LINE if free else ForecastMethod.STEPS
    return Forecast(centre, centre - reach, centre + reach, method, bool(seasons), n, confidence)


def _line(values: Numbers, ahead: int, seasons: int) -> tuple[Numbers, Numbers, float, int]:
    """Centre, standard error, how much residuals follow each other (freed of its bias in short series), parameters."""
    n = len(values)
    design = _design(np.arange(n + ahead), seasons)
    inside, coming = design[:n], design[n:]
    fitted, residual, variance = _least_squares(inside, values)
    spread = np.einsum("ij,jk,ik->i", coming, np.linalg.pinv(inside.T @ inside), coming)
    total = float(residual @ residual)
    follow = float(residual[1:] @ residual[:-1]) / total if total > 1e-9 * float(values @ values + 1) else 0.0
    parameters = design.shape[1]
    return coming @ fitted, np.sqrt(variance * (1 + spread)), follow + (parameters + 2) / n, parameters


def _steps(values: Numbers, ahead: int, seasons: int) -> tuple[Numbers, Numbers, int]:
    """Centre, standard error and degrees of freedom of the last value and the usual steps from it."""
    n = len(values)
    design = _design(np.arange(1, n + ahead), seasons)[:, [0, *range(2, 2 + max(seasons - 1, 0))]]
    inside, coming = design[: n - 1], np.cumsum(design[n - 1 :], axis=0)
    usual, _residual, variance = _least_squares(inside, np.diff(values))
    spread = np.einsum("ij,jk,ik->i", coming, np.linalg.pinv(inside.T @ inside), coming)
    return values[-1] + coming @ usual, np.sqrt(variance * (np.arange(1, ahead + 1) + spread)), n - 1 - design.shape[1]


def _design(at: NDArray[np.int64], seasons: int) -> Numbers:
    """One, the time, and a mark for each season but the first."""
    marks = (at[:, None] % seasons == np.arange(1, seasons)) if seasons else np.empty((len(at), 0))
    return np.column_stack([np.ones(len(at)), at, marks]).astype(float)


def _least_squares(design: Numbers, values: Numbers) -> tuple[Numbers, Numbers, float]:
    fitted = np.linalg.lstsq(design, values, rcond=None)[0]
    residual = values - design @ fitted
    return np.asarray(fitted, float), residual, float(residual @ residual) / (len(values) - design.shape[1])
