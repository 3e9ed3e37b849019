"""Any question, any method that fits it: what is offered comes from the catalogue, what is handed to it from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.answer_order import list_options
from analysis.differences.clustered_groups import clustered_association
from analysis.differences.crosstabs import count_table
from analysis.level.satisfaction import RatedDimension, dimension_values
from analysis.methods import METHODS, Method, methods_for

SHORTEST_SERIES = 8


@dataclass(frozen=True)
class Item:
    """One column of answers: its words, measure, scale where it has one, words of its codes, and its other side.

    `codes`: every answer that can be given, as text and in the order of the definition; empty where they can't be
    listed.
    """

    column: str
    label: str
    measure: str
    low: float | None = None
    high: float | None = None
    options: Mapping[str, str] | None = None
    other_side: str | None = None  # the column that is asked beside it: expectation, dysfunctional
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selection:
    """The rows looked at, those of the period before, and what the item may be set against.

    `segments`: the columns of the rows that answers may be split by; empty for an anonymous survey, as `dated` is
    False for it.
    """

    responses: pd.DataFrame
    earlier: pd.DataFrame | None
    dimensions: Mapping[str, RatedDimension]
    overall: str | None
    segments: tuple[str, ...] = ()
    dated: bool = True


@dataclass(frozen=True)
class MethodOffer:
    """A method that fits the item, and whether it needs a segment to split by."""

    method: Method
    by_segment: bool


@dataclass(frozen=True)
class Unexplored:
    """A method that these answers give nothing to work with, and its own words for why."""

    reason: str


# What a method of a purpose is called with; None where the selection has not what it takes.
Arrangement = Callable[[Item, Selection, str | None], tuple[Any, ...] | None]


def offers(item: Item, selection: Selection) -> dict[str, MethodOffer]:
    """The methods that fit *item* and for which *selection* has the material, by name, in the catalogue's order."""
    segment = selection.segments[0] if selection.segments else None
    return {
        name: MethodOffer(method, purpose in BY_SEGMENT)
        for purpose, arrange in ARRANGEMENTS.items()
        if (fitting := methods_for(item.measure, purpose)) and arrange(item, selection, segment) is not None
        for name, method in fitting.items()
    }


def offers_of(items: Mapping[str, Item], selection: Selection) -> dict[str, dict[str, MethodOffer]]:
    """The `offers` of each item, by its column."""
    return {column: offers(item, selection) for column, item in items.items()}


def weeks_answered(item: Item, selection: Selection) -> int:
    """In how many weeks the item was answered."""
    return int(weekly(item, selection).notna().sum())


def explore(
    name: str,
    item: Item,
    selection: Selection,
    segment: str | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    clusters: pd.Series | None = None,
    clusters_before: pd.Series | None = None,
) -> Any:
    """What the method of this name finds; None where it can't be applied, `Unexplored` where it says why not.

    *settings* go to methods that know them. *clusters*: what the answers that resemble each other belong to, for the
    rows of now and of before.
    """
    method = METHODS[name]
    arguments = ARRANGEMENTS[method.purpose](item, selection, segment)
    if arguments is None:
        return None
    try:
        options, _left_out = list_options(item.codes, selection.responses[item.column].dropna())
        offered = {
            "low": item.low, "high": item.high, "options": options, "clusters": clusters,
            "clusters_before": clusters_before,
        }  # fmt: skip
        if method.purpose == "association" and segment is not None and clusters is not None:
            found = clustered_association(selection.responses[item.column], selection.responses[segment], clusters)
            if found is not None:
                return found
        return method.result(arguments, **{**offered, **(settings or {})})
    except ValueError as reason:  # a chart whose baseline has nothing to start from
        return Unexplored(str(reason))


def weekly(item: Item, selection: Selection) -> pd.Series:
    """Mean answer of each week from Monday, in time order; weeks without answers are missing."""
    rows = selection.responses
    weeks = rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, unit="D")
    return rows[item.column].astype(float).groupby(weeks).mean().asfreq("7D")


def _level(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    return (selection.responses[item.column],)


def _change(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    if selection.earlier is None or selection.earlier.empty:
        return None
    return selection.earlier[item.column], selection.responses[item.column]


def _groups(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    return None if segment is None else (selection.responses[item.column], selection.responses[segment])


def _association(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    groups = _groups(item, selection, segment)
    return None if groups is None else (count_table(*groups, options=item.codes),)


def _drivers(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    others = {code: each for code, each in selection.dimensions.items() if item.column not in each.items}
    if item.column != selection.overall or len(others) < 2:
        return None
    return dimension_values(selection.responses, others), selection.responses[item.column]


def _contrast(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    drivers = _drivers(item, selection, segment)
    return None if drivers is None else (*drivers, {code: selection.dimensions[code] for code in drivers[0].columns})


def _expectation(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    if item.other_side is None:
        return None
    return tuple(selection.responses[column] for column in (item.other_side, item.column))


def _scale(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    own = next((each for each in selection.dimensions.values() if item.column in each.items), None)
    return None if own is None or len(own.items) < 2 else (selection.responses[list(own.items)],)


def _structure(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    factors = {code: list(each.items) for code, each in selection.dimensions.items() if len(each.items) > 1}
    if len(factors) < 2 or not any(item.column in items for items in factors.values()):
        return None
    return selection.responses, factors


def _series(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    if not selection.dated or not selection.responses["day"].notna().any():
        return None
    values = weekly(item, selection)
    return None if values.notna().sum() < SHORTEST_SERIES else (values,)


def _shares(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    if _series(item, selection, segment) is None or item.high is None:
        return None
    rows = selection.responses[selection.responses[item.column].notna()]
    weeks = rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, unit="D")
    good = rows[item.column].astype(float) > item.high - 2
    return good.groupby(weeks).sum().astype(float), good.groupby(weeks).size().astype(float)


def _mix(item: Item, selection: Selection, segment: str | None) -> tuple[Any, ...] | None:
    change = _change(item, selection, segment)
    if change is None or segment is None or selection.earlier is None:
        return None
    return *change, selection.earlier[segment], selection.responses[segment]


ARRANGEMENTS: dict[str, Arrangement] = {
    "level": _level,
    "change": _change,
    "groups": _groups,
    "association": _association,
    "drivers": _drivers,
    "contrast": _contrast,
    "expectation": _expectation,
    "scale": _scale,
    "structure": _structure,
    "series": _series,
    "shares": _shares,
    "mix": _mix,
}
BY_SEGMENT = {"groups", "association", "mix"}
OVER_TIME = {"series", "shares"}  # of these pages show the watch over all questions instead
