"""What holds for every estimator of the catalogue: the order of rows is nothing, bad input is refused, never NaN."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Change, Estimate
from analysis.explanations import EXPLANATIONS
from analysis.interpretation.expert_view import expert_lines
from analysis.interpretation.sentences import sentence
from analysis.intervals.shares import share
from analysis.level.satisfaction import RatedDimension, mean_score, net_promoter_score, top_two_box
from analysis.methods import METHODS
from analysis.sampling.complex_samples import Design, design_mean, design_net_promoter_score, design_top_two_box
from analysis.scales.confirmatory import ConfirmatoryResult
from surveys.localisation.language import in_words
from tests.support import best_worst_answers

IN_TIME = {"series", "shares"}  # the order of these rows is the point
ROWS = 120
RNG = np.random.default_rng(11)
LATENT = RNG.normal(size=ROWS)
SCALE = np.clip(np.round(3 + LATENT[:, None] + RNG.normal(0, 0.7, (ROWS, 6))), 1, 5)
TABLE = pd.DataFrame(SCALE, columns=list("abcdef")).assign(
    nps=np.clip(np.round(7 + 2 * LATENT + RNG.normal(size=ROWS)), 0, 10),
    choice=np.where(RNG.random(ROWS) < 0.5, "x", "y"),
    segment=np.tile(["s", "t", "u"], ROWS // 3),
    half=np.repeat(["before", "after"], ROWS // 2),
    tick=(RNG.random(ROWS) < 0.4).astype(float),
    weight=RNG.uniform(0.5, 2, ROWS),
)
ITEMS = list("abcdef")
COMPARED = best_worst_answers.comparison(6)


def answers_of(table: pd.DataFrame, measure: str) -> pd.Series:
    return table[{"nps": "nps", "nominal": "choice", "multiple": "tick"}.get(measure, "a")]


def arguments(table: pd.DataFrame, purpose: str, measure: str) -> tuple[object, ...]:
    """What a method of this purpose is called with, from one table."""
    answers, numbers = answers_of(table, measure), table["nps"] if measure == "nps" else table["a"]
    before, after = table["half"] == "before", table["half"] == "after"
    design = Design(table["weight"])
    return {
        "level": lambda: (answers,),
        "weighted": lambda: (answers, design),
        "change": lambda: (answers[before], answers[after]),
        "pair": lambda: (numbers[before], numbers[after]),
        "groups": lambda: (numbers, table["segment"]),
        "weighted_groups": lambda: (numbers, table["segment"], design),
        "association": lambda: (pd.crosstab(table["choice"], table["segment"]),),
        "weighted_association": lambda: (table["choice"], table["segment"], design),
        "drivers": lambda: (table[list("bcd")], numbers),
        "contrast": lambda: (table[list("bcd")], numbers, {name: RatedDimension(name, [name], 1, 5) for name in "bcd"}),
        "expectation": lambda: (table["a"], table["b"]),
        "trade_offs": lambda: (best_worst_answers.from_ratings(table[ITEMS], COMPARED), COMPARED),
        "reach": lambda: (
            (pd.DataFrame({"x": table["tick"], "y": 1 - table["tick"]}), ["x", "y"]) if measure == "multiple"
            else (best_worst_answers.from_ratings(table[ITEMS], COMPARED), COMPARED)
        ),
        "scale": lambda: (table[ITEMS],),
        "structure": lambda: (table[ITEMS], {"one": list("abc"), "two": list("def")}),
        "mix": lambda: (numbers[before], numbers[after], table["segment"][before], table["segment"][after]),
        "series": lambda: (numbers,),
        "shares": lambda: (table["tick"] * 5, pd.Series(20.0, index=table.index)),
    }[purpose]()


def parts_of(result: object) -> Iterator[object]:
    """What a result is made of, one level down."""
    if isinstance(result, pd.DataFrame | pd.Series):
        yield from np.ravel(result.to_numpy(dtype=object))
    elif isinstance(result, dict):
        yield from (result[key] for key in sorted(result, key=str))
    elif isinstance(result, list | tuple):
        yield from result
    elif is_dataclass(result):
        yield from (getattr(result, field.name) for field in fields(result))


def numbers_in(result: object) -> Iterator[float]:
    """Every number that a result shows."""
    if isinstance(result, int | float | np.number) and not isinstance(result, bool):
        yield float(result)
    for part in parts_of(result):
        yield from numbers_in(part)


def methods_named(result: object) -> Iterator[str]:
    """The methods that estimates, tests and pairs in a result name."""
    if isinstance(result, Estimate | Change | SignificanceTest):
        yield from filter(None, [result.method])
    else:
        for part in parts_of(result):
            yield from methods_named(part)


def shuffled(table: pd.DataFrame, seed: int = 5) -> pd.DataFrame:
    return table.sample(frac=1, random_state=seed)


CASES = [
    (name, sorted(method.accepts)[-1])
    for name, method in METHODS.items()
    if method.purpose != "index"  # its input is a whole model; see test_index_model
]


@pytest.mark.parametrize("name, measure", [case for case in CASES if METHODS[case[0]].purpose not in IN_TIME])
def test_the_order_of_rows_changes_nothing(name: str, measure: str) -> None:
    method = METHODS[name]
    first, second = (
        list(numbers_in(method.function(*arguments(table, method.purpose, measure))))
        for table in (TABLE, shuffled(TABLE))
    )
    assert first == pytest.approx(second, rel=1e-6, abs=1e-9, nan_ok=True)
    assert first or name == "weak_indicators"  # which tells words only


HOPELESS = {
    "empty": TABLE.iloc[:0],
    "one row": TABLE.iloc[:1],
    "constant": TABLE.assign(**dict.fromkeys(ITEMS, 3.0), nps=8.0, choice="x", tick=0.0),
    "all missing": TABLE.assign(**dict.fromkeys([*ITEMS, "nps", "tick"], np.nan), choice=None),
    "infinite": TABLE.assign(**dict.fromkeys([*ITEMS, "nps", "tick"], np.inf)),
}


@pytest.mark.parametrize("table", HOPELESS.values(), ids=HOPELESS)
@pytest.mark.parametrize("name, measure", CASES)
def test_hopeless_input_is_refused_and_never_gives_nan(name: str, measure: str, table: pd.DataFrame) -> None:
    """A clear refusal or, from charts, a clear error; any figure that is shown is a number."""
    method = METHODS[name]
    try:
        result = method.function(*arguments(table, method.purpose, measure))
    except ValueError as error:
        assert method.purpose in IN_TIME and str(error)
        return
    if isinstance(result, pd.DataFrame):  # tables mark what can't be told as missing
        return
    assert all(math.isfinite(number) for number in numbers_in(result) if not _is_open_scale(result)), result
    for estimate in _estimates(result):
        assert estimate.ok or (estimate.refusal and estimate.refusal and in_words(estimate.refusal, "en"))
        assert "nan" not in sentence(estimate, "zh").lower() + sentence(estimate, "en").lower()


def _is_open_scale(result: object) -> bool:
    return isinstance(result, Estimate) and not all(map(math.isfinite, result.scale))


def _estimates(result: object) -> Iterator[Estimate]:
    if isinstance(result, Estimate):
        yield result
    elif isinstance(result, dict):
        for each in result.values():
            yield from _estimates(each)


@pytest.mark.parametrize("name, measure", CASES)
def test_every_named_method_is_explained(name: str, measure: str) -> None:
    """Formula, source and call stand behind every method that a figure names."""
    method = METHODS[name]
    for named in methods_named(method.function(*arguments(TABLE, method.purpose, measure))):
        assert named in EXPLANATIONS, named


@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize(
    "plain, weighted, column",
    [
        (mean_score, design_mean, "a"),
        (top_two_box, design_top_two_box, "a"),
        (net_promoter_score, design_net_promoter_score, "nps"),
    ],
    ids=["mean", "top-two-box", "NPS"],
)
def test_unit_weights_equal_no_weights(plain, weighted, column, confidence):  # type: ignore[no-untyped-def]
    """The same value, and for the mean the same interval; weights of 7 are the same as weights of 1."""
    alone = plain(TABLE[column], confidence=confidence)
    one, seven = (
        weighted(TABLE[column], Design(pd.Series(weight, index=TABLE.index)), confidence=confidence)
        for weight in (1.0, 7.0)
    )
    assert one.value == pytest.approx(alone.value, abs=1e-10)
    assert (one.low, one.high) == pytest.approx((seven.low, seven.high), abs=1e-10)
    assert one.design_effect == pytest.approx(1) and one.effective_n == pytest.approx(alone.n)
    if plain is mean_score:
        assert (one.low, one.high) == pytest.approx((alone.low, alone.high), abs=1e-10)


@settings(max_examples=settings().max_examples * 4)
@given_that(st.integers(2, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_value_and_stays_on_the_scale(counts: tuple[int, int]) -> None:
    hits, n = counts
    for interval in ("wilson", "jeffreys", "agresti_coull"):
        found = share(hits, n, interval=interval)  # type: ignore[arg-type]
        value, low, high = found.figures()
        assert 0 <= low <= value <= high <= 1 and low < high


def test_the_expert_view_has_formula_source_and_call() -> None:
    told = "\n".join(in_words(line, "en") for line in expert_lines(share(81, 263)))
    assert all(word in told for word in ("formula", "Wilson (1927)", "prop.test", "n = 263", "deff"))
    change = METHODS["mean_change"].function(TABLE["a"].head(60), TABLE["a"].tail(60))
    assert "p = " in "\n".join(map(str, expert_lines(change))) and isinstance(change, Change)


def test_refused_models_say_why() -> None:
    found = METHODS["confirmatory_factors"].function(TABLE[ITEMS].head(10), {"one": list("abc"), "two": list("def")})
    assert isinstance(found, ConfirmatoryResult) and not found.ok
