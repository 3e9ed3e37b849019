"""How a layer learns an organisation's own aspects from the corrections its people make.

For each aspect a logistic regression with an L2 penalty over character n-grams and what the topic list says; it is
used only for aspects for which, on comments it has not seen, it is measured better than the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.stats import binomtest

from analysis.text.learning.regression import logistic_regression
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.local import AspectModel, LocalLayer, grams_of

LEAST = 20
"""So many comments with the aspect and so many without it are needed to learn anything."""
_PENALTY = 0.1
_FOLDS = 5
_STEPS = 60
_SMALLEST = 0.02
_CHANCE = 0.05

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """How the list and the layer did for an aspect on comments that the layer had not seen."""

    aspect: str
    comments: int
    list_f1: float
    layer_f1: float
    p: float
    """How likely so uneven a count of differing judgements would be by chance (sign test, two-sided)."""

    @property
    def is_better(self) -> bool:
        return self.layer_f1 > self.list_f1 and self.p < _CHANCE


def learn_layer(
    texts: Sequence[str], labelled: Sequence[frozenset[str]], listed: Sequence[frozenset[str]]
) -> tuple[LocalLayer, list[Measured]]:
    """Learn from *labelled* aspects of comments, beside what the topic list finds in them.

    Returns the layer, and for each aspect with enough comments how it did against the list in cross-validation.
    """
    features = _Features(texts)
    models, measured = {}, []
    for code in sorted(frozenset[str]().union(*labelled)):
        wanted, found = (np.array([code in codes for codes in each]) for each in (labelled, listed))
        if min(wanted.sum(), (~wanted).sum()) >= LEAST:
            outcome = _compared(code, wanted, found, _unseen(features, wanted, found))
            measured.append(outcome)
            if outcome.is_better:
                models[code] = features.model(wanted, found)
    return LocalLayer(models), measured


class _Features:
    """Comments × n-grams that occur at least twice, each row over the root of its number of n-grams."""

    def __init__(self, texts: Sequence[str]) -> None:
        grams = [sorted(grams_of(text)) for text in normalise_texts(texts)]
        seen: dict[str, int] = {}
        for row in grams:
            for gram in row:
                seen[gram] = seen.get(gram, 0) + 1
        self.grams = [gram for gram, times in seen.items() if times > 1]
        place = {gram: column for column, gram in enumerate(self.grams)}
        known = [[place[gram] for gram in row if gram in place] for row in grams]
        rows = np.repeat(np.arange(len(texts)), [len(row) for row in known])
        columns = np.array([column for row in known for column in row], dtype=np.int64)
        values = np.array([max(len(row), 1) ** -0.5 for row in grams])[rows]
        self.matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(self.grams)))

    def fit(self, rows: npt.NDArray[np.intp], wanted: Flags, found: Flags) -> tuple[Floats, float, float]:
        """The weight of each n-gram, of the list's word, and the bias."""
        beside = sparse.csr_matrix(found[rows].astype(np.float64).reshape(-1, 1))
        matrix = sparse.hstack([self.matrix[rows], beside]).tocsr()
        penalty = np.append(np.full(len(self.grams), _PENALTY), 0.01)
        weights, bias = logistic_regression(matrix, wanted[rows].astype(np.float64), penalty, _STEPS)
        return weights[:-1], float(weights[-1]), bias

    def model(self, wanted: Flags, found: Flags) -> AspectModel:
        weights, listed, bias = self.fit(np.arange(len(wanted)), wanted, found)
        kept = np.flatnonzero(np.abs(weights) >= _SMALLEST)
        return AspectModel(bias, listed, {self.grams[n]: round(float(weights[n]), 3) for n in kept})


def _unseen(features: _Features, wanted: Flags, found: Flags) -> Flags:
    """What the layer says about each comment after learning from the others; in folds with equal shares of both."""
    order = np.argsort(wanted, kind="stable")
    fold = np.empty(len(wanted), dtype=np.int64)
    fold[order] = np.arange(len(wanted)) % _FOLDS
    said = np.zeros(len(wanted), dtype=bool)
    for number in range(_FOLDS):
        aside = np.flatnonzero(fold == number)
        weights, listed, bias = features.fit(np.flatnonzero(fold != number), wanted, found)
        said[aside] = features.matrix[aside] @ weights + listed * found[aside] + bias > 0
    return said


def _compared(code: str, wanted: Flags, found: Flags, said: Flags) -> Measured:
    better, worse = int(((said == wanted) & (found != wanted)).sum()), int(((said != wanted) & (found == wanted)).sum())
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return Measured(code, len(wanted), _f1(wanted, found), _f1(wanted, said), p)


def _f1(wanted: Flags, said: Flags) -> float:
    amount = int(wanted.sum() + said.sum())
    return 2 * int((wanted & said).sum()) / amount if amount else 1.0
