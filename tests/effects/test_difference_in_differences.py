"""The effect of a measure: held against published figures, and against worlds in which the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.effects.difference_in_differences import difference_in_differences, placebo_p
from analysis.effects.effect import EffectVerdict, MeasuredEffect, answers_still_needed, effect_verdict
from analysis.effects.units import WINDOW_COLUMNS, unit_windows

WORLDS = 60


def world(
    seed: int, *, effect: float = 0.0, treated: int = 1, units: int = 20, worst: bool = True, answers: int = 1
) -> pd.DataFrame:  # fmt: skip
    """Units of 8 to 80 answers each time (times *answers*) differ truly by .25 and waver by .1; all rise by .1."""
    chance = np.random.default_rng(seed)
    levels = chance.normal(3.9, 0.25, units)
    before = [chance.normal(level, 0.9, answers * chance.integers(8, 81)) for level in levels]
    order = np.argsort([each.mean() for each in before]) if worst else chance.permutation(units)
    chosen = order[:treated]
    moved = levels + 0.1 + chance.normal(0, 0.1, units)
    moved[chosen] += effect
    after = [chance.normal(level, 0.9, answers * chance.integers(8, 81)) for level in moved]
    values = pd.Series(np.concatenate([*before, *after]))
    names = np.repeat([*range(units), *range(units)], [len(each) for each in (*before, *after)]).astype(str)
    later = pd.Series(np.arange(len(values)) >= sum(map(len, before)))
    return unit_windows(values, pd.Series(names), later, [str(each) for each in chosen])


def effects(**settings: float) -> list[MeasuredEffect]:
    return [difference_in_differences(world(seed, **settings), low=-50, high=50) for seed in range(WORLDS)]  # type: ignore[arg-type]


def covered(found: list[MeasuredEffect], truth: float) -> float:
    return float(np.mean([low <= truth <= high for _, low, high in (each.estimate.figures() for each in found)]))


def test_the_worst_unit_is_not_praised_for_coming_back() -> None:
    """The raw worst of twenty improves untouched; little of that is taken for an effect, and it seldom "worked"."""
    found = effects()
    raw = np.mean([each.raw or 0 for each in found])
    left = np.mean([each.estimate.value or 0 for each in found])
    assert raw > 0.25
    assert abs(left) < 0.12
    assert sum(effect_verdict(each, 0.3) is EffectVerdict.WORKED for each in found) <= 0.08 * WORLDS


@pytest.mark.parametrize(("effect", "treated"), [(0.0, 1), (0.4, 4)])
def test_intervals_hold_the_truth(effect: float, treated: int) -> None:
    """At least 93 % in the long run; sixty worlds may by chance hold it in six fewer."""
    assert covered(effects(effect=effect, treated=treated), effect) >= 0.87


def test_a_real_improvement_of_several_units_is_found() -> None:
    found = effects(effect=0.4, treated=4)
    assert np.mean([effect_verdict(each, 0.2) is EffectVerdict.WORKED for each in found]) > 0.75


def test_parts_add_up_to_what_was_seen() -> None:
    effect = difference_in_differences(world(3), low=-50, high=50)
    assert effect.raw == pytest.approx(effect.regression + effect.common + (effect.estimate.value or 0), abs=0.05)
    assert effect.regression > 0


def test_many_answers_and_steady_units_give_the_plain_difference() -> None:
    """With nothing left to chance the estimate is the difference of the two changes."""
    rows = {
        "a": (3.0, 3.6, True), "b": (3.1, 3.3, False), "c": (4.0, 4.2, False), "d": (3.5, 3.7, False),
        "e": (2.8, 3.0, False),
    }  # fmt: skip
    table = pd.DataFrame(
        [(before, 1e-8, 10_000, after, 1e-8, 10_000, treated) for before, after, treated in rows.values()],
        index=list(rows), columns=list(WINDOW_COLUMNS),
    )  # fmt: skip
    effect = difference_in_differences(table)
    assert effect.estimate.value == pytest.approx(0.4, abs=0.01)
    assert effect.common == pytest.approx(0.2, abs=0.01)


def test_too_few_comparable_units_are_a_reason_not_a_figure() -> None:
    table = world(1, units=4, treated=2)
    effect = difference_in_differences(table)
    assert not effect.ok
    assert "2" in str(effect.estimate.refusal)
    assert effect_verdict(effect, 0.1) is EffectVerdict.TOO_EARLY


def test_no_unit_with_the_measure_is_a_reason() -> None:
    assert not difference_in_differences(world(1).assign(treated=False)).ok


def test_units_drawn_by_lot_seem_unusual_as_often_as_promised() -> None:
    """p-values of a permutation test are uniform where nothing was done: at most a tenth lies below .05 here."""
    found = [placebo_p(world(seed, treated=5, worst=False), rounds=200) for seed in range(80)]
    assert np.mean([p <= 0.05 for p in found]) <= 0.125
    assert np.mean([p <= 0.5 for p in found]) == pytest.approx(0.5, abs=0.17)


def test_a_fall_is_good_where_lower_is_better() -> None:
    effect = difference_in_differences(world(2, effect=-2.0, treated=4), low=-50, high=50)
    assert effect_verdict(effect, 0.3, higher_is_better=False) is EffectVerdict.WORKED
    assert effect_verdict(effect, 0.3) is EffectVerdict.NO_VISIBLE_EFFECT


def test_answers_still_needed_would_do() -> None:
    """With as many answers as it asks for, the standard error is what the wanted power needs."""
    effect = difference_in_differences(world(5, treated=4), low=-50, high=50)
    missing = answers_still_needed(effect, 0.45)
    error = effect.estimate.standard_error or 0
    assert missing is not None
    later = np.sqrt(effect.floor**2 + (error**2 - effect.floor**2) * effect.n_after / (effect.n_after + missing))
    assert later <= 0.45 / 2.8 + 1e-6
    assert answers_still_needed(effect, 0.0001) is None
