"""Figures weighted to a known population beside the same unweighted, and what the weights do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.differences.significance import SignificanceTest
from analysis.estimates import Estimate
from analysis.methods import methods_for
from analysis.sampling.clustered_figures import LEAST_CLUSTERS, TOO_FEW_CLUSTERS, alone_where_missing
from analysis.sampling.complex_samples import Design
from analysis.sampling.population import population_margins
from analysis.sampling.weighting import Weighting, rake
from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class WeightsUsed:
    """What weights were given: how many answers have one, what these are worth, and how the parts came out.

    `balance` and `histogram` as `Weighting` has them.
    """

    n: int
    effective_n: float
    design_effect: float
    trimmed: int
    caveats: tuple[Message, ...]
    balance: pd.DataFrame
    histogram: pd.DataFrame


def weights_used(
    responses: pd.DataFrame, table: pd.DataFrame, names: Mapping[str, str], largest: float
) -> WeightsUsed:  # fmt: skip
    """Weights of *responses* to the population in *table*, by segments; *names*: their words by column.

    Raises WeightingProblem with every reason why they don't fit.
    """
    weighting, _groups = _raked(responses, table, names, largest)
    return WeightsUsed(
        int(weighting.weights.notna().sum()), weighting.effective_n, weighting.design_effect, weighting.trimmed,
        weighting.caveats, weighting.balance, weighting.histogram(),
    )  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """The figures of one question: `plain` by measure, and `weighted`."""

    plain: Mapping[str, Estimate]
    weighted: tuple[Estimate, ...]


def weighted_figures(
    responses: pd.DataFrame,
    table: pd.DataFrame,
    names: Mapping[str, str],
    largest: float,
    column: str,
    measure: str,
    ends: tuple[float | None, float | None],
    *,
    clustered: bool,
    clusters: pd.Series | None = None,
) -> Compared:
    """The levels of *column* without and with weights; *clustered*: answers of one touchpoint resemble each other,
    where it isn't declared what they resemble each other by (*clusters*)."""
    if clusters is None and clustered:
        clusters = responses["touchpoint"]
    design, few = _raked_design(responses, table, names, largest, clusters)
    ratings, (low, high) = responses[column], ends
    plain = [
        each.result((ratings,), low=low, high=high, clusters=clusters)
        for each in methods_for(measure, "level").values()
    ]
    weighted = [
        each.result((ratings, design), low=low, high=high) for each in methods_for(measure, "weighted").values()
    ]
    weighted = [replace(each, caveats=(*each.caveats, *few)) for each in weighted]
    return Compared({each.measure: each for each in plain if isinstance(each, Estimate)}, tuple(weighted))


def weighted_tests(
    responses: pd.DataFrame,
    table: pd.DataFrame,
    names: Mapping[str, str],
    largest: float,
    column: str,
    measure: str,
    *,
    clustered: bool,
    clusters: pd.Series | None = None,
) -> list[tuple[str, Message, SignificanceTest]]:
    """Whether *column* differs between the segments of each kind under the weights: kind, name of the test, result."""
    if clusters is None and clustered:
        clusters = responses["touchpoint"]
    design, _few = _raked_design(responses, table, names, largest, clusters)
    purposes = ("weighted_groups", "weighted_association")
    methods = [method for purpose in purposes for method in methods_for(measure, purpose).values()]
    return [
        (kind, method.label, method.result((responses[column], responses[kind], design)))
        for kind in names
        if kind != column
        for method in methods
    ]


def _raked_design(
    responses: pd.DataFrame, table: pd.DataFrame, names: Mapping[str, str], largest: float, clusters: pd.Series | None
) -> tuple[Design, tuple[Message, ...]]:  # fmt: skip
    """With the clusters where there are enough of them to see how they vary, and a word where there aren't."""
    weighting, groups = _raked(responses, table, names, largest)
    weights = weighting.weights
    if clusters is None:
        return Design(weights, margins=groups), ()
    own = pd.Series(alone_where_missing(clusters), index=clusters.index)
    amount = int(own[weights.notna()].nunique())
    if amount < LEAST_CLUSTERS:
        return Design(weights, margins=groups), (saying(TOO_FEW_CLUSTERS, clusters=amount),)
    return Design(weights, clusters=own), ()


def _raked(
    responses: pd.DataFrame, table: pd.DataFrame, names: Mapping[str, str], largest: float
) -> tuple[Weighting, pd.DataFrame]:  # fmt: skip
    """The weights, and the segments that they were made of."""
    groups = responses[list(names)].rename(columns=names)  # under the names that reasons are given with
    margins = population_margins(table, {words: words for words in names.values()})
    return rake(groups, margins, largest=largest), groups[list(margins)]
