"""Answers that are all the same have every figure, with limits that hold, and are in every comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.differences.comparison import (
    estimate_change,
    mean_change,
    net_promoter_change,
    segment_cells,
    segment_comparison,
    top_two_box_change,
)
from analysis.differences.crosstabs import rao_scott
from analysis.differences.groups import (
    cliffs_delta,
    dunn,
    games_howell,
    hedges_g,
    kruskal_wallis,
    left_out,
    mann_whitney,
    welch_anova,
)
from analysis.differences.hotspots import eras_of, hot_spots
from analysis.differences.ordinal import ordinal_comparison
from analysis.differences.rank_tests import weighted_rank_test
from analysis.differences.segments import score_cells
from analysis.estimates import Verdict
from analysis.intervals.constant_answers import limits_of_equal
from analysis.intervals.shares import share
from analysis.level.expectation import gap
from analysis.level.satisfaction import RatedDimension, customer_effort, dimension_scores, mean_of_numbers, mean_score
from analysis.monitoring.change_points import drift, slope
from analysis.monitoring.control_charts import cusum_chart, ewma_chart, xmr_chart
from analysis.monitoring.trends import weekly_trend
from analysis.sampling.complex_samples import Design, design_mean, design_net_promoter_score, design_top_two_box

BEST, REST = pd.Series([5.0] * 60), pd.Series([3.0, 4, 4, 5, 2, 4] * 20)
VALUES = pd.concat([BEST, REST], ignore_index=True)
BRANCHES = pd.Series(["城东"] * 60 + ["城西"] * 60 + ["城南"] * 60)


def _design(n: int, **more: object) -> Design:
    return Design(pd.Series(np.where(np.arange(n) % 3 == 0, 2.0, 1.0)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("n, value", [(60, 5.0), (240, 5.0), (50, 1.0), (2, 3.0), (12, 4.0)])
def test_limits_are_those_of_the_exact_binomial(n, value):
    """The part that may answer otherwise is what R's binom.test(n, n) leaves, put at the far ends of the scale."""
    lowest = stats.binomtest(n, n).proportion_ci(0.95).low
    estimate = mean_score(pd.Series([value] * n))
    below, above = value - (1 - lowest) * (value - 1), value + (1 - lowest) * (5 - value)
    assert estimate.figures() == pytest.approx((value, below, above))
    assert 1 <= estimate.low <= value <= estimate.high <= 5 and estimate.low < estimate.high


@pytest.mark.parametrize("n", [5, 20, 60, 240])
@pytest.mark.parametrize("elsewhere", [0.001, 0.01, 0.03, 0.1], ids="{:.1%} answer otherwise".format)
def test_limits_hold_near_the_edge(n, elsewhere):
    """Whatever part of everyone is at the far end, samples that agree miss the true mean at most once in forty."""
    true = 5 - 4 * elsewhere
    below, _ = limits_of_equal(5, n, 1, 5)
    agreeing = (1 - elsewhere) ** n
    assert below <= true or agreeing <= 0.025


@pytest.mark.parametrize("n", [5, 8, 10, 15, 20, 30, 40, 60])
@pytest.mark.parametrize("top", [0.9, 0.93, 0.95, 0.97, 0.99], ids="{:.0%} at the top".format)
@pytest.mark.parametrize("other", [4.0, 1.0], ids=["others beside it", "others at the far end"])
def test_intervals_hold_where_nearly_all_answer_alike(n, top, other):
    """Of all samples of n with this part of everyone at 5 and the rest at one other point, weighted by how probable
    they are (an exact enumeration, no simulation), at least 95 in 100 have the true mean in their interval.

    Student's interval alone held it in 91 where one of forty differed. Wilson's interval of a share is left as it is:
    near the edge its coverage swings between 86 and 98 % with n and the share, and is 95 % over them all.
    """
    true = 5 * top + other * (1 - top)
    held = sum(
        stats.binom.pmf(k, n, top)
        for k in range(n + 1)
        for found in [mean_score(pd.Series([5.0] * k + [other] * (n - k)))]
        if found.low - 1e-12 <= true <= found.high + 1e-12
    )
    assert held >= 0.95


@pytest.mark.parametrize("common, parts", [(5.0, (0.02, 0.03)), (3.0, (0.03, 0.03)), (1.0, (0.01, 0.06))])
def test_intervals_hold_where_the_few_differ_among_themselves(common, parts):
    """Simulated, with a fixed seed: a commonest answer at either end or in the middle, the rest at two other points."""
    rng = np.random.default_rng(19)
    points = [each for each in (1.0, 5.0, 4.0) if each != common][:2]
    shares = [1 - sum(parts), *parts]
    true = float(np.dot([common, *points], shares))
    for n in (10, 25, 40, 60):
        means = [mean_score(pd.Series(rng.choice([common, *points], n, p=shares))) for _ in range(600)]
        assert np.mean([each.low <= true <= each.high for each in means]) >= 0.95


