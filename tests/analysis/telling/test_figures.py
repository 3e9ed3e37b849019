"""The catalogue of figures: each entry is complete, page and API read from it, and every call that is shown is real."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import Change, Estimate
from analysis.explanations import EXPLANATIONS, explanation, method_name
from analysis.figures import FIGURES, FigureItem, SurveyFigure
from analysis.interpretation.wordings import MEASURES
from analysis.level.marks import MarkedItem
from analysis.methods import METHODS, methods_for
from analysis.released.askable import assert_askable
from analysis.released.gate import gate_of
from analysis.released.summary import summary
from surveys.definition.questions import Measure
from surveys.definition.templates import all_templates
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import in_words
from surveys.storage import Store
from tests.console.test_console import Open, open_page, sample, words

__all__ = ["open_page", "sample"]  # fixtures

ANALYSIS = Path(__file__).parents[3] / "analysis"
RATINGS = pd.Series(np.random.default_rng(5).integers(1, 6, 240).astype(float))
POINTS = pd.Series(np.random.default_rng(6).integers(0, 11, 240).astype(float))
OF_ANSWERS = [each for each in FIGURES.values() if any(each.items(survey) for survey in all_templates())]


def answers(figure: SurveyFigure) -> pd.Series | pd.DataFrame:
    """What its function takes."""
    if figure.code == "dimension_score":
        return pd.DataFrame({"a": RATINGS, "b": RATINGS.sample(frac=1, random_state=1).to_numpy()})
    if figure.code in ("mean_marks", "share_right"):
        return pd.DataFrame({"a": RATINGS.map(str)})
    return POINTS if figure.accepts == {"nps"} else RATINGS


TEST = tuple(MarkedItem((("a", "a"),), (f"{float(point)}",), float(point)) for point in range(1, 6))
TOLD = {"mean_marks": {"items": TEST, "low": 1, "high": 5}, "share_right": {"item": TEST[4]}}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=lambda each: each.code)
def test_a_figure_is_named_explained_and_sourced(figure: SurveyFigure) -> None:
    """In every language; its functions can be asked of the gate, and its methods are explained."""
    item = FigureItem("q", ("q",), {"low": 1, "high": 5})
    for thing in (figure.name, figure.titled(item), figure.purpose, figure.explanation):
        assert in_words(thing, "en") != str(thing)
    assert_askable(figure.estimate)
    assert explanation(figure.method) is not None and str(method_name(figure.method))
    assert MEASURES[figure.code] is figure.name and figure.accepts <= {str(each) for each in Measure}
    if figure.change is not None:
        assert_askable(figure.change)
        assert explanation(figure.change_method) is not None


@pytest.mark.parametrize("figure", OF_ANSWERS, ids=lambda each: each.code)
def test_a_figure_is_what_its_entry_says(figure: SurveyFigure) -> None:
    """Unit, measure and method are those of what its functions give."""
    found = figure.estimate(answers(figure), **TOLD.get(figure.code, {}))
    assert isinstance(found, Estimate) and found.ok
    assert (found.unit, found.measure, found.method) == (figure.unit, figure.measure or figure.code, figure.method)
    if figure.change is not None:
        change = figure.change(answers(figure).head(120), answers(figure).tail(120))
        assert isinstance(change, Change) and change.method == figure.change_method
    if figure.accepts:
        assert METHODS[figure.code].function is figure.estimate
        assert figure.code in methods_for(min(figure.accepts), "level")


@pytest.mark.dated
def test_page_and_api_have_every_figure_of_the_catalogue(sample: Store, open_page: Open) -> None:
    """The same value and n, once for each item of the survey; headlines stand on the page with their use."""
    record = sample.surveys.get("power-visit")
    entries = summary(gate_of(sample).answers(record, today=local_day(utc_now())))
    expected = [
        (each.measure or each.code, item.code) for each in FIGURES.values() for item in each.items(record.survey)
    ]
    assert [(each["measure"], each["item"]) for each in entries] == expected and len(expected) > 5
    page = words(open_page(sample, "admin", "results", period="all"))
    headlines = [each for each in OF_ANSWERS if each.headline and each.items(record.survey)]
    for figure in headlines:
        [item] = figure.items(record.survey)
        entry = next(each for each in entries if each["measure"] == figure.code)
        shown = Estimate(figure.code, *(entry[end] for end in ("value", "low", "high")), entry["n"], figure.unit)
        assert str(figure.titled(item)) in page and str(figure.purpose) in page and str(figure.explanation) in page
        assert shown.shown() in page and f"n={shown.n}" in page
    assert len(headlines) >= 3


# Names that statisticians are shown


def shown_calls() -> Iterator[tuple[str, str]]:
    """Every call of this project that explanations and the lines for the expert name, by where it stands."""
    for method, told in EXPLANATIONS.items():
        yield method, told.call.partition(" ≙ ")[0]
    for path in sorted((ANALYSIS / "interpretation").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            wording = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            for call in re.findall(r"\b[a-z_]+\.[a-z_]+\([^)]*\)(?:\.\w+(?:\(\))?)*", wording.partition(" ≙ ")[0]):
                yield path.name, call


CALLS = list(shown_calls())


def resolve(shown: str) -> None:
    """Fails where a shown call names no module, function, parameter or property of this project."""
    module, name, arguments, rest = re.fullmatch(r"(\w+)\.(\w+)\((.*?)\)((?:\.\w+(?:\(\))?)*)", shown).groups()  # type: ignore[union-attr]
    aside = {"pages", "interpretation"}
    [path] = [each for each in ANALYSIS.rglob(f"{module}.py") if not aside.intersection(each.parts)]
    place = ".".join(path.relative_to(ANALYSIS.parent).with_suffix("").parts)
    function = getattr(importlib.import_module(place), name)
    assert function.__module__ == place, f"{shown}: it stands in {function.__module__}"
    call = ast.parse(f"f({arguments.replace('=…', '=0').replace('…', '*_')})", mode="eval").body
    assert isinstance(call, ast.Call)
    signature(function).bind_partial(
        *[each for each in call.args if not isinstance(each, ast.Starred)],
        **{each.arg or "": 0 for each in call.keywords},
    )
    for attribute in re.findall(r"\w+", rest):
        function = get_type_hints(function)["return"]
        assert hasattr(function, attribute) or attribute in function.__annotations__, shown


@pytest.mark.parametrize(("where", "call"), CALLS, ids=[call for _, call in CALLS])
def test_every_call_that_is_shown_is_a_real_one(where: str, call: str) -> None:
    """Whoever types it gets the figure again."""
    resolve(call)


def test_names_that_are_not_there_are_found() -> None:
    """Otherwise the test above would prove nothing."""
    assert len(CALLS) > 40
    for wrong in ("satisfaction.share(hits, n)", "shifts.slope(values)", "shares.share(hits, n, limits=1)",
                  "crosstabs.association(counts).weakness"):  # fmt: skip
        with pytest.raises((AssertionError, AttributeError, TypeError, ValueError)):
            resolve(wrong)
