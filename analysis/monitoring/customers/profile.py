"""Who the customers are: how many have each value of an attribute, and two attributes against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.answer_order import in_order
from analysis.differences.crosstabs import Association, association
from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of, bands, days_of


@dataclass(frozen=True)
class GroupShare:
    """One value, or band of values, of an attribute; `share` from 0 to 1 of the files that have the attribute."""

    name: str
    n: int
    share: float


def grouped(frame: pd.DataFrame, attribute: FileAttribute) -> pd.Series:
    """The groups by which an attribute is counted: its values, bands of an amount, years of a day."""
    return _GROUPED[attribute.kind](frame, attribute.code)


def distribution(groups: pd.Series) -> list[GroupShare]:
    """How many files are in each group: bands in their order, others from the most frequent on."""
    counts = groups.value_counts(sort=not isinstance(groups.dtype, pd.CategoricalDtype))
    counts = counts.sort_index() if isinstance(groups.dtype, pd.CategoricalDtype) else counts
    total = int(counts.sum())
    return [GroupShare(str(name), int(n), n / total) for name, n in counts.items() if n]


@dataclass(frozen=True)
class CrossTable:
    """Files by two attributes; those that have only one of the two are in no cell."""

    counts: pd.DataFrame
    association: Association


def cross_table(rows: pd.Series, columns: pd.Series) -> CrossTable:
    """Two groupings of the same files against each other, with Cramér's V."""
    known = rows.notna() & columns.notna()
    counts = pd.crosstab(rows[known].astype(object), columns[known].astype(object))
    counts = counts.reindex(index=_ordered(rows[known]), columns=_ordered(columns[known]), fill_value=0)
    return CrossTable(counts, association(counts))


def _ordered(groups: pd.Series) -> list[object]:
    if isinstance(groups.dtype, pd.CategoricalDtype):
        there = set(groups)
        return [each for each in groups.cat.categories if each in there]
    return list(in_order(groups))


def _as_it_is(frame: pd.DataFrame, code: str) -> pd.Series:
    return frame[code].map(lambda value: str(value) if pd.notna(value) else None).astype(object)


def _in_bands(frame: pd.DataFrame, code: str) -> pd.Series:
    return bands(amounts_of(frame, code))


def _by_year(frame: pd.DataFrame, code: str) -> pd.Series:
    return days_of(frame[code]).map(lambda day: f"{day:%Y}" if pd.notna(day) else None).astype(object)


_GROUPED: Mapping[AttributeKind, Callable[[pd.DataFrame, str], pd.Series]] = {
    AttributeKind.CATEGORIES: _as_it_is, AttributeKind.MANY: _as_it_is, AttributeKind.AMOUNT: _in_bands,
    AttributeKind.DAY: _by_year,
}  # fmt: skip
