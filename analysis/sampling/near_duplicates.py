"""Responses that are almost another one, where chance would hardly make two alike.

Satisfied people often answer alike. So each response gets the number of others that would come within one answer of it
by chance, from how answers follow one another among people of its level; only where that is next to none is a twin
told.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

_LEVELS = 5  # classes of respondents by their mean answer
_SMOOTHING = 0.5


def duplicates_beyond_chance(answers: np.ndarray, chance: float) -> np.ndarray:
    """1 where another row is equal in all answers but one at most, 0 where none is, missing where chance makes one.

    *chance*: the number of rows so near by chance up to which a twin is told. It bounds the part of honest responses
    that are falsely told. Linear in the rows.
    """
    if not answers.size:
        return np.full(len(answers), np.nan)
    expected = expected_near(answers)
    return np.where(expected <= chance, near_duplicates(answers).astype(float), np.nan)


def expected_near(answers: np.ndarray) -> np.ndarray:
    """How many other rows come within one answer of each row by chance.

    Answers are a chain in the order asked, each going by the one before and by the level of its respondent: so items of
    a scale, which stand together, go together.
    """
    codes, size = _codes(answers)
    levels = _levels(answers)
    others = np.zeros(len(answers))
    for level in range(_LEVELS):  # rows near one another have nearly one level, though maybe that of the next class
        inside = np.abs(levels - level) <= 1
        own = levels == level
        if own.any():
            others[own] = inside.sum() * np.exp(_log_near(codes[own], codes[inside], size))
    return others


def near_duplicates(answers: np.ndarray) -> np.ndarray:
    """Whether another response is equal in all answers but one at most.

    Two rows that differ in one place are equal once that place is left out, so hashes of every row less one answer
    find all such pairs in time linear in the rows.
    """
    n, k = answers.shape
    found = np.zeros(n, dtype=bool)
    keys = np.random.default_rng(64).integers(1, 2**62, k, dtype=np.uint64)
    coded = np.where(np.isnan(answers), -1.0, answers).view(np.uint64)
    # Mixing the bits before multiplying keeps sums of different answers apart.
    mixed = (coded ^ (coded >> np.uint64(29))) * keys
    whole = mixed.sum(axis=1, dtype=np.uint64)
    for column in range(k):
        which = pd.factorize(whole - mixed[:, column])[0]
        found |= np.bincount(which)[which] > 1
    return found


def _codes(answers: np.ndarray) -> tuple[np.ndarray, int]:
    """Every cell as a whole number from 0; a missing answer is one of the answers."""
    found = pd.factorize(np.where(np.isnan(answers), np.inf, answers).ravel())[0].reshape(answers.shape)
    return found, int(found.max(initial=0)) + 1


def _levels(answers: np.ndarray) -> np.ndarray:
    given = ~np.isnan(answers)
    means = np.nan_to_num(answers).sum(axis=1) / np.maximum(given.sum(axis=1), 1)
    cuts = np.quantile(means, np.linspace(0, 1, _LEVELS + 1)[1:-1]) if len(means) else []
    return np.searchsorted(cuts, means)


def _log_near(rows: np.ndarray, among: np.ndarray, size: int) -> np.ndarray:
    """The logarithm of the probability that a row like those *among* comes within one answer of each of *rows*."""
    k = rows.shape[1]
    steps = [_pair(among, j - 1, j, size)[rows[:, j - 1], rows[:, j]] for j in range(1, k)]
    first = (np.bincount(among[:, 0], minlength=size) + _SMOOTHING) / (len(among) + _SMOOTHING * size)
    logs = np.log(np.column_stack([first[rows[:, 0]], *steps]))
    whole = logs.sum(axis=1)
    ways = np.ones(len(rows))
    for j in range(k):  # one answer is any: it and the step behind it give way to a step over it
        freed = logs[:, j].copy()
        if j + 1 < k:
            freed += logs[:, j + 1]
            over = (
                _alone(among, j + 1, size)[rows[:, j + 1]]
                if j == 0
                else (_pair(among, j - 1, j + 1, size)[rows[:, j - 1], rows[:, j + 1]])
            )
            freed -= np.log(over)
        ways += np.exp(-freed) - 1
    return whole + np.log(np.maximum(ways, 1.0))


def _alone(among: np.ndarray, column: int, size: int) -> np.ndarray:
    """How probable each answer is in a column."""
    return (np.bincount(among[:, column], minlength=size) + _SMOOTHING) / (len(among) + _SMOOTHING * size)


def _pair(among: np.ndarray, before: int, after: int, size: int) -> np.ndarray:
    """How probable each answer is after each other one."""
    both = np.bincount(among[:, before] * size + among[:, after], minlength=size * size).reshape(size, size)
    base = _alone(among, after, size)
    return (both + base) / (both.sum(axis=1, keepdims=True) + 1)
