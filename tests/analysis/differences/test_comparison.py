"""Differences between two figures and between segments."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.differences.comparison import (
    correct_changes,
    estimate_change,
    mean_change,
    net_promoter_change,
    segment_cells,
    segment_comparison,
    share_change,
    top_two_box_change,
)
from analysis.differences.multiplicity import benjamini_hochberg, holm
from analysis.estimates import Verdict
from analysis.interpretation.sentences import sentence
from analysis.intervals.shares import share
from analysis.sampling.complex_samples import Design, design_mean

BH1995 = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.759,
    1,
]
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
RATINGS = st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=30)


def nps_answers(promoters: int, passives: int, detractors: int) -> pd.Series:
    return pd.Series([10] * promoters + [8] * passives + [3] * detractors, dtype=float)


def test_difference_of_shares_has_newcombes_interval():
    """Newcombe 1998, method 10: 56/70 − 48/80."""
    change = share_change(share(48, 80), share(56, 70))
    assert change.figures() == pytest.approx((0.2, 0.0524314724, 0.333872654), abs=1e-8)
    assert change.verdict is Verdict.CLEAR


def test_difference_of_nps_is_the_adjusted_wald_z():
    """60/25/15 against 45/30/25."""
    change = net_promoter_change(nps_answers(45, 30, 25), nps_answers(60, 25, 15))
    assert change.p == pytest.approx(0.02502952101, abs=1e-8)
    assert change.figures() == pytest.approx((25, 3.043343697, 45.50034562), abs=1e-6)


def test_difference_of_means_is_welchs():
    """R: t.test(extra ~ group, data = sleep)."""
    change = mean_change(pd.Series(SLEEP[1]), pd.Series(SLEEP[0]), low=-5, high=10)
    assert change.p == pytest.approx(0.0793941, abs=1e-7)
    assert change.difference == pytest.approx(-1.58)
    assert (change.low, change.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)


def test_n_needed_is_the_one_to_detect_the_relevant_difference():
    """From 80 % to 85 % with power .8: 906 per group; a fall to 75 % needs more, and is what is reported."""
    change = share_change(share(80, 100), share(85, 100), relevant=0.05)
    assert change.n_needed == 1094
    assert change.verdict is Verdict.TOO_FEW


@pytest.mark.parametrize("adjust, rejected", [(holm, 3), (benjamini_hochberg, 4)])
def test_corrections_of_the_published_family(adjust, rejected):
    """Benjamini & Hochberg 1995, section 4.1; R: p.adjust."""
    adjusted = adjust(BH1995)
    assert sum(p <= 0.05 for p in adjusted) == rejected
    assert adjust(BH1995[::-1]) == pytest.approx(adjusted[::-1])


def test_corrections_of_nothing():
    assert holm([]) == [] and benjamini_hochberg([]) == []


def test_the_odd_segment_stands_out_and_the_family_is_named():
    rng = np.random.default_rng(3)
    districts = pd.Series(np.repeat(["东", "西", "南", "北"], 100))
    ratings = pd.Series(rng.integers(3, 6, 400).astype(float)).where(districts != "东", rng.integers(1, 5, 400))
    changes = segment_comparison(ratings, districts)
    assert changes["东"].clearly_down and "4 个分组" in str(changes["东"].family)
    assert changes["东"].p_adjusted >= changes["东"].p
    assert (changes["东"].before.n, changes["东"].after.n) == (300, 100)


def test_weighted_figures_are_compared_by_their_standard_errors():
    """With equal weights the z test is Welch's but for its t tail; clusters make the same difference less sure."""
    rng = np.random.default_rng(6)
    old, new = (pd.Series(rng.normal(mean, 0.8, 400).clip(1, 5)) for mean in (4.0, 3.85))
    equal = Design(pd.Series(1.0, index=old.index))
    change = estimate_change(design_mean(old, equal), design_mean(new, equal))
    assert change.p == pytest.approx(mean_change(old, new).p, rel=0.05) and change.clearly_down
    branches = pd.Series(np.repeat(range(8), 50))
    sorted_old, sorted_new = (side.sort_values(ignore_index=True) for side in (old, new))
    clustered = Design(equal.weights, clusters=branches)
    unsure = estimate_change(design_mean(sorted_old, clustered), design_mean(sorted_new, clustered))
    assert unsure.p > 0.05 and unsure.n_needed > 10 * change.n_needed
    assert not estimate_change(design_mean(old.head(1), Design(equal.weights.head(1))), design_mean(new, equal)).ok


def test_a_family_with_half_the_budget_needs_twice_the_evidence():
    rng = np.random.default_rng(3)
    changes = {name: mean_change(*(pd.Series(rng.integers(1, 6, 50).astype(float)) for _ in "12")) for name in "ab"}
    whole, half = correct_changes(changes, "全部"), correct_changes(changes, "一半", part=0.5)
    for name in changes:
        assert half[name].p_adjusted == pytest.approx(min(2 * whole[name].p_adjusted, 1))


def test_small_segments_are_not_compared():
    segments = pd.Series(["大"] * 20 + ["小"] * 4 + [None] * 3)
    changes = segment_comparison(pd.Series([5, 4, 3] * 9, dtype=float), segments)
    assert set(changes) == {"大"} or set(changes) == set()
    assert "小" not in changes


def test_cells_have_the_measure_and_hide_the_small():
    rng = np.random.default_rng(8)
    rows = pd.Series(np.repeat(["甲", "乙"], 60))
    columns = pd.Series(np.tile(["东", "西", "南"], 40))
    values = pd.Series(rng.integers(1, 6, 120).astype(float))
    cells = segment_cells(values, rows, columns).set_index(["row", "column"])
    inside = values[(rows == "甲") & (columns == "东")]
    assert cells.loc[("甲", "东"), "value"] == pytest.approx(inside.mean()) and cells["n"].eq(20).all()
    thin = values.where(~((rows == "甲") & (columns == "东") & (values.index > 8)))
    hidden = segment_cells(thin, rows, columns).set_index(["row", "column"])["value"].isna()
    assert hidden[("甲", "东")] and hidden.sum() == 4
    assert segment_cells(values.iloc[:0], rows, columns).empty


@pytest.mark.parametrize("compare", [mean_change, top_two_box_change, net_promoter_change])
@given(before=RATINGS, after=RATINGS)
def test_a_change_is_antisymmetric_and_never_nan(compare, before, after):
    old, new = pd.Series(before, dtype=float), pd.Series(after, dtype=float)
    forward, backward = compare(old, new), compare(new, old)
    assert "nan" not in sentence(forward) + sentence(forward, "en")
    if forward.ok:
        difference, low, high = forward.figures()
        assert low <= difference <= high
        assert backward.figures() == pytest.approx((-difference, -high, -low), abs=1e-9)
        assert forward.p == pytest.approx(backward.p, abs=1e-9)


def test_power_for_a_fall_of_ten_points():
    """A fall of the top-two-box share by 10 points at n = 300 is seen in at least four of five cases."""
    rng = np.random.default_rng(11)
    seen = [
        share_change(share(int(rng.binomial(300, 0.85)), 300), share(int(rng.binomial(300, 0.75)), 300)).clearly_down
        for _ in range(400)
    ]
    assert np.mean(seen) >= 0.8
