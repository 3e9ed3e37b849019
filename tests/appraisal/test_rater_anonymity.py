"""Attacks on the anonymity of raters: what is shown is a function of large groups, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.staff.appraisal.composition import AppraisalForm, AppraisalItem, appraisal_report
from analysis.staff.appraisal.rater_units import rater_units, tells_of_few
from surveys.anonymity import MINIMUM_GROUP, Minimums
from surveys.appraisal.appraisal import GROUPS, AppraisalRules, SmallGroups
from surveys.appraisal.report import AppraisalReport, ReportItem, report_from
from surveys.fieldwork.tasks.relations import EXTERNAL, PEER, SELF, SUBORDINATE, SUPERIOR

ITEMS = ("a", "b", "c")
FORM = AppraisalForm([AppraisalItem(ReportItem(each, each, {"zh-Hans": each}, 1, 5), 1 / 3) for each in ITEMS])
COUNTS = some.fixed_dictionaries({each: some.integers(0, 9) for each in GROUPS})
MODES = some.sampled_from(list(SmallGroups))


def ratings_of(counts: Mapping[str, int], seed: int, *, own: bool = True) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    relations = [each for each, n in counts.items() for _ in range(n)] + ([SELF] if own else [])
    scores = chance.integers(1, 6, (len(relations), len(ITEMS))).astype(float)
    scores[chance.random(scores.shape) < 0.1] = np.nan
    return pd.DataFrame(scores, columns=list(ITEMS)).assign(relation=relations, person="chief")


def report(ratings: pd.DataFrame, mode: SmallGroups = SmallGroups.MERGE, **rules: object) -> AppraisalReport:
    return appraisal_report(ratings, FORM, AppraisalRules(small_groups=mode, **rules), Minimums())  # type: ignore[arg-type]


@given(COUNTS, MODES)
def test_units_are_large_enough_and_hold_each_group_once(counts: dict[str, int], mode: SmallGroups) -> None:
    """Whatever groups there are, each unit has the minimum of raters, and no group stands in two of them."""
    units = rater_units(counts, AppraisalRules(small_groups=mode), MINIMUM_GROUP)
    groups = [group for unit in units for group in unit]
    assert len(groups) == len(set(groups))
    assert all(sum(counts[group] for group in unit) >= MINIMUM_GROUP for unit in units)


@settings(deadline=None)
@given(COUNTS, MODES, some.integers(0, 10**6))
def test_nothing_depends_on_who_is_left_out(counts: dict[str, int], mode: SmallGroups, seed: int) -> None:
    """Raters of groups that are not shown may say what they like: the report is the same to the last digit."""
    ratings = ratings_of(counts, seed)
    first = report(ratings, mode)
    shown = {group for unit in first.units for group in unit.groups}
    hidden = ~ratings["relation"].isin([*shown, SELF])
    other = ratings.copy()
    other.loc[hidden, list(ITEMS)] = 6 - other.loc[hidden, list(ITEMS)]
    assert report(other, mode) == first


@settings(deadline=None)
@given(COUNTS, MODES, some.integers(0, 10**6))
def test_the_own_view_is_in_no_figure_of_the_others(counts: dict[str, int], mode: SmallGroups, seed: int) -> None:
    """With another self-rating everything but the own column stays."""
    ratings = ratings_of(counts, seed)
    other = ratings.copy()
    other.loc[other["relation"] == SELF, list(ITEMS)] = 1.0
    first, second = report(ratings, mode), report(other, mode)
    assert (first.units, first.composite, first.low, first.high, first.within) == (
        second.units, second.composite, second.low, second.high, second.within,
    )  # fmt: skip
    assert [each.others for each in first.items] == [each.others for each in second.items]


@settings(deadline=None)
@given(COUNTS, MODES, some.integers(0, 10**6))
def test_all_sums_are_of_raters_who_can_not_be_told_apart(counts: dict[str, int], mode: SmallGroups, seed: int) -> None:
    """The linear system of all figures: what can be computed of an item is a sum of at least the minimum of raters.

    Every rater's answer to an item is a power of two times its own; each figure is then an equation whose coefficients
    are read off by changing one answer at a time. No combination of them is nonzero for fewer than the minimum.
    """
    ratings = ratings_of(counts, seed).reset_index(drop=True)
    base = _linear_figures(report(ratings, mode))
    others = ratings.index[ratings["relation"] != SELF]
    for item in ITEMS:
        rows = [place for place in others if pd.notna(ratings.loc[place, item])]
        if not rows or not base:
            continue
        columns = []
        for place in rows:
            moved = ratings.copy()
            moved.loc[place, item] += 1e-6  # so little that nothing is shown or withheld by it
            columns.append(np.array(_linear_figures(report(moved, mode))) - base)
        system = np.array(columns).T * 1e6
        _, size, ways = np.linalg.svd(system)
        space = ways[: int((size > 1e-3).sum())]
        if not len(space):
            continue
        told = [tuple(np.round(space[:, place], 3)) for place in range(len(rows))]
        sizes = [told.count(each) for each in set(told) if max(map(abs, each)) > 1e-3]
        assert all(each >= MINIMUM_GROUP for each in sizes), (counts, mode, sizes)


def _linear_figures(found: AppraisalReport) -> list[float]:
    """All figures that are sums of ratings, before they are rounded."""
    figures = [value for unit in found.units for value in (*unit.items.values(), unit.score)]
    return [*figures, *(each.others for each in found.items if each.others is not None)]


@pytest.mark.parametrize(
    "total, n, few, tells",
    [(25, 5, 1, True), (24, 5, 1, True), (23, 5, 1, False), (5, 5, 1, True), (15, 5, 1, False), (39, 8, 1, True)],
)
def test_a_sum_near_the_end_of_the_scale_tells_of_the_only_superior(total: int, n: int, few: int, tells: bool) -> None:
    """A superior among few others must be left with three values at least."""
    values = {
        own for own in range(1, 6) if (n - few) * 1 <= total - own <= (n - few) * 5
    }  # fmt: skip
    assert tells_of_few(total, n, few, 1, 5) is tells is (len(values) < 3)


def test_an_item_that_tells_of_the_only_superior_is_withheld() -> None:
    """One superior and five of the crew all say 5: merged, the item would say that the superior said so."""
    ratings = ratings_of({SUPERIOR: 1, SUBORDINATE: 5}, 1).assign(a=5.0, b=3.0, c=[1, 2, 3, 4, 5, 3, 3.0])
    [unit] = report(ratings).units
    assert set(unit.items) == {"b", "c"}


def test_one_rater_more_makes_no_second_report(tmp_path: object) -> None:
    """Weights and groups of a report are those of its day; kept and read again it is the same."""
    first = report(ratings_of({SUPERIOR: 1, PEER: 6, SUBORDINATE: 7, EXTERNAL: 2}, 3))
    assert report_from(first.as_json()) == first


def test_the_composite_is_the_units_by_their_weights() -> None:
    """By hand: peers all 4 (75), crew all 2 (25), weights 60 and 40: 55, and no spread."""
    ratings = ratings_of({PEER: 5, SUBORDINATE: 6}, 0)
    ratings[list(ITEMS)] = np.where(ratings["relation"] == PEER, 4.0, 2.0)[:, None].repeat(3, axis=1)
    found = report(ratings, weights={PEER: 60, SUBORDINATE: 40})
    assert found.composite == 55.0 and (found.low, found.high) == (55.0, 55.0)
    assert {unit.groups: round(unit.score, 9) for unit in found.units} == {(PEER,): 75.0, (SUBORDINATE,): 25.0}