def test_wilsons_interval_near_the_edge_is_right_on_average():
    """Over all n from 5 to 60 and top shares from .9 to .99 together."""
    grid = [(n, top) for n in range(5, 61) for top in np.linspace(0.9, 0.99, 10)]
    held = [
        sum(stats.binom.pmf(k, n, top) for k in range(n + 1) if share(k, n).low <= top <= share(k, n).high)
        for n, top in grid
    ]
    assert np.mean(held) >= 0.945 and min(held) > 0.8


def test_numbers_without_a_scale_keep_students_interval():
    """Nobody knows how far away the far end is."""
    given = pd.Series([20.0] * 39 + [30.0])
    plain = stats.ttest_1samp(given, 0).confidence_interval(0.95)
    assert mean_of_numbers(given).figures()[1:] == pytest.approx((plain.low, plain.high))


@pytest.mark.parametrize("given", [[5.0] * 6 + [4.0] * 4, [3.0, 5.0, 4.0], [5.0] * 80 + [4.0] * 20])
def test_where_many_differ_the_interval_is_students(given):
    """R: t.test(x)$conf.int, within the scale; few answers or lopsided ones have wider limits."""
    found, plain = mean_score(pd.Series(given)), stats.ttest_1samp(given, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((max(plain.low, 1), min(plain.high, 5)))


@pytest.mark.parametrize("n", [10, 30, 100])
def test_a_unanimous_group_raises_no_false_alarm(n):
    """A group that agrees by chance is no clear difference from everyone else, at most once in twenty times."""
    rng = np.random.default_rng(n)
    rest = pd.Series(rng.choice([1.0, 4.0, 5.0], 2000, p=[0.005, 0.015, 0.98]))
    draws = [pd.Series(rng.choice([1.0, 4.0, 5.0], n, p=[0.005, 0.015, 0.98])) for _ in range(400)]
    alarms = sum(mean_change(rest, each).verdict is Verdict.CLEAR for each in draws)
    assert alarms <= 20


def test_the_best_branch_is_compared_with_the_rest():
    """60 of 60 very satisfied: the branch is compared, clearly better, and nobody is left out of n."""
    found = segment_comparison(VALUES, BRANCHES)
    best = found["城东"]
    assert best.verdict is Verdict.CLEAR and best.difference > 1 and (best.after.n, best.before.n) == (60, 120)
    assert set(found) == {"城东", "城西", "城南"}


@pytest.mark.parametrize("compare", [mean_change, top_two_box_change], ids=["mean", "share"])
def test_two_unanimous_sides_are_compared(compare):
    """All 5 before and all 2 after is a clear fall; all 5 before and after is none, and both have an interval."""
    fell, same = compare(BEST, BEST * 0 + 2), compare(BEST, BEST)
    assert (fell.verdict is Verdict.CLEAR and fell.low < fell.difference) or fell.difference == -1
    assert same.difference == 0 and same.verdict is not Verdict.CLEAR and same.low < 0 < same.high
    assert same.n_needed is not None


def test_a_unanimous_recommendation_changes():
    """From all detractors to all promoters is a clear rise."""
    assert net_promoter_change(pd.Series([0.0] * 30), pd.Series([10.0] * 30)).verdict is Verdict.CLEAR


def test_the_worst_branch_is_a_hot_spot():
    """50 of 50 ratings of 1 are a hot spot, as they are when one answer differs."""
    for last in (1.0, 2.0):
        rows = pd.DataFrame({"repair": [1.0] * 49 + [last] + [4.0, 5, 3] * 50, "day": pd.NaT})
        rows, eras = eras_of(rows.assign(district=["城东"] * 50 + ["城西"] * 75 + ["城南"] * 75), None)
        dimensions = {"repair": RatedDimension("抢修", ["repair"], 1, 5)}
        (spot,) = hot_spots(rows[["repair"]], rows[["district"]], eras, dimensions)
        assert spot.segment == "城东" and spot.change.after.n == 50


def test_a_small_unanimous_group_is_no_hot_spot_by_itself():
    """Ten of ten ratings of 5 where nearly everybody gives a 5 say nothing."""
    rng = np.random.default_rng(2)
    ratings = np.r_[[4.0] * 10, rng.choice([4.0, 5.0], 300, p=[0.7, 0.3])]
    rows = pd.DataFrame({"repair": ratings, "day": pd.NaT, "district": ["城东"] * 10 + ["城西"] * 300})
    rows, eras = eras_of(rows, None)
    assert not hot_spots(
        rows[["repair"]], rows[["district"]], eras, {"repair": RatedDimension("抢修", ["repair"], 1, 5)}
    )


def test_unanimous_groups_are_in_every_comparison_of_means():
    """Welch's F and the pairs of Games and Howell count all groups with two answers, and find the one that differs."""
    test, pairs = welch_anova(VALUES, BRANCHES, low=1, high=5), games_howell(VALUES, BRANCHES, low=1, high=5)
    assert test.n == 180 and test.p < 0.001
    assert {(each.first, each.second) for each in pairs} == {("城东", "城南"), ("城东", "城西"), ("城南", "城西")}
    assert max(each.p_adjusted for each in pairs if "城东" in (each.first, each.second)) < 0.001


def test_groups_that_all_say_the_same_don_t_differ():
    """Where everybody gives the same answer no test refuses; each says that nothing differs."""
    same = VALUES * 0 + 4
    tests = [welch_anova(same, BRANCHES), welch_anova(same, BRANCHES, low=1, high=5), kruskal_wallis(same, BRANCHES)]
    tests += [mann_whitney(same[:60], same[60:]), weighted_rank_test(same, BRANCHES, _design(180)), drift(same)]
    assert all(each.ok and each.p == 1 for each in tests)
    assert all(each.p_adjusted == 1 and each.estimate.low < 0 < each.estimate.high for each in dunn(same, BRANCHES))
    assert hedges_g(same, same).value == 0 == slope(same).value


def test_groups_that_all_say_the_same_do_not_differ_in_the_ordinal_model():
    """Nor does it refuse; only where there are no two groups nothing can be compared."""
    groups = pd.Series(["a"] * 60 + ["b"] * 60)
    same = ordinal_comparison(pd.Series([5.0] * 120), groups)
    assert (same.test.p, same.test.n, same.test.refusal, same.log_odds) == (1.0, 120, None, {})
    assert ordinal_comparison(pd.Series([5.0] * 120), pd.Series(["a"] * 120)).test.refusal is not None


def test_those_with_too_few_answers_are_named():
    """A group of one answer can't be compared, and neither can one without: both are named with their number."""
    assert left_out(pd.Series([1.0, 2, 3, np.nan]), pd.Series(list("aabc"))) == {"b": 1, "c": 0}


def test_complete_separation_has_limits():
    """When every answer of one group is above every one of the other, the difference is 1, yet less is possible."""
    value, low, high = cliffs_delta(BEST, BEST - 1).figures()
    assert (value, high) == (1, 1) and 0.8 < low < 1
    assert hedges_g(BEST, BEST - 1).ok


@pytest.mark.parametrize("measure", [design_mean, design_top_two_box, design_net_promoter_score])
def test_weighted_figures_of_equal_answers(measure):
    """Weighted equal answers have limits, wider than unweighted ones; clusters that agree count once each."""
    ratings = pd.Series([5.0] * 60) if measure is not design_net_promoter_score else pd.Series([10.0] * 60)
    weighted = measure(ratings, _design(60))
    plain = measure(ratings, Design(pd.Series(1.0, index=range(60))))
    clustered = measure(ratings, _design(60, clusters=pd.Series(np.arange(60) // 10)))
    assert clustered.low < weighted.low < plain.low < plain.value == plain.high
    change = estimate_change(weighted, measure(pd.Series([1.0] * 60), _design(60)))
    assert change.verdict is Verdict.CLEAR and change.difference < 0


def test_weighted_ranks_and_crosstabs_take_unanimous_groups():
    """Weighted ranks of groups that each agree, and a weighted table with an empty cell, are tested."""
    values, groups = pd.Series([5.0] * 40 + [4.0] * 40 + [3.0] * 40), pd.Series(["a"] * 40 + ["b"] * 40 + ["c"] * 40)
    ranks = weighted_rank_test(values, groups, _design(120))
    table = rao_scott(groups, pd.Series(["是"] * 40 + ["是", "否"] * 40), _design(120))
    assert ranks.ok and ranks.p < 0.001 and table.ok and table.p < 0.001


def test_gaps_numbers_and_effort_of_equal_answers():
    """Expectations met alike, numbers that are all the same, and effort: a value with an interval each."""
    for estimate in (gap(BEST, BEST - 1), mean_of_numbers(BEST * 8), customer_effort(BEST + 2)):
        value, low, high = estimate.figures()
        assert low <= value <= high and low < high
    assert mean_of_numbers(BEST).caveats


def test_heat_map_trend_and_dimension_show_unanimous_cells():
    """Cells, weeks and dimensions in which everyone agrees have their figures."""
    dimensions = {"x": RatedDimension("抢修", ["x"], 1, 5)}
    rows = pd.DataFrame({"x": VALUES})
    cells = score_cells(rows, BRANCHES, dimensions)
    assert cells["value"].notna().all() and segment_cells(VALUES, BRANCHES, BRANCHES)["value"].notna().sum() == 3
    assert dimension_scores(rows[:60], dimensions)["x"].ok
    days = pd.Series(pd.date_range("2026-01-05", periods=180, freq="D"))
    trend = weekly_trend(VALUES, days, mean_score)
    assert trend.loc[trend["n"] == 7, "value"].notna().all()


@pytest.mark.parametrize("chart", [xmr_chart, ewma_chart, cusum_chart])
def test_a_steady_series_has_a_chart_without_signals(chart):
    """A series that never moves is drawn, and nothing in it is out of the ordinary."""
    drawn = chart(pd.Series([4.5] * 12))
    assert not drawn["signal"].any() and drawn["value"].notna().all()
