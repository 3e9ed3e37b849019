"""Which groups of raters are shown together, so that none of them is smaller than the minimum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.appraisal.appraisal import GROUPS, AppraisalRules, SmallGroups


def rater_units(counts: Mapping[str, int], rules: AppraisalRules, least: int) -> list[tuple[str, ...]]:
    """Groups by what they are shown in; those in none are in no figure.

    *counts*: raters by group; *least*: the smallest group that the organisation shows anything of.
    """
    merging = rules.small_groups is SmallGroups.MERGE
    return large_units(counts, GROUPS, max(rules.minimum, least), merging=merging)


def large_units(
    counts: Mapping[str, int], order: Sequence[str], fewest: int, *, merging: bool = True
) -> list[tuple[str, ...]]:  # fmt: skip
    """Groups of *fewest* or more by themselves; small ones put together where *merging*, else in no unit.

    Where small ones are still too few together, they join the smallest of the others.
    """
    there = [each for each in order if counts.get(each, 0) > 0]
    large = [(each,) for each in there if counts[each] >= fewest]
    small = tuple(each for each in there if counts[each] < fewest)
    if not merging or not small:
        return list(large)
    if sum(counts[each] for each in small) >= fewest:
        return [*large, small]
    if not large:
        return []
    joined = min(large, key=lambda unit: (counts[unit[0]], there.index(unit[0])))
    merged = tuple(each for each in there if each in (*joined, *small))
    return [merged if each == joined else each for each in large]


def tells_of_few(total: int, n: int, few: int, low: int, high: int) -> bool:
    """Whether the sum of *n* ratings leaves *few* raters among them fewer than three values for their own sum.

    Ratings are whole points from *low* to *high*.
    """
    smallest = max(few * low, total - (n - few) * high)
    largest = min(few * high, total - (n - few) * low)
    return largest - smallest < 2
