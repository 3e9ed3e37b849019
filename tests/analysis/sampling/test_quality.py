"""Careless answering: what is flagged, what is not, and that nothing is deleted."""

from time import process_time

import numpy as np
import pandas as pd
import pytest

from analysis.intervals.shares import share
from analysis.level.satisfaction import mean_score
from analysis.sampling.response_quality import (
    FLAGS,
    flagged_shares,
    quality_flags,
    quality_measures,
    sweeping,
    with_and_without,
)

SCALES = {f"s{j}": [f"s{j}_{i}" for i in range(4)] for j in range(5)}


def respondents(n: int = 400, seed: int = 1) -> pd.DataFrame:
    """Five scales of four items; each respondent has a level of their own on each scale."""
    rng = np.random.default_rng(seed)
    levels = np.repeat(rng.normal(3, 1, (n, 5)), 4, axis=1)
    answers = np.clip(np.round(levels + rng.normal(0, 0.5, (n, 20))), 1, 5)
    return pd.DataFrame(answers, columns=[item for names in SCALES.values() for item in names])


def flags_of(items: pd.DataFrame, **settings):
    return quality_flags(quality_measures(items, scales=SCALES, **settings))


def test_careful_respondents_are_seldom_flagged():
    flags = flags_of(respondents())
    assert flags.any(axis=1).mean() < 0.05
    assert list(flags.columns) == list(FLAGS)


def test_straight_liners_are_flagged():
    items = respondents()
    items.iloc[0] = 4.0
    items.iloc[1] = [4.0] * 18 + [5.0, 3.0]
    flags = flags_of(items)
    assert flags.loc[0, ["long_string", "variability"]].all() and flags.loc[1, "long_string"]


def test_random_answers_are_inconsistent():
    items = respondents()
    items.iloc[:60] = np.random.default_rng(2).integers(1, 6, (60, 20)).astype(float)
    flags = flags_of(items)
    assert flags.iloc[:60].any(axis=1).mean() > 0.5
    assert flags.iloc[60:].any(axis=1).mean() < 0.1


def test_long_string_counts_the_longest_run():
    items = pd.DataFrame([[1, 1, 1, 2, 2], [1, np.nan, 1, 1, 2], [np.nan] * 5], dtype=float)
    assert quality_measures(items)["long_string"].tolist() == [3, 2, 0]


def test_speeders_are_measured_against_the_median():
    seconds = pd.Series([60.0] * 399 + [10.0])
    flags = flags_of(respondents(), seconds=seconds)
    assert flags["speeder"].sum() == 1 and flags["speeder"].iloc[-1]


def test_near_duplicates_differ_in_one_answer_at_most():
    items = respondents()
    items.iloc[5] = items.iloc[9]
    items.iloc[6] = items.iloc[9]
    items.iloc[6, 3] = 6 - items.iloc[6, 3] if items.iloc[6, 3] != 3 else 1
    flags = flags_of(items)
    assert flags.loc[[5, 6, 9], "duplicate"].all() and flags["duplicate"].sum() == 3


def test_short_surveys_have_no_pattern_flags():
    """Five equal answers to five questions are an opinion."""
    flags = quality_flags(quality_measures(pd.DataFrame(np.full((50, 5), 5.0))))
    assert not flags.any(axis=None)


def test_results_with_and_without():
    values, flagged = pd.Series([5.0, 4, 3, 1, 1]), pd.Series([False, False, False, True, True])
    everyone, careful = with_and_without(values, flagged, mean_score)
    assert (everyone.value, everyone.n, careful.value, careful.n) == (2.8, 5, 4, 3)


@pytest.mark.parametrize(
    "items",
    [pd.DataFrame(np.empty((0, 9))), pd.DataFrame(np.full((1, 9), 3.0)), pd.DataFrame(np.full((4, 9), np.nan))],
    ids=["empty", "one row", "all missing"],
)
def test_nothing_to_judge_is_not_flagged(items):
    flags = quality_flags(quality_measures(items))
    assert len(flags) == len(items) and not flags[["mahalanobis", "even_odd", "synonyms", "speeder"]].any(axis=None)


def test_row_order_does_not_matter():
    items = respondents(120)
    shuffled = items.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(flags_of(shuffled).sort_index(), flags_of(items))


def test_twenty_thousand_responses_take_about_a_second():
    items = respondents(20_000)
    started = process_time()
    flags_of(items)
    assert process_time() - started < 4


def test_what_can_not_be_judged_has_no_share():
    """Nobody is called careful because there were too few questions, or no time was kept."""
    few = flagged_shares(pd.DataFrame(np.random.default_rng(1).integers(1, 6, (50, 2)).astype(float)))
    assert not any(each.ok for each in few.values())
    many = flagged_shares(pd.DataFrame(np.random.default_rng(1).integers(1, 6, (50, 9)).astype(float)))
    assert many["long_string"].ok and many["long_string"].n == 50
    assert not many["speeder"].ok and not many["even_odd"].ok


def test_a_flag_over_most_responses_tells_of_the_questions():
    assert sweeping({"even_odd": share(70, 100), "duplicate": share(30, 100)}) == ["even_odd"]


def test_halves_that_do_not_differ_are_not_judged():
    """Whoever gives one answer throughout isn't inconsistent: the even-odd measure is missing, not -1."""
    items = respondents()
    items.iloc[0] = 4.0
    measures = quality_measures(items, scales=SCALES)
    assert np.isnan(measures["even_odd"].iloc[0]) and not quality_flags(measures)["even_odd"].iloc[0]


@pytest.mark.parametrize("n, k, spread", [(300, 8, 0.5), (2000, 10, 0.5), (2000, 8, 0.3), (1000, 20, 0.4)])
def test_honest_answers_that_agree_by_chance_are_no_duplicates(n, k, spread):
    """Satisfied people answer alike: at most one in a hundred is told to be a copy."""
    rng = np.random.default_rng(n + k)
    level = rng.normal(4.3, 0.7, (n, 1))
    answers = pd.DataFrame(np.clip(np.round(level + rng.normal(0, spread, (n, k))), 1, 5))
    assert quality_flags(quality_measures(answers))["duplicate"].mean() <= 0.01
