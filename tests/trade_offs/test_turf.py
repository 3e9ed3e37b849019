"""Reach of combinations: as counted by hand, intervals that hold for what was chosen as best, ties called ties."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.results import interpret
from analysis.trade_offs.turf import turf, turf_of_utilities
from tests.support.best_worst_answers import answers, comparison


def ticked(shares: list[float], people: int, seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    return pd.DataFrame({f"o{n}": (chance.random(people) < share).astype(float) for n, share in enumerate(shares)})


def test_reach_and_frequency_are_those_of_a_count() -> None:
    """Every combination by hand: the best one, its reach, and how many of it a person takes."""
    chosen = ticked([0.5, 0.4, 0.3, 0.2, 0.1, 0.05], 500, 1)
    result = turf(chosen, list(chosen))
    for step in result.steps:
        reached = {each: chosen[list(each)].any(axis=1).mean() for each in combinations(chosen, step.size)}
        assert step.best.reach.figures()[0] == pytest.approx(max(reached.values()))
        assert reached[step.best.options] == pytest.approx(max(reached.values()))
        assert step.best.frequency == pytest.approx(chosen[list(step.best.options)].sum(axis=1).mean())
    assert result.exact and [step.size for step in result.steps] == [1, 2, 3, 4, 5]


def test_two_that_are_chosen_by_the_same_people_are_not_both_offered() -> None:
    """A and B reach most alone; together with A, the small C adds more than B."""
    both = pd.Series(np.tile([1.0, 0, 0, 0, 0], 80))
    chosen = pd.DataFrame({"a": both, "b": both, "c": np.tile([0, 1.0, 0, 0, 0], 80)})
    best = turf(chosen, list(chosen)).steps[1].best
    assert set(best.options) in ({"a", "c"}, {"b", "c"}) and best.reach.figures()[0] == pytest.approx(0.4)


def test_equal_combinations_are_called_ties() -> None:
    chosen = ticked([0.3] * 5, 300, 4)
    step = turf(chosen, list(chosen)).steps[1]
    assert step.tied >= 5
    assert "分不出高下" in interpret(turf(chosen, list(chosen), sizes=[2])).sentences[0]
    clear = ticked([0.8, 0.2, 0.2, 0.2], 400, 5)
    assert turf(clear, list(clear), sizes=[1]).steps[0].tied == 0


@pytest.mark.parametrize("shares", [[0.3] * 6, [0.5, 0.45, 0.3, 0.2, 0.1, 0.1]], ids=["equal", "falling"])
def test_the_interval_of_the_winner_holds_though_it_was_chosen_for_its_reach(shares: list[float]) -> None:
    """The true reach of whichever was best in the sample; and the truly best is it, or is among its ties."""
    held = among = 0
    for seed in range(150):
        chosen = ticked(shares, 120, 1000 + seed)
        step = turf(chosen, list(chosen), sizes=[2]).steps[0]
        true = {each: 1 - np.prod([1 - shares[int(o[1:])] for o in each]) for each in combinations(chosen, 2)}
        _value, low, high = step.best.reach.figures()
        held += low - 1e-9 <= true[step.best.options] <= high + 1e-9
        best = max(true.values())
        among += any(true[each.options] == pytest.approx(best) for each in (step.best, *step.others))
    assert held / 150 >= 0.93 and among / 150 >= 0.93


def test_clusters_widen_intervals() -> None:
    chance = np.random.default_rng(3)
    branch = np.repeat(np.arange(20), 20)
    level = np.clip(0.4 + 0.25 * chance.standard_normal((20, 3)), 0.02, 0.98)[branch]
    chosen = pd.DataFrame((chance.random(level.shape) < level).astype(float), columns=list("abc"))
    wide = [np.ptp(turf(chosen, list("abc"), clusters, sizes=[1]).steps[0].best.reach.figures()[1:])
            for clusters in (None, pd.Series(branch))]  # fmt: skip
    assert wide[1] > 1.5 * wide[0]


def test_many_options_are_searched_step_by_step_and_that_is_said() -> None:
    chosen = ticked(list(np.linspace(0.05, 0.3, 24)), 400, 6)
    result = turf(chosen, list(chosen))
    assert not result.exact and "没有逐一比较" in interpret(result).sentences[1]
    alone = turf(chosen, list(chosen), sizes=[1]).steps[0].best
    assert alone.options == (str(chosen.mean().idxmax()),)


def test_best_worst_items_reach_those_who_value_them() -> None:
    """Two camps that want different things: one item of each camp reaches all."""
    asked = comparison(7)
    camps = np.array([[3.0, 2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2, 3.0]])
    chosen = answers(asked, np.repeat(camps, 150, axis=0), np.random.default_rng(2))
    step = turf_of_utilities(chosen, asked, sizes=[2]).steps[0]
    assert step.best.reach.figures()[0] > 0.9
    assert {option in ("i0", "i1") for option in step.best.options} == {True, False}


def test_nothing_to_combine_is_refused() -> None:
    nobody = pd.DataFrame({"a": [0.0] * 50, "b": [0.0] * 50})
    assert not turf(nobody, ["a", "b"]).ok and not turf(nobody.head(3), ["a", "b"]).ok
    assert not turf(nobody.assign(a=np.nan, b=np.nan), ["a", "b"]).ok
