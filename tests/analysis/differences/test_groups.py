"""Tests of several groups and effect sizes, against R on its own small data sets."""

import numpy as np
import pandas as pd
import pytest

from analysis.differences.groups import (
    cliffs_delta,
    dunn,
    games_howell,
    hedges_g,
    kruskal_wallis,
    mann_whitney,
    welch_anova,
)
from analysis.differences.significance import answers_to_show
from analysis.interpretation.sentences import sentence

SPRAYS = {
    "A": [10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13],
    "B": [11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13],
    "C": [0, 1, 7, 2, 3, 1, 2, 1, 3, 0, 1, 4],
    "D": [3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4],
    "E": [3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4],
    "F": [11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13],
}
OZONE = {
    5: [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37],
    6: [29, 71, 39, 23, 21, 37, 20, 12, 13],
    7: [135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50, 64, 59],
    8: [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85],
    9: [
        96,
        78,
        73,
        91,
        47,
        32,
        20,
        23,
        21,
        24,
        44,
        21,
        28,
        9,
        13,
        46,
        18,
        13,
        24,
        16,
        13,
        23,
        36,
        7,
        14,
        30,
        14,
        18,
        20,
    ],
}
POOH, PIGLET = pd.Series([3, 5, 4, 4, 4, 4, 4, 4, 5, 5]), pd.Series([2, 4, 2, 2, 1, 2, 3, 2, 2, 3])


def long(groups):
    values = pd.Series(np.concatenate([np.array(sample, dtype=float) for sample in groups.values()]))
    return values, pd.Series(np.repeat([str(name) for name in groups], [len(s) for s in groups.values()]))


def test_welch_anova():
    """R: oneway.test(count ~ spray, InsectSprays)."""
    test = welch_anova(*long(SPRAYS))
    assert (test.statistic, *test.degrees) == pytest.approx((36.065444, 5, 30.04256), abs=1e-5)


def test_games_howell():
    """R: rstatix::games_howell_test(InsectSprays, count ~ spray)."""
    p = {(pair.first, pair.second): pair.p_adjusted for pair in games_howell(*long(SPRAYS))}
    assert len(p) == 15
    assert p["A", "C"] == pytest.approx(6.6e-6, abs=1e-7)
    assert p["C", "D"] == pytest.approx(0.055668, abs=1e-6)
    assert p["A", "B"] == pytest.approx(0.997248, abs=1e-6)


def test_kruskal_wallis():
    """R: kruskal.test(Ozone ~ Month, airquality)."""
    test = kruskal_wallis(*long(OZONE))
    assert test.statistic == pytest.approx(29.266576, abs=1e-6)
    assert test.p == pytest.approx(6.900714e-6, rel=1e-6)
    assert test.n == 116


def test_dunn_finds_the_pairs_that_differ():
    p = {(pair.first, pair.second): pair.p_adjusted for pair in dunn(*long(OZONE))}
    assert len(p) == 10 and p["5", "7"] < 0.001 < 0.5 < p["7", "8"]


def test_mann_whitney_and_cliffs_delta():
    """R: wilcox.test and rcompanion::cliffDelta on the handbook's Pooh and Piglet."""
    test = mann_whitney(POOH, PIGLET)
    assert (test.statistic, test.p) == (95, pytest.approx(0.00047134, abs=1e-8))
    delta = cliffs_delta(POOH, PIGLET)
    assert delta.value == pytest.approx(0.9)
    assert 0 < delta.low < 0.9 < delta.high <= 1
    assert (delta.value + 1) / 2 == pytest.approx(0.95)


def test_cliffs_delta_is_the_mean_of_all_signs():
    rng = np.random.default_rng(1)
    a, b = rng.integers(1, 6, 30).astype(float), rng.integers(2, 6, 25).astype(float)
    assert cliffs_delta(pd.Series(a), pd.Series(b)).value == pytest.approx(np.sign(a[:, None] - b[None, :]).mean())


def test_hedges_g():
    """(mean difference / pooled sd) × (1 − 3/(4·18 − 1))."""
    pooled = np.sqrt((POOH.var() + PIGLET.var()) / 2)
    g = hedges_g(POOH, PIGLET)
    assert g.value == pytest.approx((4.2 - 2.3) / pooled * (1 - 3 / 71))
    assert g.low < g.value < g.high


@pytest.mark.parametrize(
    "values, groups",
    [([], []), ([5.0], ["a"]), ([1.0, 2, 3], list("aaa")), ([np.nan] * 4, list("aabb"))],
    ids=["empty", "one row", "one group", "missing"],
)
def test_nothing_to_compare_is_refused(values, groups):
    column, of = pd.Series(values, dtype=float), pd.Series(groups, dtype=object)
    for test in (welch_anova(column, of), kruskal_wallis(column, of)):
        assert not test.ok and test.p is None
    assert games_howell(column, of) == []
    assert dunn(column, of) == []
    if column.notna().sum() < 2:
        assert not mann_whitney(column, column).ok and not hedges_g(column, column * 0).ok


@pytest.mark.parametrize("degrees, needed", [(1, 197), (2, 241), (4, 299)])
def test_the_answers_a_test_needs_are_those_of_the_noncentral_distribution(degrees: int, needed: int) -> None:
    """R: ceiling(uniroot(function(l) pchisq(qchisq(.95, df), df, l, lower.tail = FALSE) - .8, c(1, 50))$root / .04)."""
    assert answers_to_show(degrees) == needed


def test_six_answers_are_no_evidence_of_no_difference() -> None:
    """p above .05 with six answers says that they are too few; with two thousand, that it may be chance."""
    few = welch_anova(pd.Series([1.0, 5, 3, 2, 4, 3]), pd.Series(list("aabbcc")))
    assert few.p is not None and few.p > 0.05 and "样本不足" in sentence(few) and "约需 241 份" in sentence(few)
    chance = np.random.default_rng(1)
    ratings = pd.Series(chance.integers(1, 6, 2000).astype(float))
    many = welch_anova(ratings, pd.Series(np.tile(["a", "b", "c", "d"], 500)))
    assert many.p is not None and many.p > 0.05 and "可能只是波动" in sentence(many)


@pytest.mark.parametrize(
    "first, second, p",
    [([1, 2, 3], [4, 5, 6], 0.1), ([1, 1, 2], [2, 3, 3, 3], 3 / 35)],
    ids=["no ties", "ties"],
)
def test_small_samples_are_ranked_exactly(first, second, p):
    """Counted by hand: the ways to draw a rank sum as far from its mean, of all ways."""
    found = mann_whitney(pd.Series(first, dtype=float), pd.Series(second, dtype=float))
    assert found.p == pytest.approx(p)
