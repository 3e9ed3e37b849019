"""Expectations of a whole survey: gaps by dimension, and features by Kano, from the columns of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.level.expectation import (
    KanoResult,
    gap_table,
    kano,
    kano_by_segment,
    kano_categories,
    reliability_of_difference,
)
from analysis.level.satisfaction import RatedDimension, dimension_values


@dataclass(frozen=True)
class GapsByDimension:
    """`table` as `gap_table` gives it, and whether respondents gave the dimensions their weights."""

    table: pd.DataFrame
    weighted: bool


def gaps_by_dimension(
    responses: pd.DataFrame,
    experienced: Mapping[str, RatedDimension],
    expected: Mapping[str, RatedDimension],
    points: Mapping[str, str],
) -> GapsByDimension:
    """Experience less expectation by dimension; *points*: the columns in which points were shared among them."""
    shared = {code: float(responses[points[code]].mean()) for code in experienced if code in points}
    weights = {code: amount for code, amount in shared.items() if pd.notna(amount)} or None
    scale = next(iter(experienced.values()))
    table = gap_table(
        dimension_values(responses, expected), dimension_values(responses, experienced), weights,
        low=scale.low, high=scale.high,
    )  # fmt: skip
    return GapsByDimension(table, weights is not None)


def reliability_of_gaps(
    responses: pd.DataFrame, expected: Sequence[str], experienced: Sequence[str]
) -> tuple[float | None, int]:
    """How reliable the gaps are over all pairs of items, and how many answered them all."""
    before, after = responses[list(expected)], responses[list(experienced)].set_axis(list(expected), axis=1)
    n = int((before.notna().all(axis=1) & after.notna().all(axis=1)).sum())
    return reliability_of_difference(before, after), n


def kano_of_features(responses: pd.DataFrame, pairs: Mapping[str, str]) -> dict[str, KanoResult]:
    """The category of each feature; *pairs*: the column with it missing by that with it there."""
    return {column: kano(kano_categories(responses[other], responses[column])) for column, other in pairs.items()}


def kano_of_segments(functional: pd.Series, dysfunctional: pd.Series, segments: pd.Series) -> dict[str, KanoResult]:
    """The category of one feature in each segment."""
    return kano_by_segment(kano_categories(functional, dysfunctional), segments)


def answers_in_segments(answers: pd.Series, segments: pd.Series) -> dict[str, int]:
    """How many answered in each segment."""
    return {str(name): int(n) for name, n in answers.notna().groupby(segments).sum().items()}
