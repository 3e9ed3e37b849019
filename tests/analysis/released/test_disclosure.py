"""Small groups stay hidden, also from those who can subtract."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    comments_may_be_shown,
    disclosed_cells,
    disclosed_unions,
    disclosure,
    recoverable_cells,
)
from analysis.released.batches import release
from surveys.organisation.department_tree import with_below


@pytest.mark.parametrize(
    "counts, withheld, total_shown",
    [
        ({"a": 20, "b": 30}, (), True),
        ({"a": 3, "b": 30, "c": 8}, ("a", "c"), True),
        ({"a": 3, "b": 4, "c": 8, "d": 20}, ("a", "b"), True),
        ({"a": 1, "b": 1, "c": 8, "d": 20}, ("a", "b", "c"), True),
        ({"a": 3, "b": 30}, ("a", "b"), True),
        ({"a": 0, "b": 30}, (), True),
        ({"a": 2, "b": 2}, ("a", "b"), False),
        ({"a": 4}, ("a",), False),
        ({}, (), False),
    ],
    ids=["all large", "complement", "two small enough", "two too small", "all", "empty group", "whole", "one", "none"],
)
def test_disclosure(counts, withheld, total_shown):
    result = disclosure(counts)
    assert (result.withheld, result.total_shown) == (withheld, total_shown)
    assert set(result.shown) | set(result.withheld) == set(counts)
    assert all(result.allows(group) for group in result.shown)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8), st.integers(2, 12))
def test_nothing_small_can_be_computed_by_subtraction(counts, minimum):
    """Total less the shown groups is nothing, or several groups with the minimum of answers between them."""
    result = disclosure(counts, minimum=minimum)
    assert all(counts[group] == 0 or counts[group] >= minimum for group in result.shown)
    hidden = [counts[group] for group in result.withheld]
    if result.total_shown and hidden:
        assert len(hidden) > 1 and sum(hidden) >= minimum


def test_negative_counts_are_an_error():
    with pytest.raises(ValueError, match="negative"):
        disclosure({"a": -1})


def test_comments_need_a_larger_group():
    assert comments_may_be_shown(10) and not comments_may_be_shown(9)


def test_a_table_hides_a_cell_from_both_its_totals():
    """One small cell needs a partner in its row, one in its column, and the corner that closes the rectangle."""
    counts = pd.DataFrame([[3, 20, 30], [9, 25, 40], [50, 60, 70]], index=list("abc"), columns=list("xyz"))
    shown = disclosed_cells(counts)
    assert (~shown).to_numpy().tolist() == [[True, True, False], [True, True, False], [False, False, False]]
    assert disclosed_cells(counts + 5).all(axis=None)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(2, 5))
def test_no_cell_of_a_table_follows_from_its_totals(seed, rows, columns):
    counts = pd.DataFrame(np.random.default_rng(seed).integers(0, 25, (rows, columns)))
    hidden = ~disclosed_cells(counts)
    for table, marks in ((counts, hidden), (counts.T, hidden.T)):
        for line in table.index:
            secret = table.loc[line][marks.loc[line]]
            alone = (table.loc[line] > 0).sum() == 1  # such a line's total has to go with its cell
            assert secret.empty or len(secret) > 1 or alone
    assert (counts[~hidden].fillna(9).to_numpy() != np.clip(counts, 1, 4).to_numpy()).all()


DISTRICTS = [["A", "B", "I", "J"], ["I"], ["J"]]  # A and B, of two answers each, are hidden
TOUCHPOINTS = [["K", "L", "M", "N"], ["N"]]  # K, L and M, of three answers each, are hidden


def test_two_tables_that_are_safe_can_give_a_cell_away_together():
    """A third grouping "big" of L and M leaves K = total − N − big."""
    hidden = ["A", "B", "K", "L", "M"]
    assert recoverable_cells(hidden, DISTRICTS) == [] and recoverable_cells(hidden, TOUCHPOINTS) == []
    assert recoverable_cells(hidden, [*DISTRICTS, *TOUCHPOINTS]) == []
    assert recoverable_cells(hidden, [*DISTRICTS, *TOUCHPOINTS, ["L", "M"]]) == ["K"]


def test_what_is_published_is_recoverable_and_nothing_gives_nothing():
    assert recoverable_cells(["A"], [["A"]]) == ["A"]
    assert recoverable_cells(["A"], []) == [] and recoverable_cells([], [["A"]]) == []


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=2))
def test_no_withheld_group_is_recoverable_from_its_partition(counts):
    result = disclosure(counts)
    published = [[group] for group in result.shown] + ([list(counts)] if result.total_shown else [])
    assert recoverable_cells(result.withheld, published) == []


def _answers(days: str) -> pd.DataFrame:
    """One answer for each letter, on the day of its place in the alphabet; capital letters are department b."""
    return pd.DataFrame(
        {
            "response": [str(n) for n in range(len(days))],
            "department": ["b" if each.isupper() else "a" for each in days],
            "day": pd.to_datetime([f"2026-11-{ord(each.lower()) - ord('a') + 1:02}" for each in days]),
        }
    )


@pytest.mark.parametrize(
    ("days", "today", "shown"),
    [
        ("aabbc", "2026-11-04", "aabbc"),
        ("aabbc", "2026-11-03", ""),
        ("aabbcd", "2026-11-09", "aabbc"),
        ("aabbcdddddd", "2026-11-09", "aabbcdddddd"),
        ("aabbcAABB", "2026-11-09", "aabbc"),
        ("", "2026-11-09", ""),
    ],
    ids=["a batch", "today not yet", "a sixth waits", "two batches", "each department its own", "nothing"],
)
def test_anonymous_answers_are_released_in_batches_of_past_days(days: str, today: str, shown: str) -> None:
    """Two looks at a result never differ by fewer than five people."""
    answers = _answers(days)
    out = release(answers, pd.Timestamp(today))
    assert len(out) == len(shown)
    assert list(out["day"]) == list(_answers(shown)["day"])


GROUPS = ["top", "a", "b", "c", "d", "e", ""]  # the last stands outside of every branch


@st.composite
def trees(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    """Branches of a tree over `GROUPS`, each with all below it."""
    parents = {each: draw(st.sampled_from(GROUPS[:place])) for place, each in enumerate(GROUPS[:-1]) if place}
    return {above: with_below([above], parents) for above in set(parents.values())}


@given(
    st.lists(st.integers(0, 9), min_size=len(GROUPS), max_size=len(GROUPS)), trees(), st.sets(st.sampled_from(GROUPS)),
    st.integers(2, 8),
)  # fmt: skip
def test_nothing_small_can_be_computed_of_branches(numbers, branches, elsewhere, minimum):
    """Of all groups, branches and the total that are shown: no sum of fewer than the minimum, no group withheld."""
    counts = dict(zip(GROUPS, numbers, strict=True))
    found = disclosure(counts, minimum=minimum, withheld_elsewhere=elsewhere)
    shown = disclosed_unions(counts, found, branches, minimum=minimum)
    known = [{each} for each in found.shown] + [branches[each] for each in shown] + [set(GROUPS)] * found.total_shown
    hidden = [each for each in found.withheld if counts[each]]
    table = np.array([[group in each for group in GROUPS] for each in known], dtype=float).reshape(-1, len(GROUPS))
    projection = np.linalg.pinv(table) @ table if len(table) else np.zeros((len(GROUPS),) * 2)
    for size in range(1, len(hidden) + 1):
        for chosen in combinations(hidden, size):
            few = sum(counts[each] for each in chosen) < minimum or size == 1
            empty = [each for each in GROUPS if not counts[each]]  # adds nothing to any sum
            wanted = [set(chosen) | set(more) for n in range(len(empty) + 1) for more in combinations(empty, n)]
            for cells in wanted if few else []:
                vector = np.array([group in cells for group in GROUPS], dtype=float)
                assert not np.allclose(projection @ vector, vector), (chosen, known)


def test_branches_are_shown_where_nothing_is_withheld():
    branches = {"top": frozenset({"top", "a", "b"}), "a": frozenset({"a", "b"})}
    counts = {"top": 9, "a": 6, "b": 7, "": 8}
    assert disclosed_unions(counts, disclosure(counts), branches) == {"top", "a"}
    small = {"top": 9, "a": 6, "b": 2, "": 8}  # with b, a is withheld; together they are enough
    assert disclosed_unions(small, disclosure(small), branches) == {"top", "a"}
    alone = {"top": 2, "a": 16, "b": 17, "": 3}  # the top and those outside: each alone would be told by the rest
    assert disclosed_unions(alone, disclosure(alone), branches) == {"a"}
