"""Forecasts of short series: by hand where a hand can, and their intervals by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.monitoring.forecasts import FEWEST, ForecastMethod, forecast


def test_steps_are_those_of_a_hand() -> None:
    """10, 12, 13, 17, 18: mean step 2, steps off it by 0, −1, 2, −1, so s² = 6/3 = 2; h steps vary by 2(h + h²/4)."""
    found = forecast(np.array([10.0, 12, 13, 17, 18]), 2)
    assert found is not None and found.method is ForecastMethod.STEPS and found.n == 5
    centre, reach = np.array([20, 22]), stats.t.isf(0.025, 3) * np.sqrt([2 * 1.25, 2 * 3.0])
    assert found.value == pytest.approx(centre)
    assert found.low == pytest.approx(centre - reach) and found.high == pytest.approx(centre + reach)


def test_a_line_is_least_squares_with_its_prediction_interval() -> None:
    """Residuals that take turns follow nothing; what scipy fits is what is carried on."""
    at = np.arange(20)
    values = 5 + 3.0 * at + np.where(at % 2, 1.0, -1.0)
    found, fitted = forecast(values, 1), stats.linregress(at, values)
    assert found is not None and found.method is ForecastMethod.LINE
    residual = values - fitted.intercept - fitted.slope * at
    error = np.sqrt(residual @ residual / 18 * (1 + 1 / 20 + (20 - at.mean()) ** 2 / ((at - at.mean()) ** 2).sum()))
    assert found.value[0] == pytest.approx(fitted.intercept + fitted.slope * 20)
    assert found.high[0] - found.value[0] == pytest.approx(stats.t.isf(0.025, 18) * error)


def test_the_usual_season_comes_again() -> None:
    """Two years of months without noise: the next year is the same, as much higher as the trend says."""
    at = np.arange(36)
    values = 100 + 2.0 * at + 30 * (at % 12 == 7)
    found = forecast(values[:24], 12, season=12)
    assert found is not None and found.seasonal and found.value == pytest.approx(values[24:])


def test_too_few_values_are_not_carried_on() -> None:
    assert forecast(np.ones(FEWEST - 1), 1) is None


def test_equal_values_stay_equal() -> None:
    for n in (FEWEST, 30):
        found = forecast(np.full(n, 7.0), 3)
        assert found is not None and found.value == pytest.approx([7, 7, 7])


@pytest.mark.parametrize("follow", [0.0, 0.5, 1.0], ids=["line and noise", "in between", "random walk"])
@pytest.mark.parametrize(("n", "season"), [(6, 0), (16, 0), (30, 0), (16, 4), (24, 12)])
def test_the_interval_holds_in_93_of_100_series(follow: float, n: int, season: int) -> None:
    """Of the next three values, over all series, whatever ties a value to the one before it."""
    chance, series, ahead = np.random.default_rng(20261130), 1500, 3
    noise = chance.normal(size=(series, n + ahead))
    for t in range(1, n + ahead):
        noise[:, t] += follow * noise[:, t - 1]
    at = np.arange(n + ahead)
    values = 100 + 0.5 * at + (5 * np.sin(2 * np.pi * at / season) if season else 0) + noise
    held = 0
    for each in values:
        found = forecast(each[:n], ahead, season=season)
        assert found is not None
        held += int(((found.low <= each[n:]) & (each[n:] <= found.high)).sum())
    assert held / (series * ahead) >= 0.93
