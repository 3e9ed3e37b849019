"""Answers to best-worst sets of people whose utilities are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.trade_offs.choices import ComparedItems, ComparedSet
from surveys.definition.questions.balanced_sets import balanced_sets


def comparison(items: int, size: int = 3, sets: int | None = None) -> ComparedItems:
    """The design of so many items, called i0, i1, …"""
    [design] = balanced_sets(items, size, sets or items)
    return ComparedItems(
        tuple(f"i{item}" for item in range(items)),
        tuple(ComparedSet(f"s{n}.best", f"s{n}.worst", each) for n, each in enumerate(design)),
    )


def answers(asked: ComparedItems, utilities: np.ndarray, chance: np.random.Generator) -> pd.DataFrame:
    """What people with these utilities (a row each) choose: the best by logit, then the worst of the rest."""
    found = {}
    names = np.array(asked.items)
    for each in asked.sets:
        own = utilities[:, list(each.items)]
        best = (own + chance.gumbel(size=own.shape)).argmax(axis=1)
        against = -own + chance.gumbel(size=own.shape)
        against[np.arange(len(own)), best] = -np.inf
        codes = names[list(each.items)]
        found[each.best], found[each.worst] = codes[best], codes[against.argmax(axis=1)]
    return pd.DataFrame(found, dtype=object)


def from_ratings(ratings: pd.DataFrame, asked: ComparedItems) -> pd.DataFrame:
    """What would be chosen by people who rate the items like this (a column each); nothing where they don't."""
    found = {}
    for each in asked.sets:
        own = ratings.iloc[:, list(each.items)].replace([np.inf, -np.inf], np.nan)
        own = own - np.arange(own.shape[1]) * 1e-6
        codes = dict(zip(own.columns, (asked.items[place] for place in each.items), strict=True))
        rated = own.notna().all(axis=1)
        for column, chosen in ((each.best, own[rated].idxmax(axis=1)), (each.worst, own[rated].idxmin(axis=1))):
            found[column] = chosen.map(codes).reindex(ratings.index)
    return pd.DataFrame(found, index=ratings.index, dtype=object)


def spread_people(mean: Sequence[float], spread: float, people: int, chance: np.random.Generator) -> np.ndarray:
    """Utilities of people who differ from the mean like this."""
    return np.asarray(mean) + spread * chance.standard_normal((people, len(mean)))
