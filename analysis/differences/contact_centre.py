"""What a call centre is measured by: how many were reached and answered, and scores by agent, list or business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.differences.partial_pooling import compare_scores
from analysis.estimates import Estimate
from analysis.intervals.shares import share
from analysis.level.satisfaction import mean_score
from surveys.localisation.ordering import natural


@dataclass(frozen=True)
class GroupScore:
    """The answers of one group: how many, by which channel, and their mean.

    `estimate` is partially pooled where there are groups enough: few answers are drawn towards the mean of all.
    """

    name: str
    n: int
    by_channel: Mapping[str, int]
    raw: float | None
    estimate: Estimate
    pooled: bool


def group_scores(
    ratings: pd.Series, groups: pd.Series, channels: pd.Series, *, low: float = 1, high: float = 5
) -> list[GroupScore]:  # fmt: skip
    """Each group of *groups* (missing: no group) with its answers; in natural order of their names."""
    known = groups.notna()
    named, given = groups[known].astype(str), ratings[known].astype(float)
    fair = compare_scores(given, named, low=low, high=high)
    pooled = {each.name: each.estimate for each in fair.units}
    found = []
    for name, inside in given.groupby(named):
        own = mean_score(inside, low=low, high=high)
        counts = channels[known][named == name].astype(str).value_counts().to_dict()
        found.append(
            GroupScore(
                str(name), len(inside), {str(key): int(n) for key, n in counts.items()},
                float(inside.mean()) if inside.notna().any() else None, pooled.get(str(name), own), name in pooled,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: natural(each.name))


@dataclass(frozen=True)
class CallFigures:
    """Calls of an agent or of a list: how many, the share of them that reached somebody, and that were answered."""

    name: str
    calls: int
    reached: Estimate
    answered: Estimate


def call_figures(counts: Sequence[tuple[str, str, int]]) -> list[CallFigures]:
    """By name, from rows of name, outcome and times; with Wilson intervals. Nobody was reached by no answer at all,
    and by a wrong number.
    """
    by_name: dict[str, dict[str, int]] = {}
    for name, outcome, times in counts:
        outcomes = by_name.setdefault(name, {})
        outcomes[outcome] = outcomes.get(outcome, 0) + times
    found = []
    for name in sorted(by_name, key=natural):
        outcomes, calls = by_name[name], sum(by_name[name].values())
        reached = calls - outcomes.get("no_answer", 0) - outcomes.get("wrong_number", 0)
        found.append(CallFigures(name, calls, share(reached, calls), share(outcomes.get("complete", 0), calls)))
    return found
