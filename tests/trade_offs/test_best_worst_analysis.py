"""Best-worst answers of people whose utilities are known: intervals that hold, order found, ties called ties."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.results import interpret
from analysis.trade_offs.best_worst import BestWorstResult, best_worst
from analysis.trade_offs.choices import choices_of
from analysis.trade_offs.individual import people
from tests.support.best_worst_answers import answers, comparison, spread_people

ASKED = comparison(7)
MEAN = np.array([1.2, 0.8, 0.8, 0.2, -0.3, -1.0, -1.7])
WORLDS = 60 * (10 if os.environ.get("XINSHENG_NIGHTLY") else 1)


def found(people_count: int, spread: float, seed: int) -> BestWorstResult:
    chance = np.random.default_rng(seed)
    return best_worst(answers(ASKED, spread_people(MEAN, spread, people_count, chance), chance), ASKED)


@pytest.fixture(scope="module")
def truth() -> dict[str, tuple[float, float]]:
    """Score and share of each item among very many people who differ."""
    return {each.code: (each.score.figures()[0], each.share.figures()[0]) for each in found(200_000, 1.0, 1).items}


def test_intervals_hold_where_people_differ(truth: dict[str, tuple[float, float]]) -> None:
    """Seven answers of one person are no seven answers: scores, shares and ranks of 80 people with spread 1."""
    held, ranked = [], []
    for seed in range(WORLDS):
        result = found(80, 1.0, 100 + seed)
        for each in result.items:
            (_s, low, high), (_p, least, most) = each.score.figures(), each.share.figures()
            score, share = truth[each.code]
            held.append((low <= score <= high, least <= share <= most))
        ranked.append(all(_in_range(each.code, each.rank) for each in result.items))
    assert (np.mean(held, axis=0) >= 0.93).all(), np.mean(held, axis=0)
    assert np.mean(ranked) >= 0.93


def _in_range(code: str, rank: tuple[int, int]) -> bool:
    own = MEAN[int(code[1:])]
    return rank[0] <= 1 + int((own < MEAN).sum()) and rank[1] >= len(MEAN) - int((own > MEAN).sum())


def test_the_order_is_found_and_equal_items_share_ranks() -> None:
    result = found(2000, 0.5, 5)
    assert {each.code for each in result.items[1:3]} == {"i1", "i2"}
    assert [each.code for each in result.items][:1] + [each.code for each in result.items][3:] == [
        "i0", "i3", "i4", "i5", "i6",
    ]  # fmt: skip
    assert result.items[0].rank == (1, 1) and result.items[1].rank == result.items[2].rank == (2, 3)
    assert sum(each.share.figures()[0] for each in result.items) == pytest.approx(1)
    assert sum(each.utility.figures()[0] for each in result.items) == pytest.approx(0)


def test_where_nothing_is_preferred_nothing_is_first() -> None:
    """In nineteen of twenty worlds without any preference all items may have any rank."""
    chance = np.random.default_rng(8)
    alone = 0
    for _world in range(WORLDS):
        result = best_worst(answers(ASKED, np.zeros((60, 7)), chance), ASKED)
        alone += any(each.rank != (1, 7) for each in result.items)
    assert alone / WORLDS <= 0.1


def test_people_are_recovered() -> None:
    """How much they differ, who puts what first, and their own utilities better than the mean of all."""
    chance = np.random.default_rng(12)
    true = spread_people(MEAN, 1.0, 1500, chance)
    chosen = answers(ASKED, true, chance)
    result = best_worst(chosen, ASKED)
    real = np.bincount(true.argmax(axis=1), minlength=7) / len(true)
    for each in result.items:
        assert each.first is not None and each.spread is not None
        assert each.spread == pytest.approx(np.sqrt(6 / 7), abs=0.15)
        low, high = each.first.figures()[1:]
        assert low - 0.01 <= real[int(each.code[1:])] <= high + 0.01
    made_up = people(choices_of(chosen, ASKED))
    own = made_up.expected(made_up.candidates)[0]
    centred = true - true.mean(axis=1, keepdims=True)
    assert np.mean((own - centred) ** 2) < 0.7 * np.mean((centred.mean(axis=0) - centred) ** 2)


def test_clusters_widen_intervals() -> None:
    """People of one branch who think alike say less than as many of many branches."""
    chance = np.random.default_rng(3)
    branches = np.repeat(np.arange(20), 15)
    true = MEAN + chance.standard_normal((20, 7))[branches]
    chosen, belong = answers(ASKED, true, chance), pd.Series(branches)
    alone, together = best_worst(chosen, ASKED), best_worst(chosen, ASKED, belong)
    widths = [[np.subtract(*each.share.figures()[:0:-1]) for each in sorted(one.items, key=lambda x: x.code)]
              for one in (alone, together)]  # fmt: skip
    assert np.mean(widths[1]) > 1.5 * np.mean(widths[0])
    assert together.groups == 20 and together.n == 300


def test_sets_that_were_left_out_are_no_answers() -> None:
    """Half the sets of half the people: the same utilities within their intervals, n who answered any."""
    chance = np.random.default_rng(4)
    chosen = answers(ASKED, np.tile(MEAN, (400, 1)), chance)
    whole = best_worst(chosen, ASKED)
    chosen.loc[:199, [*ASKED.columns[:6]]] = None
    chosen.loc[0] = None
    part = best_worst(chosen, ASKED)
    assert part.n == 399 and part.items[0].code == whole.items[0].code
    assert part.items[0].shown < whole.items[0].shown


@pytest.mark.parametrize("people_count", [0, 1, 9])
def test_few_are_refused(people_count: int) -> None:
    result = found(people_count, 0.0, 1) if people_count else best_worst(answers(
        ASKED, np.zeros((1, 7)), np.random.default_rng(1)).head(0), ASKED)  # fmt: skip
    assert not result.ok and not result.items
    assert "样本不足" in interpret(result).sentences[0]


def test_an_item_that_nobody_ever_chose_against_another_has_no_utility() -> None:
    """Separation is said, not shown as an endless utility."""
    chance = np.random.default_rng(2)
    result = best_worst(answers(ASKED, np.tile([40.0, 0, 0, 0, 0, 0, -40.0], (50, 1)), chance), ASKED)
    assert not result.ok and "从未或总是" in interpret(result).sentences[0]


def test_what_is_said() -> None:
    names = {f"i{n}": f"项目{n}" for n in range(7)}
    clear = interpret(found(2000, 0.5, 5), names=names).sentences
    assert "最看重的是“项目0”" in clear[0] and "最不看重的是“项目6”" in clear[1]
    few = interpret(found(30, 0.5, 5), names=names).sentences
    assert "还分不出先后" in few[0] and "不足 100 份" in few[2]
