"""Every method of the catalogue keeps the contract of its purpose."""

import numpy as np
import pandas as pd
import pytest

from analysis.design import Design
from analysis.estimates import Change, Estimate
from analysis.index_model import INDEX_MODELS
from analysis.methods import METHODS, PURPOSES, methods_for
from analysis.satisfaction import Dimension
from surveys.questions import Measure

ANSWERS = {
    "rating": pd.Series(np.random.default_rng(1).integers(1, 6, 60).astype(float)),
    "nps": pd.Series(np.random.default_rng(2).integers(0, 11, 60).astype(float)),
}
CASES = [(name, measure) for name, method in METHODS.items() for measure in sorted(method.accepts)]


def of_purpose(purpose):
    return [case for case in CASES if METHODS[case[0]].purpose == purpose]


NOISE = np.random.default_rng(3).normal(0, 0.6, 60)
FRAME = pd.DataFrame({"a": ANSWERS["rating"], "b": (ANSWERS["rating"] + NOISE).round().clip(1, 5)})
ECSI = INDEX_MODELS["ecsi"]
CALLS = {
    "level": lambda answers: (answers,),
    "weighted": lambda answers: (answers, Design(pd.Series(1.0, index=answers.index))),
    "change": lambda answers: (answers.head(30), answers.tail(30)),
    "pair": lambda answers: (answers.head(30), answers.tail(30)),
    "groups": lambda answers: (answers, pd.Series(list("abc") * 20)),
    "association": lambda answers: (pd.DataFrame([[9, 5], [4, 8]]),),
    "drivers": lambda answers: (FRAME, answers),
    "contrast": lambda answers: (FRAME, answers, {name: Dimension(name, [name], 1, 5) for name in FRAME}),
    "expectation": lambda answers: (FRAME["a"], FRAME["b"]),
    "scale": lambda answers: (FRAME,),
    "index": lambda answers: (FRAME, ECSI, {code: list("ab") for code in ECSI.latents}),
    "series": lambda answers: (answers,),
    "shares": lambda answers: (answers, pd.Series(20.0, index=answers.index)),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_named_in_both_languages_and_take_known_measures(name):
    method = METHODS[name]
    assert method.label.zh and method.label.en
    assert method.accepts <= {str(measure) for measure in Measure}
    assert method.purpose in PURPOSES and method.function.__doc__


@pytest.mark.parametrize("name, measure", CASES)
def test_a_method_is_called_as_its_purpose_says(name, measure):
    method = METHODS[name]
    arguments = CALLS[method.purpose](ANSWERS.get(measure, ANSWERS["rating"]))
    before = [argument.copy() for argument in arguments if isinstance(argument, pd.DataFrame | pd.Series)]
    result = method.function(*arguments)
    assert "nan" not in str(result).lower() or isinstance(result, pd.DataFrame | pd.Series)
    after = [argument for argument in arguments if isinstance(argument, pd.DataFrame | pd.Series)]
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("name, measure", of_purpose("level"))
def test_a_level_is_one_estimate_or_several_by_name(name, measure):
    result = METHODS[name].function(ANSWERS[measure])
    assert all(isinstance(each, Estimate) for each in (result.values() if isinstance(result, dict) else [result]))


@pytest.mark.parametrize("name, measure", of_purpose("change"))
def test_a_change_compares_two_columns(name, measure):
    assert isinstance(METHODS[name].function(ANSWERS[measure].head(30), ANSWERS[measure].tail(30)), Change)


def test_methods_are_offered_by_measure():
    assert list(methods_for("nps", "level")) == ["net_promoter_score"]
    assert list(methods_for("nominal", "association")) == ["association"]
    assert methods_for("text", "level") == {}
