"""What overall satisfaction would gain, in worlds where the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.improvement.expected_gain import GainRanking, expected_gains, first_places

AREAS = list("abcdef")
LIMITS = dict.fromkeys(AREAS, (1.0, 5.0))


def world(seed: int, *, n: int = 1500, units: int = 12) -> tuple[pd.DataFrame, dict[str, float]]:
    """Answers with two planted faults at some units, one since the last third; what each area could truly gain.

    That is reach × slope × the distance of all units below the best quarter to it, in true levels.
    """
    chance = np.random.default_rng(seed)
    reach, slope = chance.uniform(0.35, 1, 6), chance.dirichlet(np.full(6, 2.0)) * 0.9
    level, spread = chance.uniform(3.3, 4.5, 6), chance.uniform(0.05, 0.25, 6)
    unit = chance.choice(units, n, p=chance.dirichlet(np.full(units, 3.0)))
    late = chance.random(n) < 1 / 3
    own = level + chance.normal(0, 1, (units, 6)) * spread
    faults = np.zeros((2, units, 6))
    for era, area in zip(([0, 1], [1]), chance.choice(6, 2, replace=False), strict=True):
        at = chance.choice(units, chance.integers(2, 6), replace=False)
        faults[np.ix_(era, at, [area])] = chance.uniform(0.5, 1.3)
    mood = chance.normal(0, 0.45, (n, 1))
    latent = own[unit] - faults[late.astype(int), unit] + mood + chance.normal(0, 0.6, (n, 6))
    used = chance.random((n, 6)) < reach
    overall = 4 + 0.3 * mood[:, 0] + np.where(used, latent - level, 0) @ slope + chance.normal(0, 0.4, n)
    rows = pd.DataFrame(np.where(used, np.clip(np.round(latent), 1, 5), np.nan), columns=AREAS)
    now, share = own - faults[1], np.bincount(unit, minlength=units) / n
    best = np.sort(now, axis=0)[-max(1, round(units / 4)) :].mean(axis=0)
    truth = reach * slope * (share @ np.maximum(best - now, 0))
    return (
        rows.assign(overall=np.clip(np.round(overall), 1, 5), touchpoint=[f"t{each}" for each in unit], late=late),
        dict(zip(AREAS, truth, strict=True)),
    )


def ranked(rows: pd.DataFrame, **settings: int) -> GainRanking:
    now, before = rows[rows["late"]], rows[~rows["late"]]
    return expected_gains(
        now[AREAS],
        now["overall"],
        now[["touchpoint"]],
        before[AREAS],
        before[["touchpoint"]],
        limits=LIMITS,
        **settings,
    )


def test_the_area_with_most_to_gain_shares_the_first_place() -> None:
    """In nine worlds of ten, among two or three that tie on average; alone at the top more often than not."""
    first, shared, ties, held = 0, 0, 0, []
    for seed in range(700, 730):
        rows, truth = world(seed)
        found, best = ranked(rows, draws=200), max(truth, key=truth.__getitem__)
        top = first_places(found)
        first, shared, ties = first + (next(iter(found.gains)) == best), shared + (best in top), ties + len(top)
        held += [
            each.estimate.figures()[1] <= truth[code] <= each.estimate.figures()[2]
            for code, each in found.gains.items()
        ]
    assert first >= 15 and shared >= 25
    assert ties / 30 < 3.5
    assert np.mean(held) > 0.82


def test_the_order_of_answers_changes_nothing() -> None:
    rows, _ = world(3)
    one, other = ranked(rows), ranked(rows.sample(frac=1, random_state=1))
    for code, gain in one.gains.items():
        assert other.gains[code].estimate.value == pytest.approx(gain.estimate.value)
        assert other.gains[code].place == gain.place


def test_a_price_that_nobody_can_lower_is_no_gain() -> None:
    """Low everywhere alike: there is no better unit to learn from, so less is expected than where units differ."""
    chance = np.random.default_rng(4)
    n = 2400
    unit = np.arange(n) % 8
    price = np.clip(np.round(2.2 + chance.normal(0, 0.7, n)), 1, 5)
    repair = np.clip(np.round(4.3 - 1.0 * (unit < 3) + chance.normal(0, 0.7, n)), 1, 5)
    overall = np.clip(np.round(2 + 0.3 * price + 0.3 * repair + chance.normal(0, 0.4, n)), 1, 5)
    values = pd.DataFrame({"price": price, "repair": repair})
    limits = dict.fromkeys(values, (1.0, 5.0))
    found = expected_gains(values, pd.Series(overall), pd.DataFrame({"touchpoint": unit.astype(str)}), limits=limits)
    assert list(found.gains) == ["repair", "price"]
    assert first_places(found) == ["repair"]
    assert found.gains["repair"].rise == pytest.approx(0.375, abs=0.1)
    assert found.gains["price"].rise < 0.1


def test_what_fell_is_to_be_regained() -> None:
    """Everything fell everywhere: the best unit of now is no model, one's own past is."""
    chance = np.random.default_rng(5)
    n = 3000
    unit, late = np.arange(n) % 6, np.arange(n) >= n // 2
    score = np.clip(np.round(4.2 - 0.8 * late + chance.normal(0, 0.7, n)), 1, 5)
    overall = np.clip(np.round(score + chance.normal(0, 0.5, n)), 1, 5)
    frames = pd.DataFrame({"a": score}), pd.DataFrame({"touchpoint": unit.astype(str)})
    found = expected_gains(
        frames[0][late], pd.Series(overall)[late], frames[1][late], frames[0][~late], frames[1][~late],
        limits={"a": (1, 5)},
    )  # fmt: skip
    assert found.gains["a"].rise == pytest.approx(0.75, abs=0.12)
    assert found.gains["a"].back > found.gains["a"].rise / 2


def test_without_units_a_step_stands_in() -> None:
    rows, _ = world(6)
    found = expected_gains(rows[AREAS], rows["overall"], rows[[]], limits=LIMITS)
    assert {each.unit_kind for each in found.gains.values()} == {""}
    assert all(each.rise == pytest.approx(0.4) for each in found.gains.values())


@pytest.mark.parametrize("rows", [0, 5, 40])
def test_too_little_is_a_reason(rows: int) -> None:
    found = ranked(world(1)[0].head(rows))
    assert not found.gains
    assert found.refusal is not None


def test_poor_data_give_no_nan() -> None:
    rows, _ = world(2)
    for change in ({"a": np.nan}, {"a": 3.0}, {"overall": 4.0}, {"touchpoint": None}, {"a": np.inf}):
        found = ranked(rows.assign(**change))
        for gain in found.gains.values():
            assert np.isfinite([gain.reach, gain.slope, gain.rise, *gain.estimate.figures()]).all()
