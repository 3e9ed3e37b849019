"""A shift, a drift, the season and a change of mix are told apart."""

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.sentences import sentence
from analysis.interpretation.time_series import CHANGES
from analysis.monitoring.change_points import mix_decomposition
from analysis.monitoring.time_reading import SeriesChange, time_reading

MONTHS = pd.date_range("2022-01-01", periods=48, freq="MS")
TIME = np.arange(48)
SEASON = 0.4 * np.sin(2 * np.pi * TIME / 12)
NOISE = np.random.default_rng(7).normal(0, 0.08, 48)


def series(course, index=MONTHS):
    return pd.Series(4 + NOISE[: len(index)] + course[: len(index)], index=index)


@pytest.mark.parametrize(
    "course, kind, seasonal",
    [
        (0 * TIME, SeriesChange.STEADY, False),
        (np.where(TIME < 30, 0, -0.5), SeriesChange.SHIFT, False),
        (-0.02 * TIME, SeriesChange.DRIFT, False),
        (SEASON, SeriesChange.STEADY, True),
        (SEASON + np.where(TIME < 30, 0, -0.5), SeriesChange.SHIFT, True),
    ],
    ids=["nothing", "shift", "drift", "season", "season and shift"],
)
def test_the_kind_of_change_is_told(course, kind, seasonal):
    found = time_reading(series(course))
    assert found.kind is kind and (found.season is not None) is seasonal
    assert sentence(found, "zh").endswith("。") and sentence(found, "en").endswith(".")


def test_a_shift_is_dated():
    found = time_reading(series(np.where(TIME < 30, 0, -0.5)))
    assert found.shift_label == MONTHS[29] and "2024-06-01" in sentence(found)
    assert found.shift_span is not None and found.shift_span[0] <= MONTHS[29] <= found.shift_span[1]


def test_a_shift_is_told_with_the_interval_of_its_date():
    """A small step among much noise could have been at many points, and the sentence says between which."""
    noisy = pd.Series(4 + 3 * NOISE - np.where(TIME < 30, 0, 0.4), index=MONTHS)
    found = time_reading(noisy)
    assert found.kind is SeriesChange.SHIFT and found.shift_span is not None
    first, last = found.shift_span
    assert first < found.shift_label < last
    assert f"95% 区间 {first:%Y-%m-%d} 至 {last:%Y-%m-%d}" in sentence(found)
    assert f"95% interval {first:%Y-%m-%d} to {last:%Y-%m-%d}" in sentence(found, "en")


def test_a_change_of_mix_is_no_change_of_the_customers():
    """Each kind of customer stays as satisfied, but more of the critical kind come."""
    old, new = pd.Series([5.0] * 80 + [2.0] * 20), pd.Series([5.0] * 40 + [2.0] * 60)
    kinds = [pd.Series(["home"] * n + ["firm"] * (100 - n)) for n in (80, 40)]
    mix = mix_decomposition(old, new, *kinds)
    assert time_reading(series(np.where(TIME < 30, 0, -1.0)), mix).kind is SeriesChange.MIX


@pytest.mark.parametrize(
    "values", [[], [4.0], [4.0] * 3, [np.nan] * 20, [np.inf] * 20], ids=["empty", "one", "few", "missing", "infinite"]
)
def test_too_short_a_series_is_said_so(values):
    found = time_reading(pd.Series(values, dtype=float))
    assert found.kind is SeriesChange.TOO_SHORT and not found.slope.ok and "nan" not in sentence(found, "en")


def test_a_constant_series_is_steady():
    found = time_reading(pd.Series([4.0] * 20))
    assert found.kind is SeriesChange.STEADY and found.slope.figures() == (0, 0, 0) and found.trend.p == 1


def test_every_kind_has_words():
    """A kind that is added is found here before somebody sees its code on a page."""
    assert CHANGES.keys() == set(SeriesChange)
