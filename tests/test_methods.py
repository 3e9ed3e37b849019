"""Every method of the catalogue keeps the contract of its purpose."""

import numpy as np
import pandas as pd
import pytest

from analysis.drivers import DriverAnalysis
from analysis.estimates import Change, Estimate
from analysis.methods import METHODS, methods_for
from surveys.questions import Measure

ANSWERS = {
    "rating": pd.Series(np.random.default_rng(1).integers(1, 6, 60).astype(float)),
    "nps": pd.Series(np.random.default_rng(2).integers(0, 11, 60).astype(float)),
}
CASES = [(name, measure) for name, method in METHODS.items() for measure in sorted(method.accepts)]


def of_purpose(purpose):
    return [case for case in CASES if METHODS[case[0]].purpose == purpose]


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_named_in_both_languages_and_take_known_measures(name):
    method = METHODS[name]
    assert method.label.zh and method.label.en
    assert method.accepts <= {str(measure) for measure in Measure}
    assert method.purpose in {"level", "change", "drivers"}


@pytest.mark.parametrize("name, measure", of_purpose("level"))
def test_a_level_is_one_estimate_or_several_by_name(name, measure):
    result = METHODS[name].function(ANSWERS[measure])
    assert all(isinstance(each, Estimate) for each in (result.values() if isinstance(result, dict) else [result]))


@pytest.mark.parametrize("name, measure", of_purpose("change"))
def test_a_change_compares_two_columns(name, measure):
    assert isinstance(METHODS[name].function(ANSWERS[measure].head(30), ANSWERS[measure].tail(30)), Change)


@pytest.mark.parametrize("name, measure", of_purpose("drivers"))
def test_drivers_take_a_frame_and_the_overall_rating(name, measure):
    frame = pd.DataFrame({"a": ANSWERS["rating"], "b": ANSWERS["rating"].shift(fill_value=3.0)})
    assert isinstance(METHODS[name].function(frame, ANSWERS[measure]), DriverAnalysis)


def test_methods_are_offered_by_measure():
    assert list(methods_for("nps", "level")) == ["net_promoter_score"]
    assert methods_for("text", "level") == {}
