"""Every method of the catalogue keeps the contract of its purpose."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import Change, Estimate
from analysis.level.satisfaction import RatedDimension
from analysis.methods import METHODS, PURPOSES, methods_for
from analysis.sampling.complex_samples import Design
from analysis.scales.index_models import INDEX_MODELS
from surveys.definition.questions import Measure
from surveys.localisation.language import in_words
from tests.support import best_worst_answers

ANSWERS = {
    "rating": pd.Series(np.random.default_rng(1).integers(1, 6, 60).astype(float)),
    "nps": pd.Series(np.random.default_rng(2).integers(0, 11, 60).astype(float)),
    "nominal": pd.Series(list("abc") * 20),
    "multiple": pd.Series([0.0, 1.0, 1.0] * 20),
}
CASES = [(name, measure) for name, method in METHODS.items() for measure in sorted(method.accepts)]


def given(measure):
    return ANSWERS.get(measure, ANSWERS["rating"])


def of_purpose(purpose):
    return [case for case in CASES if METHODS[case[0]].purpose == purpose]


NOISE = np.random.default_rng(3).normal(0, 0.6, 60)
FRAME = pd.DataFrame({"a": ANSWERS["rating"], "b": (ANSWERS["rating"] + NOISE).round().clip(1, 5)})
UNIT = Design(pd.Series(1.0, index=range(60)))
WIDE = pd.DataFrame(
    {name: ANSWERS["rating"] + np.random.default_rng(at).normal(0, 1, 60) for at, name in enumerate("abcdef")}
)
ECSI = INDEX_MODELS["ecsi"]
COMPARED = best_worst_answers.comparison(6)
CHOSEN = best_worst_answers.from_ratings(WIDE, COMPARED)
TICKED = pd.DataFrame({"x": ANSWERS["multiple"], "y": [1.0, 0.0, 0.0] * 20})


def combined(answers):
    """Of a question of several choices two columns; of the rest, what is compared."""
    return (TICKED, ["x", "y"]) if answers is ANSWERS["multiple"] else (CHOSEN, COMPARED)


CALLS = {
    "level": lambda answers: (answers,),
    "weighted": lambda answers: (answers, Design(pd.Series(1.0, index=answers.index))),
    "change": lambda answers: (answers.head(30), answers.tail(30)),
    "pair": lambda answers: (answers.head(30), answers.tail(30)),
    "groups": lambda answers: (answers, pd.Series(list("abc") * 20)),
    "weighted_groups": lambda answers: (answers, pd.Series(list("abc") * 20), UNIT),
    "association": lambda answers: (pd.DataFrame([[9, 5], [4, 8]]),),
    "weighted_association": lambda answers: (pd.Series(list("xyyx") * 15), pd.Series(list("abc") * 20), UNIT),
    "drivers": lambda answers: (FRAME, answers),
    "contrast": lambda answers: (FRAME, answers, {name: RatedDimension(name, [name], 1, 5) for name in FRAME}),
    "expectation": lambda answers: (FRAME["a"], FRAME["b"]),
    "trade_offs": lambda answers: (CHOSEN, COMPARED),
    "reach": combined,
    "scale": lambda answers: (FRAME,),
    "structure": lambda answers: (WIDE, {"first": list("abc"), "second": list("def")}),
    "index": lambda answers: (FRAME, ECSI, {code: list("ab") for code in ECSI.latents}),
    "series": lambda answers: (answers,),
    "shares": lambda answers: (answers, pd.Series(20.0, index=answers.index)),
    "mix": lambda answers: (answers.head(30), answers.tail(30), *[pd.Series(list("ab") * 15)] * 2),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_named_in_both_languages_and_take_known_measures(name):
    method = METHODS[name]
    assert str(method.label) and in_words(method.label, "en") != str(method.label)
    assert method.accepts <= {str(measure) for measure in Measure}
    assert method.purpose in PURPOSES and method.function.__doc__


@pytest.mark.parametrize("name, measure", CASES)
def test_a_method_is_called_as_its_purpose_says(name, measure):
    method = METHODS[name]
    arguments = CALLS[method.purpose](given(measure))
    before = [argument.copy() for argument in arguments if isinstance(argument, pd.DataFrame | pd.Series)]
    result = method.function(*arguments)
    assert not re.search(r"\bnan\b", str(result).lower()) or isinstance(result, pd.DataFrame | pd.Series)
    after = [argument for argument in arguments if isinstance(argument, pd.DataFrame | pd.Series)]
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("name, measure", of_purpose("level"))
def test_a_level_is_one_estimate_or_several_by_name(name, measure):
    result = METHODS[name].function(given(measure))
    assert all(isinstance(each, Estimate) for each in (result.values() if isinstance(result, dict) else [result]))


@pytest.mark.parametrize("name, measure", of_purpose("change"))
def test_a_change_compares_two_columns(name, measure):
    assert isinstance(METHODS[name].function(given(measure).head(30), given(measure).tail(30)), Change)


def test_methods_are_offered_by_measure():
    assert list(methods_for("nps", "level")) == ["net_promoter_score"]
    assert list(methods_for("nominal", "association")) == ["association"]
    assert list(methods_for("effort", "level")) == ["top_two_box", "mean_score", "customer_effort", "favourability"]
    assert methods_for("text", "level") == {}
