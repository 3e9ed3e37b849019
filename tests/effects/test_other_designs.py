"""Event studies, synthetic controls, a unit's own past, planned sizes, and a changed mix of customers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.effects.effect import EffectDesign, EffectVerdict, effect_verdict
from analysis.effects.event_study import event_study
from analysis.effects.measured_effect import MeasurePeriod, measured_effect, possible_design
from analysis.effects.mix_of_customers import without_mix
from analysis.effects.own_past import against_own_past
from analysis.effects.planned_size import planned_size
from analysis.effects.synthetic_control import synthetic_control

PERIOD = MeasurePeriod(date(2026, 1, 1), date(2026, 7, 1), date(2026, 8, 1), date(2026, 8, 31))


def cells(seed: int, *, effect: float = 0.0, drift: float = 0.0, units: int = 12, periods: int = 10) -> pd.DataFrame:
    """Two of the units have the measure from period 6 on; *drift* moves them steadily from the beginning."""
    chance = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        level = chance.normal(4, 0.3)
        for period in range(periods):
            own = (effect * (period >= 6) + drift * period) if unit < 2 else 0
            rows.append((f"u{unit}", period, level + own + 0.05 * period + chance.normal(0, 0.1), 0.01, 40))
    return pd.DataFrame(rows, columns=["unit", "period", "mean", "variance", "n"])


def test_an_event_study_shows_when_it_began() -> None:
    study = event_study(cells(1, effect=0.5), {"u0", "u1"}, 6)
    later = study.periods[study.periods["after"]]
    assert (later["low"] > 0).all()
    assert study.periods[~study.periods["after"]]["difference"].mean() == pytest.approx(0)
    assert list(study.periods.columns) == ["period", "difference", "low", "high", "n", "after"]


def test_its_intervals_hold_where_nothing_was_done() -> None:
    held = []
    for seed in range(60):
        periods = event_study(cells(seed), {"u0", "u1"}, 6).periods
        later = periods[periods["after"]]
        held += list((later["low"] <= 0) & (later["high"] >= 0))
    assert np.mean(held) >= 0.92


def test_a_difference_that_moved_before_the_measure_is_warned_of() -> None:
    assert (event_study(cells(1, drift=0.1), {"u0", "u1"}, 6).trend_p or 1) < 0.01
    quiet = [event_study(cells(seed), {"u0", "u1"}, 6).trend_p or 1 for seed in range(60)]
    assert np.mean([p < 0.05 for p in quiet]) <= 0.13


def test_an_event_study_without_a_past_says_so() -> None:
    study = event_study(cells(1), {"u0"}, 2)
    assert study.periods.empty
    assert study.refusal is not None


def pool(seed: int, effect: float = 0.0, units: int = 20) -> pd.DataFrame:
    """Units that follow two common factors; the one called "own" lies within their hull."""
    chance = np.random.default_rng(seed)
    factors = chance.normal(0, 0.3, (16, 2)).cumsum(axis=0)
    loadings = chance.uniform(0, 1, (units, 2))
    means = 3.5 + factors @ loadings.T + chance.normal(0, 0.03, (16, units))
    own = 3.5 + factors @ np.array([0.5, 0.5]) + chance.normal(0, 0.03, 16)
    own[10:] += effect
    table = pd.DataFrame(means, columns=[f"c{i}" for i in range(units)])
    return table.assign(own=own)


def test_a_synthetic_control_follows_the_factors() -> None:
    """A unit that moves with the others far more than the measure moves it: the effect is found all the same."""
    found = synthetic_control(pool(4, effect=0.4), "own", 10, low=-10, high=10)
    assert found.effect.estimate.value == pytest.approx(0.4, abs=0.08)
    assert found.effect.p == pytest.approx(1 / 21)
    assert found.weights.sum() == pytest.approx(1, abs=0.03)
    assert (found.weights > 0).all()


def test_its_p_values_are_no_smaller_than_they_may_be() -> None:
    found = [synthetic_control(pool(seed), "own", 10, low=-10, high=10).effect for seed in range(60)]
    assert np.mean([(each.p or 1) <= 0.1 for each in found]) <= 0.18
    assert np.mean([low <= 0 <= high for _, low, high in (each.estimate.figures() for each in found)]) >= 0.9


@pytest.mark.parametrize(
    ("units", "begin", "gap"), [(6, 10, False), (12, 3, False), (12, 10, True)], ids=["units", "periods", "gap"]
)
def test_a_synthetic_control_refuses_what_it_cannot_judge(units: int, begin: int, gap: bool) -> None:
    means = pool(1, units=units)
    if gap:
        means.iloc[2, 0] = np.nan
    found = synthetic_control(means, "own", begin)
    assert not found.effect.ok
    assert found.effect.design is EffectDesign.NONE_POSSIBLE


def past(seed: int, effect: float = 0.0) -> tuple[pd.DataFrame, pd.Series]:
    """Eight windows, the last of them the worst: the moment at which one acts."""
    chance = np.random.default_rng(seed)
    means = np.sort(4 + chance.normal(0, 0.1, 8) + chance.normal(0, 0.09, 8))[::-1]
    table = pd.DataFrame({"mean": means, "variance": 0.0081, "n": 100})
    return table, pd.Series(
        {"mean": 4 + effect + chance.normal(0, 0.1) + chance.normal(0, 0.09), "variance": 0.0081, "n": 100}
    )


def test_acting_after_the_worst_window_is_not_praised_for_its_passing() -> None:
    found = [against_own_past(*past(seed), low=-50, high=50) for seed in range(100)]
    assert np.mean([each.raw or 0 for each in found]) > 0.15
    assert abs(np.mean([each.estimate.value or 0 for each in found])) < 0.05
    assert np.mean([effect_verdict(each, 0.2) is EffectVerdict.WORKED for each in found]) <= 0.06
    assert np.mean([low <= 0 <= high for _, low, high in (each.estimate.figures() for each in found)]) >= 0.9


def test_a_large_effect_is_seen_against_the_own_past_with_its_caveat() -> None:
    effect = against_own_past(*past(1, effect=0.8))
    assert effect_verdict(effect, 0.2) is EffectVerdict.WORKED
    assert effect.caveats


def test_three_windows_are_no_past() -> None:
    before, after = past(1)
    assert not against_own_past(before.head(3), after).ok


def test_a_planned_size_gives_the_power_it_promises() -> None:
    plan = planned_size(0.4, within=0.9, wavering=0.1, treated=4, compared=16, before=60)
    assert plan.per_unit is not None
    chance = np.random.default_rng(7)
    error = np.sqrt(0.1**2 + 0.9**2 / 60 + 0.9**2 / plan.per_unit)
    seen = 0
    for _ in range(2000):
        own, other = chance.normal(0.4, error, 4), chance.normal(0, error, 16)
        within = (own.var(ddof=1) * 3 + other.var(ddof=1) * 15) / 18
        seen += (own.mean() - other.mean()) / np.sqrt(within * (1 / 4 + 1 / 16)) > 2.101
    assert seen / 2000 == pytest.approx(0.8, abs=0.04)


def test_what_no_number_of_answers_can_show_is_said() -> None:
    plan = planned_size(0.1, within=0.9, wavering=0.3, treated=1, compared=4, before=60)
    assert plan.per_unit is None
    assert plan.smallest > 0.1
    with pytest.raises(ValueError, match="above 0"):
        planned_size(0.1, within=1, wavering=0, treated=0, compared=3, before=10)


def answers(effect: float, *, units: int = 8, shift_mix: bool = False) -> pd.DataFrame:
    """A year of answers; u0 and u1 have the measure in July. Farms are a point less satisfied than homes."""
    chance = np.random.default_rng(12)
    days = pd.to_datetime(date(2026, 1, 1)) + pd.to_timedelta(chance.integers(0, 243, 6000), unit="D")
    unit = chance.integers(0, units, 6000)
    own, later = unit < 2, days >= pd.Timestamp(2026, 7, 1)
    farm = chance.random(6000) < np.where(shift_mix & own & later, 0.1, 0.5)
    value = 4 - farm + effect * (own & later) + chance.normal(0, 0.8, 6000)
    return pd.DataFrame(
        {"value": value, "unit": [f"u{each}" for each in unit], "day": days, "kind": np.where(farm, "f", "h")}
    )


def test_a_change_of_mix_is_not_an_effect() -> None:
    """Better only because the difficult customers stay away: seen as such once the mix is taken out."""
    rows = answers(0.0, shift_mix=True)
    plain, fair = (
        measured_effect(rows["value"], rows["unit"], rows["day"], ["u0", "u1"], PERIOD, low=-50, high=50, mix=mix)
        for mix in (None, rows[["kind"]])
    )
    assert (plain.estimate.value or 0) > 0.25
    assert abs(fair.estimate.value or 0) < 0.15


def test_an_effect_survives_taking_the_mix_out() -> None:
    rows = answers(0.5, shift_mix=True)
    found = measured_effect(
        rows["value"], rows["unit"], rows["day"], ["u0", "u1"], PERIOD, low=-50, high=50, mix=rows[["kind"]]
    )
    assert found.design is EffectDesign.DIFFERENCE_IN_DIFFERENCES
    assert found.estimate.value == pytest.approx(0.5, abs=0.15)


def test_without_comparable_units_the_own_past_is_asked() -> None:
    rows = answers(0.6, units=2)
    found = measured_effect(rows["value"], rows["unit"], rows["day"], ["u0", "u1"], PERIOD, low=-50, high=50)
    assert found.design is EffectDesign.BEFORE_AND_AFTER
    assert found.estimate.value == pytest.approx(0.6, abs=0.15)


def test_what_comes_while_the_measure_is_carried_out_counts_for_neither_side() -> None:
    rows = answers(0.0)
    wild = rows["value"].mask(rows["day"].between("2026-07-01", "2026-07-31"), 40)
    found = measured_effect(wild, rows["unit"], rows["day"], ["u0", "u1"], PERIOD, low=-50, high=50)
    assert abs(found.estimate.value or 0) < 0.2


def test_nothing_afterwards_is_too_early() -> None:
    rows = answers(0.0, units=2)
    early = rows[rows["day"] < "2026-07-15"]
    found = measured_effect(early["value"], early["unit"], early["day"], ["u0"], PERIOD)
    assert not found.ok
    assert effect_verdict(found, 0.1) is EffectVerdict.TOO_EARLY


@pytest.mark.parametrize(
    ("units", "windows", "design"),
    [
        (5, 0, EffectDesign.DIFFERENCE_IN_DIFFERENCES),
        (2, 6, EffectDesign.BEFORE_AND_AFTER),
        (1, 2, EffectDesign.NONE_POSSIBLE),
    ],
)
def test_the_design_is_known_beforehand(units: int, windows: int, design: EffectDesign) -> None:
    assert possible_design([f"u{each}" for each in range(units)], ["u0", "u1"], windows) is design


def test_values_of_unknown_mix_are_left_out() -> None:
    mix = pd.DataFrame({"kind": ["a", None, "b", "a"]})
    found = without_mix(pd.Series([1.0, 2, 3, 4]), pd.Series(["u"] * 4), pd.Series([False, False, True, True]), mix)
    assert list(found.isna()) == [False, True, False, False]
