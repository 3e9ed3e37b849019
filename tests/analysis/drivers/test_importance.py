"""Quadrants with their probabilities, penalty-reward contrasts, stated beside derived importance."""

import numpy as np
import pandas as pd
import pytest

from analysis.drivers.drivers import relative_weights
from analysis.drivers.importance import DriverRole, Quadrant, penalty_reward, quadrants, stated_beside_derived
from analysis.level.satisfaction import RatedDimension


def survey(seed: int, n: int = 1500) -> tuple[pd.DataFrame, pd.Series]:
    """`repair` matters most and scores worst; `hall` matters least and scores best."""
    rng = np.random.default_rng(seed)
    levels, weights = {"repair": 3.4, "bill": 4.0, "hall": 4.5}, {"repair": 0.7, "bill": 0.3, "hall": 0.05}
    latent = {code: level + rng.normal(0, 0.9, n) for code, level in levels.items()}
    overall = sum(weights[code] * values for code, values in latent.items()) + rng.normal(0, 0.3, n)
    scores = pd.DataFrame({code: np.clip(np.round(values), 1, 5) for code, values in latent.items()})
    return scores, pd.Series(np.clip(np.round(overall), 1, 5))


def dimensions(codes):
    return {code: RatedDimension(code, [code], 1, 5) for code in codes}


def test_a_clear_case_has_its_quadrant():
    places = {place.code: place for place in quadrants(*survey(1))}
    assert places["repair"].quadrant is Quadrant.IMPROVE
    assert places["hall"].quadrant is Quadrant.ENOUGH
    assert all(sum(place.probabilities.values()) == pytest.approx(1) for place in places.values())


def test_a_dimension_on_the_line_has_no_quadrant():
    """Three dimensions of equal weight and equal score are not sorted into quadrants by chance."""
    rng = np.random.default_rng(3)
    mood = rng.normal(4, 0.7, 400)
    scores = pd.DataFrame({code: np.clip(np.round(mood + rng.normal(0, 0.7, 400)), 1, 5) for code in "abc"})
    places = quadrants(scores, scores.mean(axis=1) + pd.Series(rng.normal(0, 0.3, 400)))
    assert sum(place.quadrant is not None for place in places) <= 1


def test_quadrants_of_too_little_are_empty():
    scores, overall = survey(1, n=12)
    assert quadrants(scores, overall) == []


def test_penalty_and_reward_find_the_asymmetry():
    """`basic` only lowers when poor, `exciting` only lifts when excellent, `both` does both."""
    rng = np.random.default_rng(5)
    n = 4000
    scores = pd.DataFrame({code: rng.integers(1, 6, n).astype(float) for code in ("basic", "exciting", "both", "none")})
    overall = 5 + rng.normal(0, 1, n)
    overall += -1.0 * (scores["basic"] <= 2) + 1.0 * (scores["exciting"] == 5)
    overall += 0.8 * (scores["both"] == 5) - 0.8 * (scores["both"] <= 2)
    scores["both"] = scores["both"].mask(rng.random(n) < 0.3)
    found = {each.code: each for each in penalty_reward(scores, pd.Series(overall), dimensions(scores))}
    assert found["basic"].role is DriverRole.BASIC
    assert found["exciting"].role is DriverRole.EXCITING
    assert found["both"].role is DriverRole.PERFORMANCE
    assert found["basic"].penalty.value == pytest.approx(-1, abs=0.15)
    assert found["exciting"].reward.low > 0.8


@pytest.mark.parametrize("n", [0, 5, 30], ids=["empty", "five", "thirty"])
def test_penalty_and_reward_of_too_little_are_refused(n):
    scores, overall = survey(2)
    for each in penalty_reward(scores.head(n), overall.head(n), dimensions(scores)):
        assert each.role is None and not each.penalty.ok


def test_stated_stands_beside_derived():
    scores, overall = survey(1)
    stated = pd.DataFrame({"repair": [5.0, 4, 5, 4], "bill": [5.0, 5, 5, 4], "hall": [np.nan] * 4})
    table = stated_beside_derived(stated, relative_weights(scores, overall), low=1, high=5).set_index("code")
    assert table.loc["bill", "stated_rank"] == 1 and table.loc["repair", "derived_rank"] == 1
    assert pd.isna(table.loc["hall", "stated"]) and table.loc["hall", "n"] == 0


def test_labels_of_a_straight_line_are_hardly_ever_wrong():
    """Where one line goes through both ends nothing is basic or exciting, but for chance."""
    rng, wrong = np.random.default_rng(41), []
    for _ in range(60):
        scores = pd.DataFrame({code: rng.choice(5, 400, p=[0.05, 0.1, 0.2, 0.35, 0.3]) + 1.0 for code in "abcd"})
        overall = scores @ [0.4, 0.3, 0.2, 0.1] + rng.normal(0, 0.7, 400)
        found = penalty_reward(scores, pd.Series(overall), dimensions(scores))
        wrong += [each.role in (DriverRole.BASIC, DriverRole.EXCITING) for each in found]
    assert np.mean(wrong) < 0.04


def test_nothing_is_called_negligible_that_could_not_have_been_seen():
    """Equivalence takes answers: with few, two ends without a difference are told as too few answers."""
    rng = np.random.default_rng(42)
    for n, role in ((150, DriverRole.UNSURE), (20_000, DriverRole.NEITHER)):
        scores = pd.DataFrame({code: rng.choice(5, n) + 1.0 for code in "ab"})
        overall = pd.Series(np.clip(np.round(scores["a"] * 0.8 + rng.normal(0.8, 1, n)), 1, 5))
        assert {each.code: each.role for each in penalty_reward(scores, overall, dimensions(scores))}["b"] is role


def test_one_dimension_far_off_moves_no_other_into_another_quadrant():
    scores, overall = survey(1)
    before = {each.code: each.probabilities for each in quadrants(scores, overall)}
    far = scores.assign(low=np.where(np.arange(len(scores)) % 9 == 0, 2.0, 1.0))
    after = {each.code: each.probabilities for each in quadrants(far, overall)}
    good = (Quadrant.KEEP, Quadrant.ENOUGH)
    for code in ("repair", "hall"):
        chances = [sum(each[code][quadrant] for quadrant in good) for each in (before, after)]
        assert chances[1] == pytest.approx(chances[0], abs=0.05)
