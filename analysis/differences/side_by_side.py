"""Any number of figures beside each other: every pair tested, one family of comparisons, and all together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from analysis.differences.comparison import (
    correct_changes,
    estimate_change,
    judge_change,
    no_change,
    share_change,
    welch_error,
)
from analysis.estimates import RELEVANT_PART_OF_RANGE, Change, Estimate, Verdict
from analysis.sampling.sample_size import answers_to_detect
from surveys.localisation.wording import saying

Pair = tuple[int, int]


@dataclass(frozen=True)
class SideBySide:
    """Figures of several sides. `pairs`: each second minus its first, p by Holm over all; those that overlap missing.

    `p`: of all sides being the same (Cochran's Q over the sides that have a figure), None where that can't be told.
    """

    sides: tuple[Estimate, ...]
    pairs: dict[Pair, Change]
    p: float | None

    def above(self, side: int) -> list[int]:
        """The sides that this one is clearly higher than."""
        found = []
        for (first, second), change in self.pairs.items():
            if change.verdict is Verdict.CLEAR and side in (first, second):
                higher, lower = (first, second) if change.clearly_down else (second, first)
                found += [lower] if higher == side else []
        return sorted(found)


def side_by_side(sides: Sequence[Estimate], overlapping: Collection[Pair] = ()) -> SideBySide:
    """Compare every pair of *sides* (estimates of one figure) but those *overlapping*, which share answers."""
    tested = {
        pair: difference_of(sides[pair[0]], sides[pair[1]])
        for pair in combinations(range(len(sides)), 2)
        if pair not in overlapping
    }
    family = saying("{count} 对比较（Holm）", count=len(tested))
    corrected = correct_changes({f"{a} {b}": each for (a, b), each in tested.items()}, family)
    pairs = dict(zip(tested, corrected.values(), strict=True))
    return SideBySide(tuple(sides), pairs, None if overlapping else heterogeneity(sides))


def difference_of(first: Estimate, second: Estimate) -> Change:
    """Second − first of two independent figures: shares by Newcombe, scores by Welch, others by their errors (z)."""
    if not (first.ok and second.ok):
        return no_change(first, second)
    if first.unit == "share" and first.design_effect == second.design_effect == 1.0:
        return share_change(first, second)
    return _scores(first, second) if first.unit == "score" else estimate_change(first, second)


def _scores(first: Estimate, second: Estimate) -> Change:
    """Welch's t from the standard errors; the interval's width stands for an error where all answers are alike."""
    errors = [_error(each) for each in (first, second)]
    n = [max(int(min(each.n, each.effective_n or each.n)), 2) for each in (first, second)]
    variances = (errors[0] ** 2 * n[0], errors[1] ** 2 * n[1])
    if not all(errors):
        return no_change(first, second)
    error, degrees = welch_error(variances, (n[0], n[1]))
    difference = second.figures()[0] - first.figures()[0]
    half = float(stats.t.isf((1 - second.confidence) / 2, degrees)) * error
    p = float(2 * stats.t.sf(abs(difference) / error, degrees))
    relevant = (second.scale[1] - second.scale[0]) * RELEVANT_PART_OF_RANGE
    needed = answers_to_detect(relevant, sum(variances) / 2, alpha=1 - second.confidence)
    limits = (difference, difference - half, difference + half)
    return judge_change(first, second, limits, p, needed, relevant, method="Welch t test (Welch 1947)")


def _error(estimate: Estimate) -> float:
    if estimate.standard_error:
        return estimate.standard_error
    _value, low, high = estimate.figures()
    return (high - low) / (2 * float(stats.norm.isf((1 - estimate.confidence) / 2)))


def heterogeneity(sides: Sequence[Estimate]) -> float | None:
    """p of Cochran's Q (1954): whether independent figures differ at all; None of fewer than two."""
    known = [each for each in sides if each.ok and _error(each) > 0]
    if len(known) < 2:
        return None
    values = np.array([each.figures()[0] for each in known])
    weights = np.array([_error(each) ** -2.0 for each in known])
    centre = float((weights * values).sum() / weights.sum())
    return float(stats.chi2.sf((weights * (values - centre) ** 2).sum(), len(known) - 1))
