"""The satisfaction index in words: index with interval and n, what to look at first, what is measured badly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.satisfaction_index import index_told
from analysis.scales.index_models import INDEX_MODELS
from analysis.scales.satisfaction_index import satisfaction_index

MODEL = INDEX_MODELS["ccsi"]
ITEMS = {code: [f"{code}{n}" for n in range(3)] for code in MODEL.latents}


def answers(n: int, seed: int = 4) -> pd.DataFrame:
    """One thing drives all variables; each of its three items shows it with noise."""
    chance = np.random.default_rng(seed)
    common = chance.normal(size=n)
    table = {}
    for columns in ITEMS.values():
        own = 0.8 * common + 0.6 * chance.normal(size=n)
        for column in columns:
            table[column] = np.clip(np.round(7 + 1.5 * own + 0.6 * chance.normal(size=n)), 1, 10)
    return pd.DataFrame(table)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_index_is_told_with_interval_and_n(language: str) -> None:
    """Each variable has a row; no cause is claimed; the expert finds the fit and the HTMT ratios."""
    shown = index_told(satisfaction_index(answers(300), MODEL, ITEMS, draws=50)).in_language(language)
    assert len(shown.rows) == len(MODEL.latents)
    assert all(row[1] != "—" and row[3] == 300 for row in shown.rows)
    assert ("不证明因果" if language == "zh" else "not proof of cause") in " ".join(shown.sentences)
    assert any("GoF" in line for line in shown.expert) and "HTMT" in shown.expert
    assert "n=300" in shown.sentences[0]


def test_too_few_answers_are_refused_in_words() -> None:
    shown = index_told(satisfaction_index(answers(20), MODEL, ITEMS)).in_language("zh")
    assert "样本不足" in shown.sentences[0] and "n=20" in shown.sentences[0] and not shown.rows


def test_what_is_measured_badly_is_named() -> None:
    """Items that have nothing to do with one another measure nothing."""
    table = answers(300)
    chance = np.random.default_rng(1)
    for column in ITEMS["value"]:
        table[column] = chance.integers(1, 11, 300)
    shown = index_told(satisfaction_index(table, MODEL, ITEMS, draws=50)).in_language("zh")
    assert any("测得不好" in each and "感知价值" in each for each in shown.sentences)


def test_nothing_is_advised_where_no_effect_is_clear() -> None:
    noise = np.random.default_rng(2).integers(1, 11, (120, sum(map(len, ITEMS.values()))))
    table = pd.DataFrame(noise, columns=[column for columns in ITEMS.values() for column in columns])
    result = satisfaction_index(table, MODEL, ITEMS, draws=50)
    shown = index_told(result).in_language("zh")
    assert bool(result.priorities()) == ("最值得先看" in shown.sentences[0])
    assert all("不清楚" in row[-1] for row in shown.rows if row[-1] != "—") or result.priorities()


def test_one_item_a_variable_is_enough_for_an_index() -> None:
    """How well such a variable is measured can't be said, and no goodness of fit is given."""
    single = {code: [columns[0]] for code, columns in ITEMS.items()}
    result = satisfaction_index(answers(200), MODEL, single, draws=50)
    shown = index_told(result).in_language("zh")
    assert result.goodness_of_fit is None and len(shown.rows) == len(MODEL.latents)
    assert not any("nan" in str(cell).lower() for row in shown.rows for cell in row)
