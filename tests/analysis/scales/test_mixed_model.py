"""Crossed random effects, what is made of them for small areas and raters, against R's lmer and simulated worlds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.nonresponse.small_areas import small_areas
from analysis.scales.agreement import leniency
from analysis.scales.mixed_model import TooManyLevels, crossed_effects
from tests.oracle.cases import ANSWERS


def test_crossed_effects_are_those_of_lmer():
    """R lme4 1.1: lmer(a ~ 1 + (1|cluster) + (1|segment)): mean, deviations, noise, error of the mean, effects."""
    d = pd.read_csv(ANSWERS)
    found = crossed_effects(d["a"], d[["cluster", "segment"]])
    told = [found.mean, found.spread["cluster"], found.spread["segment"], found.noise, found.covariance[0, 0] ** 0.5]
    wanted = [3.45019275121, 0.08087058877, 0.02668258195, 1.09350071913, 0.07411164563]
    assert told == pytest.approx(wanted, abs=2e-4)
    assert found.effects[:3].tolist() == pytest.approx([0.033759366, -0.002527712, -0.007755765], abs=2e-4)


def test_what_does_not_vary_and_what_is_too_much_is_said():
    with pytest.raises(ValueError, match="vary"):
        crossed_effects(pd.Series([3.0] * 9), pd.DataFrame({"a": list("abcabcabc")}))
    rows = pd.Series(range(2000)).astype(str)
    with pytest.raises(TooManyLevels):
        crossed_effects(pd.Series(np.arange(2000.0)), pd.DataFrame({"a": rows}))


def _world(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Twenty areas of forty to four hundred people, older ones gladder and likelier to answer; the true means."""
    sizes = rng.integers(40, 400, 20)
    area = np.repeat([f"a{i}" for i in range(20)], sizes)
    share = np.repeat(rng.uniform(0.2, 0.8, 20), sizes)
    old = np.where(rng.random(len(area)) < share, "old", "young")
    truth = 3.5 + np.repeat(rng.normal(0, 0.2, 20), sizes) + 0.8 * (old == "old")
    rating = np.clip(np.round(truth + rng.normal(0, 0.8, len(area))), 1, 5)
    answered = rng.random(len(area)) < np.where(old == "old", 0.16, 0.04)
    people = pd.DataFrame({"area": area, "age": old, "answered": answered.astype(int)})
    answers = people[["area", "age"]].assign(csat=rating)[answered]
    return people, answers, pd.Series(rating).groupby(area).mean()


def test_small_areas_are_nearer_to_the_truth_than_their_few_answers():
    """Older people answer four times as often: plain means are too good, and of few answers."""
    rng = np.random.default_rng(1997)
    plain, told, held = [], [], []
    for _ in range(25):
        people, answers, truth = _world(rng)
        found = small_areas(people, answers.reset_index(drop=True), "csat", "area", 1, 5)
        for each in found.areas:
            value, low, high = each.level.figures()
            held.append(low <= truth[each.name] <= high)
            if each.plain is not None:
                plain.append(each.plain - truth[each.name])
                told.append(value - truth[each.name])
    rmse = [float(np.sqrt(np.mean(np.square(each)))) for each in (plain, told)]
    assert rmse[1] < 0.6 * rmse[0]
    assert np.mean(held) >= 0.93, "95 % intervals held in .938 to .954 of each 500 areas, over six seeds"


def test_areas_without_answers_are_told_more_widely():
    people, answers, _truth = _world(np.random.default_rng(3))
    gone = answers[answers["area"] != "a0"].reset_index(drop=True)
    found = {each.name: each for each in small_areas(people, gone, "csat", "area", 1, 5).areas}
    silent = found["a0"]
    assert silent.answers == 0 and silent.plain is None and silent.level.ok
    widths = {name: each.level.high - each.level.low for name, each in found.items()}
    assert widths["a0"] > np.median(list(widths.values()))
    assert small_areas(people, gone.head(5), "csat", "area", 1, 5).refusal is not None


def test_lenient_raters_are_found_and_honest_ones_left_alone():
    """Thirty subjects, six raters of which one is half a point kinder; raters rate different subjects each."""
    rng = np.random.default_rng(6)
    false, found = [], []
    for kind in (0.0, 0.5):
        for _ in range(60):
            subject, rater = rng.integers(0, 30, 240), rng.integers(0, 6, 240)
            y = 3 + 0.4 * rng.normal(size=30)[subject] + kind * (rater == 0) + rng.normal(0, 0.8, 240)
            told = leniency(pd.Series(y), pd.Series(subject), pd.Series(rater))
            (found if kind else false).append(told.p < 0.05)
            if kind:
                assert max(told.raters, key=lambda name: told.raters[name].value) == "0" or told.p > 0.001
    assert np.mean(false) <= 0.12 and np.mean(found) > 0.7
