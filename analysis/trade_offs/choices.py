"""Answers to best-worst sets as numbers: which item was best and which worst, of each set and respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.facts import item_column
from surveys.definition.questions import BestWorst
from surveys.definition.questions.best_worst import SIDES


@dataclass(frozen=True)
class ComparedSet:
    """The columns of one set, and the places of its items in the list of all."""

    best: str
    worst: str
    items: tuple[int, ...]


@dataclass(frozen=True)
class ComparedItems:
    """A best-worst question as the analysis reads it: codes of its items, and its sets of all versions."""

    items: tuple[str, ...]
    sets: tuple[ComparedSet, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for each in self.sets for column in (each.best, each.worst))


def compared_items(question: BestWorst) -> ComparedItems:
    """The design of a question, by the columns of frames."""
    codes = tuple(option.code for option in question.options)
    sets = []
    for group in question.every_set():
        best, worst = (item_column(question.field(group, side)) for side in SIDES)
        sets.append(ComparedSet(best, worst, tuple(codes.index(code) for code in group.items)))
    return ComparedItems(codes, tuple(sets))


@dataclass(frozen=True)
class Choices:
    """What was chosen by those who answered a set or more.

    `codes` has a row per respondent and a column per set: place of the best in the set × its size + place of the
    worst, −1 where the set has no answer. `clusters` numbers what the respondents belong to, themselves unless told.
    """

    items: int
    sets: tuple[tuple[int, ...], ...]
    codes: np.ndarray
    clusters: np.ndarray

    @property
    def n(self) -> int:
        return len(self.codes)

    @property
    def groups(self) -> int:
        """How many clusters there are."""
        return int(self.clusters.max()) + 1 if self.n else 0

    def part(self, rows: np.ndarray) -> Choices:
        """The choices of some respondents."""
        clusters = pd.factorize(self.clusters[rows])[0]
        return Choices(self.items, self.sets, self.codes[rows], clusters)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Rows of values added up within clusters."""
        if self.groups == self.n:
            return values
        return np.asarray(pd.DataFrame(values).groupby(self.clusters).sum())


def choices_of(responses: pd.DataFrame, comparison: ComparedItems, clusters: pd.Series | None = None) -> Choices:
    """The choices in a frame with the columns of the comparison; a set without both sides counts as unanswered."""
    codes = np.column_stack([_codes(responses, comparison.items, each) for each in comparison.sets])
    answered = np.asarray((codes >= 0).any(axis=1))
    if clusters is None:
        belong = np.arange(int(answered.sum()))
    else:  # who belongs to nothing known stands alone
        named, alone = clusters.loc[answered], pd.Series(range(int(answered.sum()))).map("alone {}".format).to_numpy()
        belong = pd.factorize(np.where(named.isna(), alone, named.astype(str)))[0]
    return Choices(len(comparison.items), tuple(each.items for each in comparison.sets), codes[answered], belong)


def _codes(responses: pd.DataFrame, items: Sequence[str], compared: ComparedSet) -> np.ndarray:
    order = [items[place] for place in compared.items]
    best, worst = (
        pd.Categorical(responses[column], categories=order).codes.astype(int)
        for column in (compared.best, compared.worst)
    )
    return np.where((best >= 0) & (worst >= 0) & (best != worst), best * len(order) + worst, -1)
