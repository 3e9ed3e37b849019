"""Which groups of raters are shown together, so that none of them is smaller than the minimum."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.appraisal.appraisal import GROUPS, AppraisalRules, SmallGroups


def rater_units(counts: Mapping[str, int], rules: AppraisalRules, least: int) -> list[tuple[str, ...]]:
    """Groups by what they are shown in; those in none are in no figure.

    *counts*: raters by group; *least*: the smallest group that the organisation shows anything of. Small groups are put
    together; where these are still too few, they join the smallest of the others.
    """
    fewest = max(rules.minimum, least)
    there = [each for each in GROUPS if counts.get(each, 0) > 0]
    large = [(each,) for each in there if counts[each] >= fewest]
    small = tuple(each for each in there if counts[each] < fewest)
    if rules.small_groups is SmallGroups.HIDE or not small:
        return list(large)
    if sum(counts[each] for each in small) >= fewest:
        return [*large, small]
    if not large:
        return []
    joined = min(large, key=lambda unit: (counts[unit[0]], GROUPS.index(unit[0])))
    merged = tuple(each for each in GROUPS if each in (*joined, *small))
    return [merged if each == joined else each for each in large]


def tells_of_few(total: int, n: int, few: int, low: int, high: int) -> bool:
    """Whether the sum of *n* ratings leaves *few* raters among them fewer than three values for each on average.

    Ratings are whole points from *low* to *high*.
    """
    smallest = max(few * low, total - (n - few) * high)
    largest = min(few * high, total - (n - few) * low)
    return largest - smallest < 2
