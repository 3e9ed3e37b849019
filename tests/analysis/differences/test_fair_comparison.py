"""Units compared fairly: closer to the truth than what was measured, honest about ranks, silent about mere chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.charts.unit_charts import funnel_chart
from analysis.differences.partial_pooling import (
    FairComparison,
    adjusted_for_mix,
    compare_scores,
    compare_shares,
    compare_top_two,
)
from analysis.interpretation.results import interpret

NAMES = [f"营业厅{at:02d}" for at in range(20)]


def world(seed: int, spread: float) -> tuple[pd.Series, pd.Series, dict[str, float]]:
    """20 branches of 8 to 80 answers, the true share of each, and their answers (1 or 0) with the branch of each."""
    chance = np.random.default_rng(seed)
    n = chance.integers(8, 81, len(NAMES))
    truth = np.clip(0.8 + spread * chance.standard_normal(len(NAMES)), 0.02, 0.98)
    hits = chance.random(n.sum()) < np.repeat(truth, n)
    return pd.Series(hits.astype(float)), pd.Series(np.repeat(NAMES, n)), dict(zip(NAMES, truth, strict=True))


def judged(spread: float, worlds: int = 25) -> tuple[float, float, float, float]:
    """Coverage of the intervals, error of what was measured and of the fair figures, coverage of the rank intervals."""
    inside, measured, fair, ranked = [], [], [], []
    for seed in range(worlds):
        hits, units, truth = world(seed, spread)
        order = sorted(truth, key=lambda name: -truth[name])
        for each in compare_shares(hits, units).units:
            value, low, high = each.estimate.figures()
            inside.append(low <= truth[each.name] <= high)
            measured.append((each.raw - truth[each.name]) ** 2)
            fair.append((value - truth[each.name]) ** 2)
            ranked.append(each.rank_low <= order.index(each.name) + 1 <= each.rank_high)
    return float(np.mean(inside)), np.mean(measured) ** 0.5, np.mean(fair) ** 0.5, float(np.mean(ranked))


@pytest.mark.parametrize("spread", [0.03, 0.1], ids=["hardly differ", "differ"])
def test_fair_figures_are_nearer_to_the_truth_and_their_intervals_hold(spread: float) -> None:
    """Over 500 branches: at least 93 in 100 intervals hold, of figures and of ranks, with less error than measured."""
    coverage, measured, fair, ranks = judged(spread)
    assert coverage >= 0.93 and ranks >= 0.93
    assert fair < 0.85 * measured


def test_chance_alone_names_no_worst_branch() -> None:
    """Where all branches are alike, hardly ever is one said to be surely among the worst fifth."""
    named = [len(compare_shares(*world(seed, 0.0)[:2]).clearly_worst) for seed in range(25)]
    assert sum(named) <= 1


def test_a_branch_that_is_far_behind_is_named() -> None:
    """40 of 80 satisfied where all others have four in five."""
    hits, units, _ = world(3, 0.0)
    worse = pd.Series([1.0] * 40 + [0.0] * 40)
    every = pd.concat([hits, worse], ignore_index=True)
    found = compare_shares(every, pd.concat([units, pd.Series(["城东"] * 80)], ignore_index=True))
    assert [each.name for each in found.clearly_worst] == ["城东"] and found.units[-1].name == "城东"
    assert "城东" in interpret(found).sentences[0]


def test_eight_answers_are_drawn_to_the_whole_further_than_eighty() -> None:
    """Both at half, all others at four in five: the small branch is pulled further and ranked less surely."""
    hits, units, _ = world(4, 0.05)
    small, large = pd.Series([1.0, 0.0] * 4), pd.Series([1.0, 0.0] * 40)
    every = pd.concat([hits, small, large], ignore_index=True)
    named = pd.concat([units, pd.Series(["小"] * 8 + ["大"] * 80)], ignore_index=True)
    found = {each.name: each for each in compare_shares(every, named).units}
    assert found["小"].raw == found["大"].raw == 0.5
    assert found["小"].estimate.figures()[0] > found["大"].estimate.figures()[0] + 0.05
    assert found["小"].among_worst < found["大"].among_worst


def test_means_of_branches_hold_too() -> None:
    """Ratings from 1 to 5, two branches with equal answers only among them."""
    chance = np.random.default_rng(7)
    inside = []
    for _ in range(25):
        n = chance.integers(5, 60, 20)
        levels = 4 + 0.25 * chance.standard_normal(20)
        shape = np.clip(np.round(levels[:, None] + 0.9 * chance.standard_normal((20, 20_000))), 1, 5)
        values = np.concatenate([chance.choice(shape[at], n[at]) for at in range(20)])
        found = compare_scores(pd.Series(values), pd.Series(np.repeat(NAMES, n)), low=1, high=5)
        truth = dict(zip(NAMES, shape.mean(axis=1), strict=True))
        for each in found.units:
            _, low, high = each.estimate.figures()
            inside.append(low <= truth[each.name] <= high)
    assert np.mean(inside) >= 0.92


def test_the_mix_of_customers_is_taken_out() -> None:
    """Two kinds of customers, one a point harder to please: branches that serve more of them are not worse for it."""
    chance = np.random.default_rng(11)
    units = pd.Series(np.repeat(list("abcdef"), 400))
    hard = pd.Series(chance.random(len(units)) < np.repeat([0.1, 0.2, 0.3, 0.5, 0.7, 0.9], 400))
    values = 4.2 - hard + pd.Series(chance.normal(0, 0.5, len(units)))
    plain = compare_scores(values, units, low=1, high=6)
    fair = compare_scores(adjusted_for_mix(values, units, pd.DataFrame({"kind": hard})), units, low=1, high=6)
    assert plain.spread[0] > 0.2 > 0.08 > fair.spread[0]


@pytest.mark.parametrize(
    "ratings, units",
    [([], []), ([5, 4, 3], list("abc")), ([None] * 8, list("aabbccdd")), ([5.0] * 8, [None] * 8)],
    ids=["nothing", "three units", "no answers", "no units"],
)
def test_too_few_units_are_refused_in_words(ratings: list[float | None], units: list[str | None]) -> None:
    found = compare_top_two(pd.Series(ratings, dtype=float), pd.Series(units, dtype=object))
    assert found.refusal is not None and not found.units
    assert "至少要有 4 个" in interpret(found).sentences[0]


def test_equal_answers_everywhere_are_no_certainty() -> None:
    """Every branch has only fives: shares keep an interval, means say that there is nothing to compare."""
    units = pd.Series(list("abcd") * 6)
    found: FairComparison = compare_top_two(pd.Series([5.0] * 24), units)
    assert all(low < 1 for each in found.units for _, low, _high in [each.estimate.figures()]) and not found.differ
    assert compare_scores(pd.Series([5.0] * 24), units, low=1, high=5).refusal is not None


def test_the_funnel_has_a_dot_for_every_unit() -> None:
    hits, units, _ = world(1, 0.05)
    drawn = funnel_chart(compare_shares(hits, units)).to_dict()
    assert any(len(each) == len(NAMES) for each in drawn["datasets"].values())
