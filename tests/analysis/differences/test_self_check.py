"""Own view against the customers': intervals hold, and what is clear is clear among all items together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.differences.self_check import OwnAnswers, own_answers, view_gaps
from analysis.level.satisfaction import mean_score


def test_of_what_a_unit_says_once_nothing_is_a_sample() -> None:
    assert own_answers(pd.Series([4.0, None])) == OwnAnswers(4.0, 1, 0.0)
    assert own_answers(pd.Series([None], dtype=float)) is None
    several = own_answers(pd.Series([4.0, 5.0, 5.0, 2.0]))
    assert several is not None and (several.mean, several.n) == (4.0, 4) and round(several.error, 4) == 0.7071


@pytest.mark.parametrize("own_n", [1, 3, 30])
def test_the_interval_of_the_gap_holds(own_n: int) -> None:
    """And no more than one page in twenty calls anything clear where nothing differs, over eight items."""
    chance = np.random.default_rng(5)
    held = worlds = false = 0
    for _ in range(300):
        own, customers = {}, {}
        for item in range(8):
            stated = pd.Series(chance.normal(3.6, 0.5, own_n)) if own_n > 1 else pd.Series([3.6])
            found = own_answers(stated)
            assert found is not None
            own[str(item)] = found
            customers[str(item)] = mean_score(pd.Series(chance.normal(3.6, 0.7, 60).clip(1, 5)))
        gaps = view_gaps(own, customers)
        held += sum(each.low <= 0 <= each.high for each in gaps)
        worlds += len(gaps)
        false += any(each.clear for each in gaps)
    assert held / worlds >= 0.94
    assert false / 300 <= 0.08  # .05 and three errors of 300 pages


def test_where_a_unit_sees_itself_too_well_stands_first() -> None:
    chance = np.random.default_rng(1)
    customers = {code: mean_score(pd.Series(chance.normal(mean, 0.6, 80).clip(1, 5))) for code, mean in
                 {"a": 3.0, "b": 4.0, "c": 4.2}.items()}  # fmt: skip
    own = {code: OwnAnswers(4.0, 1) for code in ("a", "b", "c", "never asked")}
    gaps = view_gaps(own, customers)
    assert [each.code for each in gaps] == ["a", "b", "c"]
    assert gaps[0].clear and gaps[0].difference > 0 and not gaps[1].clear


def test_customers_who_all_say_the_same_give_no_interval_and_are_left_out() -> None:
    assert view_gaps({"a": OwnAnswers(5.0, 1)}, {"a": mean_score(pd.Series([4.0]))}) == []
