"""Whatever a method finds is told in plain words, in both languages, with n and without NaN."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from analysis.exploring import ARRANGEMENTS, Item, Selection, explore, offers
from analysis.interpretation.results import interpret
from analysis.level.satisfaction import RatedDimension
from analysis.methods import METHODS
from tests.analysis.telling.test_statistical_properties import CASES, HOPELESS, TABLE, arguments

CHINESE = re.compile("[\u4e00-\u9fff]")
NAN = re.compile(r"\bnan\b", re.IGNORECASE)


def all_words(shown) -> str:  # type: ignore[no-untyped-def]
    parts = [*shown.sentences, *shown.headings, *[str(cell) for row in shown.rows for cell in row]]
    return "\n".join(parts)


@pytest.mark.parametrize("table", [TABLE, *HOPELESS.values()], ids=["usual", *HOPELESS])
@pytest.mark.parametrize("name, measure", CASES)
def test_every_result_is_told_in_both_languages(name: str, measure: str, table: pd.DataFrame) -> None:
    method = METHODS[name]
    try:
        result = method.function(*arguments(table, method.purpose, measure))
    except ValueError:
        return
    for language in ("zh", "en"):
        shown = interpret(result, language)  # type: ignore[arg-type]
        words = all_words(shown)
        assert words and not NAN.search(words), words
        assert language == "zh" or not CHINESE.search(words), words
        assert all(len(row) == len(shown.headings) for row in shown.rows)


DAYS = pd.date_range("2025-01-06", periods=len(TABLE), freq="D")
ROWS = TABLE.assign(day=DAYS)
PARTS = {"first": RatedDimension("First", ["b", "c"], 1, 5), "second": RatedDimension("Second", ["d", "e", "f"], 1, 5)}
SELECTION = Selection(ROWS, ROWS, PARTS, "a", ("segment", "choice"))
OVERALL = Item("a", "Overall", "rating", 1, 5)


def test_what_is_offered_fits_the_question_and_what_there_is() -> None:
    """Drivers only for the overall question; groups only where answers may be split; time only where it is kept."""
    everything = offers(OVERALL, SELECTION)
    assert {"top_two_box", "relative_weights", "welch_anova", "p_chart", "mean_change"} <= set(everything)
    assert "net_promoter_score" not in everything and everything["welch_anova"].by_segment
    part = offers(Item("b", "Part", "rating", 1, 5), SELECTION)
    assert "relative_weights" not in part and {"cronbach_alpha", "confirmatory_factors"} <= set(part)
    anonymous = offers(OVERALL, Selection(ROWS, None, PARTS, "a", (), dated=False))
    assert not {"welch_anova", "p_chart", "mean_change"} & set(anonymous) and "top_two_box" in anonymous
    assert not offers(Item("free", "Words", "text"), SELECTION)


@pytest.mark.parametrize("name", offers(OVERALL, SELECTION))
def test_every_offer_can_be_taken_up(name: str) -> None:
    shown = interpret(explore(name, OVERALL, SELECTION, "segment"), names={"first": "第一", "second": "第二"})
    assert all_words(shown) and shown.expert


def test_every_purpose_that_is_arranged_is_in_the_catalogue() -> None:
    assert set(ARRANGEMENTS) <= {method.purpose for method in METHODS.values()}
