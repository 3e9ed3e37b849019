"""Figures beside each other: every pair by the engine's test of its kind, corrected together; overlaps untested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.differences.comparison import mean_change, top_two_box_change
from analysis.differences.multiplicity import holm
from analysis.differences.side_by_side import heterogeneity, side_by_side
from analysis.estimates import Verdict
from analysis.level.satisfaction import mean_score, net_promoter_score, top_two_box

LOW = pd.Series([1.0] * 20 + [3.0] * 10 + [5.0] * 10)
HIGH = pd.Series([5.0] * 30 + [4.0] * 8 + [2.0] * 2)
ALSO_HIGH = pd.Series([5.0] * 29 + [4.0] * 8 + [2.0] * 3)


@pytest.mark.parametrize("measure, change", [(top_two_box, top_two_box_change), (mean_score, mean_change)])
def test_a_pair_says_what_the_change_of_two_periods_says(measure: object, change: object) -> None:
    """The same difference, interval and p as where both samples are at hand."""
    [pair] = side_by_side([measure(LOW), measure(HIGH)]).pairs.values()  # type: ignore[operator]
    wanted = change(LOW, HIGH)  # type: ignore[operator]
    assert pair.verdict is wanted.verdict is Verdict.CLEAR and pair.p == pytest.approx(wanted.p, rel=1e-6)
    for name in ("difference", "low", "high"):
        assert getattr(pair, name) == pytest.approx(getattr(wanted, name), abs=1e-9), name


def test_all_pairs_are_one_family() -> None:
    """Three sides, three pairs, p by Holm over them; the letters name those that are clearly lower."""
    found = side_by_side([mean_score(each) for each in (LOW, HIGH, ALSO_HIGH)])
    raw = [each.p or 0.0 for each in found.pairs.values()]
    assert [each.p_adjusted for each in found.pairs.values()] == pytest.approx(holm(raw))
    assert [found.above(side) for side in range(3)] == [[], [0], [0]]
    assert found.p is not None and found.p < 0.001


def test_what_overlaps_is_not_tested_and_few_are_no_finding() -> None:
    """Nor is all of it together; a refused figure has no pair."""
    found = side_by_side([mean_score(LOW), mean_score(HIGH), mean_score(ALSO_HIGH)], {(0, 1)})
    assert set(found.pairs) == {(0, 2), (1, 2)} and found.p is None and found.above(1) == []
    few = side_by_side([mean_score(LOW), mean_score(HIGH.iloc[:1])])
    assert not few.pairs[0, 1].ok and few.above(0) == few.above(1) == [] and few.p is None


def test_false_alarms_of_four_alike_stay_within_one_in_twenty() -> None:
    """Four samples of one population: in 400 worlds any letter at all in about 5 % of them at most."""
    chance, alarms, together = np.random.default_rng(3), 0, 0
    for _ in range(400):
        sides = [mean_score(pd.Series(chance.choice([1.0, 3.0, 4.0, 5.0], 40))) for _ in range(4)]
        found = side_by_side(sides)
        alarms += any(found.above(side) for side in range(4))
        together += (found.p or 1.0) < 0.05
    most = stats.binom.ppf(0.999, 400, 0.06)
    assert alarms <= most and together <= most


def test_points_are_compared_too_and_one_alone_is_not() -> None:
    """Recommendation by its own errors."""
    sides = [net_promoter_score(pd.Series(each)) for each in ([10.0] * 60 + [0.0] * 5, [0.0] * 60 + [10.0] * 5)]
    assert side_by_side(sides).above(0) == [1] and heterogeneity(sides[:1]) is None
