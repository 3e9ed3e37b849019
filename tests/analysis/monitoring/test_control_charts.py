"""Control charts against handbooks and published run lengths, and their false alarms on quiet data."""

import numpy as np
import pandas as pd
import pytest

from analysis.monitoring.control_charts import AlarmBudget, cusum_chart, ewma_chart, p_chart, xmr_chart
from analysis.monitoring.run_lengths import (
    cusum_limit,
    cusum_run_length,
    ewma_run_length,
    ewma_width,
    shewhart_run_length,
)

JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
NIST_XMR = pd.Series([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])


def test_p_chart_of_orange_juice_cans():
    """Montgomery, Introduction to Statistical Quality Control: 30 samples of 50 cans."""
    chart = p_chart(pd.Series(JUICE), pd.Series([50] * 30), limits="normal")
    first = chart.iloc[0]
    assert first["centre"] == pytest.approx(0.2313333333)
    assert (first["low"], first["high"]) == pytest.approx((0.05242754807, 0.4102391186), abs=1e-8)
    assert (np.flatnonzero(chart["signal"]) + 1).tolist() == [15, 23]


def test_xmr_chart_of_the_nist_handbook():
    chart = xmr_chart(NIST_XMR)
    assert chart["centre"].iloc[0] == pytest.approx(50.81)
    assert (chart["high"].iloc[0], chart["low"].iloc[0]) == pytest.approx((55.8041, 45.8159), abs=2e-3)
    assert not chart["signal"].any()


def test_ewma_limits_of_the_nist_handbook():
    """EWMA₀ = 50, s = 2.0539, λ = 0.3, limits at three sigmas."""
    chart = ewma_chart(NIST_XMR, weight=0.3, target=50, sigma=2.0539, width=3)
    assert (chart["high"].iloc[0], chart["low"].iloc[0]) == pytest.approx((52.58843174, 47.41156826), abs=1e-4)
    assert chart["value"].iloc[0] == pytest.approx(0.3 * 49.6 + 0.7 * 50)


@pytest.mark.parametrize(
    "length, expected",
    [
        (cusum_run_length(0.5, 5), 465.4435),
        (cusum_run_length(0.5, 4), 167.6838),
        (ewma_run_length(0.1, 2.814), 499.58),
        (ewma_run_length(0.2, 2.962), 499.735),
        (shewhart_run_length(3), 370.398),
    ],
    ids=["cusum 5", "cusum 4", "ewma .1", "ewma .2", "shewhart"],
)
def test_average_run_lengths(length, expected):
    """R spc: xcusum.arl, xewma.arl."""
    assert length == pytest.approx(expected, rel=2e-5)


def test_limits_follow_from_the_run_length():
    assert cusum_limit(465.4435, 0.5) == pytest.approx(5, abs=1e-5)
    assert ewma_width(499.58, 0.1) == pytest.approx(2.814, abs=1e-4)
    assert cusum_run_length(0.5, 5, shift=1) == pytest.approx(10.4, abs=0.1)


def test_a_budget_gives_each_point_its_part():
    """One false alarm a quarter over 100 weekly charts."""
    budget = AlarmBudget(charts=100, points_per_period=13)
    assert budget.alpha == pytest.approx(1 / 1300) and budget.run_length == pytest.approx(1300)


@pytest.mark.parametrize("share, n", [(0.95, 20), (0.8, 60), (0.98, 30)])
def test_quiet_years_stay_within_the_budget(share, n):
    """Exact limits for small n: ten quiet years of a hundred weekly charts, at most one false alarm a quarter."""
    rng = np.random.default_rng(12)
    budget = AlarmBudget(charts=100, points_per_period=13)
    alarms = 0
    size = pd.Series([n] * 572)
    for _ in range(10):
        hits = pd.Series(rng.binomial(n, share, 572))
        alarms += int(p_chart(hits, size, alpha=budget.alpha, baseline=52)["signal"][52:].sum())
    assert alarms / (10 * 520) <= budget.alpha * 1.7  # 4 expected; more than 6 would be chance in one of ten runs


def test_three_sigma_limits_cry_wolf_where_exact_ones_do_not():
    """n = 20, p = .95: normal limits give several times the nominal false alarms."""
    rng = np.random.default_rng(3)
    hits, size = pd.Series(rng.binomial(20, 0.95, 4000)), pd.Series([20] * 4000)
    normal = p_chart(hits, size, limits="normal")["signal"].mean()
    exact = p_chart(hits, size)["signal"].mean()
    assert normal > 3 * 0.0027 and exact <= 0.0027 * 1.3


def test_laney_widens_for_variation_beyond_chance():
    rng = np.random.default_rng(4)
    size = pd.Series([5000] * 40)
    hits = pd.Series(rng.binomial(5000, np.clip(rng.normal(0.8, 0.02, 40), 0, 1)))
    assert p_chart(hits, size, limits="normal")["signal"].sum() > 5
    assert p_chart(hits, size, limits="laney")["signal"].sum() <= 1


def test_a_lasting_fall_is_seen_by_every_chart():
    rng = np.random.default_rng(5)
    values = pd.Series(np.concatenate([rng.normal(4, 0.2, 40), rng.normal(3.6, 0.2, 20)]))
    for chart in (ewma_chart(values, baseline=40), cusum_chart(values, baseline=40)):
        assert not chart["signal"][:40].any() and chart["signal"][40:].any()
        assert chart["phase"].tolist() == [1] * 40 + [2] * 20
    assert (cusum_chart(values, baseline=40)["value"][45:] < 0).any()


def test_empty_points_have_no_signal():
    chart = p_chart(pd.Series([8, 0, 9]), pd.Series([10, 0, 10]))
    assert not chart["signal"].iloc[1] and pd.isna(chart["value"].iloc[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: p_chart(pd.Series([0]), pd.Series([0])),
        lambda: p_chart(pd.Series([5]), pd.Series([2])),
        lambda: xmr_chart(pd.Series([np.nan, np.nan])),
        lambda: xmr_chart(pd.Series([], dtype=float)),
        lambda: xmr_chart(pd.Series([1.0, 2]), baseline=3),
        lambda: cusum_limit(0.5),
    ],
    ids=["no answers", "more hits", "missing", "empty", "baseline", "run length"],
)
def test_impossible_baselines_are_refused(call):
    with pytest.raises(ValueError):
        call()


@pytest.mark.parametrize("limit_of", [ewma_width, cusum_limit], ids=["EWMA", "CUSUM"])
def test_limits_allow_for_a_short_baseline(limit_of):
    """The fewer points the level was learnt from, the wider the limits; with very many they are as if it was known."""
    wide, narrow, known = limit_of(370.4, baseline=20), limit_of(370.4, baseline=200), limit_of(370.4)
    assert wide > narrow > known and limit_of(370.4, baseline=50_000) == pytest.approx(known, rel=0.01)


def test_watched_points_keep_their_false_alarm_rate_after_a_short_baseline():
    """XmR at 1 % a point from 26 quiet weeks: near 1 %, where limits of a known level would give about 3 %."""
    rng = np.random.default_rng(26)
    signals = [
        xmr_chart(pd.Series(rng.normal(size=126)), alpha=0.01, baseline=26)["signal"].iloc[26:] for _ in range(400)
    ]
    assert 0.006 < np.mean([each.mean() for each in signals]) < 0.013


def test_a_baseline_that_is_too_short_for_the_budget_is_refused_in_words():
    with pytest.raises(ValueError, match="baseline is too short"):
        cusum_limit(1300.0, baseline=6)
