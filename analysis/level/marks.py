"""Marks of test questions: the mean over those who took the test, and the share that had each question right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimate, refuse
from analysis.intervals.shares import share
from analysis.level.satisfaction import mean_score
from analysis.sampling.clustered_figures import within_clusters
from surveys.localisation.wording import saying

_NOBODY = saying("还没有人作答")


@dataclass(frozen=True)
class MarkedItem:
    """A test question: its columns with the codes that they stand for, those that are right, and what they are worth.

    One column holds the code that was chosen; of several choices each has a column of its own, 1 where it was chosen.
    """

    columns: tuple[tuple[str, str], ...]
    right: tuple[str, ...]
    marks: float
    several: bool = False


def marks_by_answer(answers: pd.DataFrame, items: tuple[MarkedItem, ...]) -> pd.Series:
    """What each row is worth; missing where no test question was answered, 0 for one left out beside others."""
    right = np.column_stack([right_or_not(answers, item).to_numpy() for item in items])
    worth = np.nan_to_num(right) @ np.array([item.marks for item in items])
    return pd.Series(np.where(np.isnan(right).all(axis=1), np.nan, worth), index=answers.index)


def right_or_not(answers: pd.DataFrame, item: MarkedItem) -> pd.Series:
    """1 where the question was answered rightly, 0 where wrongly, missing where it was not answered."""
    if not item.several:
        given = answers[item.columns[0][0]]
        return given.isin(item.right).astype(float).where(given.notna())
    several = answers[[name for name, _ in item.columns]].to_numpy(dtype=float)
    wanted = np.array([float(code in item.right) for _, code in item.columns])
    right = (np.nan_to_num(several) == wanted).all(axis=1).astype(float)
    return pd.Series(np.where(np.isnan(several).all(axis=1), np.nan, right), index=answers.index)


def mean_marks(
    answers: pd.DataFrame, *, items: tuple[MarkedItem, ...], low: float, high: float, confidence: float = 0.95,
    clusters: pd.Series | None = None,
) -> Estimate:  # fmt: skip
    """The mean of the marks of those who took the test, with its interval, between none and full marks."""
    marks = marks_by_answer(answers, items)
    return mean_score(marks, low=low, high=high, confidence=confidence, measure="mean_marks", clusters=clusters)


def share_right(
    answers: pd.DataFrame, *, item: MarkedItem, confidence: float = 0.95, clusters: pd.Series | None = None
) -> Estimate:
    """The share that had one question right, of those who answered it."""
    right = right_or_not(answers, item)
    given = right.dropna()
    if given.empty:
        return refuse("share_right", _NOBODY, n=0)
    plain = share(int(given.sum()), len(given), measure="share_right", confidence=confidence, interval="holding")
    return within_clusters(plain, right, clusters)
