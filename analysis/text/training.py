"""Rebuild the weight table from labelled comments.

The classifier is a logistic regression with an L2 penalty over character n-grams of one to four characters.
Counts are weighted by inverse document frequency and by the n-gram's naive-Bayes log ratio
(Wang & Manning, 2012, "Baselines and Bigrams"). Only the largest weights are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from analysis.text import ngrams
from analysis.text.errors import UnusableInput
from analysis.text.kind import without_ornament
from analysis.text.normalise import normalised
from analysis.text.weights import Calibration, WeightTable

Floats = npt.NDArray[np.float64]


class LabelsUnusable(UnusableInput):
    """There is nothing to learn: too few comments or only one class."""


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run; chosen on a held-out part of the training data."""

    least_texts: int = 3
    penalty: float = 3.0
    power: float = 0.6
    kept: int = 150_000
    folds: int = 5
    steps: int = 60


@dataclass(frozen=True)
class Counts:
    """Texts × n-grams, with the key of each column."""

    matrix: sparse.csr_matrix
    keys: ngrams.Keys
    lengths: npt.NDArray[np.int64]

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Counts:
        """The same columns for some of the texts."""
        return Counts(self.matrix[chosen], self.keys, self.lengths[chosen])


_LABELS = {"1": 1, "正面": 1, "正": 1, "positive": 1, "0": 0, "-1": 0, "负面": 0, "负": 0, "negative": 0}


def labelled(rows: Iterable[tuple[str, ...]]) -> tuple[list[str], list[int]]:
    """Texts and labels of ``(text, label)`` rows, each text once.

    Texts that differ only in punctuation are the same; those labelled both ways, neutral (中性) or not at all
    are left out. Raises LabelsUnusable with the labels it does not know.
    """
    seen: dict[str, tuple[str, set[int]]] = {}
    unknown = set()
    for text, label in rows:
        name = label.strip().lower().removesuffix(".0")
        if name in _LABELS:
            bare = without_ornament(normalised([text])[0])
            seen.setdefault(bare, (text, set()))[1].add(_LABELS[name])
        elif name not in {"", "中性", "中", "neutral", "2"}:
            unknown.add(label)
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise LabelsUnusable(f"不认识的标签：{names}；可用：1/正面、0/-1/负面、中性（不参加训练）")
    agreed = [(text, marks.pop()) for bare, (text, marks) in seen.items() if bare and len(marks) == 1]
    return [text for text, _ in agreed], [mark for _, mark in agreed]


def count(texts: Sequence[str], least_texts: int) -> Counts:
    """Count the n-grams that stand in at least *least_texts* of the texts."""
    laid = ngrams.batch(normalised(texts))
    owner = np.repeat(np.arange(len(texts)), laid.lengths + 1)
    parts = [(owner[places], keys) for _, keys, places in ngrams.keys(laid.codes)]
    texts_of = np.concatenate([texts_ for texts_, _ in parts])
    every = np.concatenate([keys for _, keys in parts])
    keys, columns = np.unique(every, return_inverse=True)
    ones = np.ones(len(every), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, (texts_of, columns)), shape=(len(texts), len(keys)))
    frequent = np.bincount(matrix.indices, minlength=len(keys)) >= least_texts
    return Counts(matrix[:, frequent], keys[frequent], laid.lengths)


def train(texts: Sequence[str], labels: Sequence[int], recipe: Recipe | None = None) -> WeightTable:
    """Learn a table from *texts* and their *labels* (1 positive, 0 negative).

    The calibration comes from predictions for texts that the fold's model has not seen.
    Raises LabelsUnusable when a class has fewer than ten comments.
    """
    recipe = recipe or Recipe()
    wanted = np.asarray(labels, dtype=np.float64)
    if min((wanted == 1).sum(), (wanted == 0).sum()) < 10:
        raise LabelsUnusable("训练至少需要正面（1）和负面（0）评论各 10 条")
    counts = count(texts, recipe.least_texts)
    unseen = _unseen_scores(counts, wanted, recipe)
    weights, bias = fit(counts, wanted, recipe)
    return pruned(counts.keys, weights, bias, recipe, calibrated(unseen, wanted))


def fit(counts: Counts, labels: Floats, recipe: Recipe) -> tuple[Floats, float]:
    """The weight of every n-gram and the bias."""
    strength = _document_frequency_weight(counts) * (np.abs(_log_ratio(counts, labels)) + 0.1)
    scale = sparse.diags((4.0 * counts.lengths + 8.0) ** -recipe.power)
    features = (scale @ counts.matrix @ sparse.diags(strength)).tocsr()
    weights, bias = logistic_regression(features, labels, recipe.penalty, recipe.steps)
    return weights * strength, bias


def _document_frequency_weight(counts: Counts) -> Floats:
    texts_with = np.bincount(counts.matrix.indices, minlength=len(counts.keys))
    return np.maximum(np.log(counts.matrix.shape[0] / (1.0 + texts_with)), 0.1)


def _log_ratio(counts: Counts, labels: Floats) -> Floats:
    present = counts.matrix.copy()
    present.data = np.ones_like(present.data)
    positive = np.asarray(present.T @ (labels == 1)) + 1.0
    negative = np.asarray(present.T @ (labels == 0)) + 1.0
    return np.asarray(np.log(positive / positive.sum()) - np.log(negative / negative.sum()))


def logistic_regression(
    features: sparse.csr_matrix, labels: Floats, penalty: float, steps: int
) -> tuple[Floats, float]:
    """L2-penalised logistic regression by L-BFGS; the bias is not penalised."""
    signs = 2.0 * labels - 1.0
    turned = features.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:-1], point[-1]
        margins = (features @ weights + bias) * signs
        pull = -signs * expit(-margins)
        slope = np.append(turned @ pull + penalty * weights, pull.sum())
        return float(np.logaddexp(0.0, -margins).sum() + 0.5 * penalty * (weights @ weights)), slope

    start = np.zeros(features.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    return found.x[:-1], float(found.x[-1])


def _unseen_scores(counts: Counts, labels: Floats, recipe: Recipe) -> Floats:
    """The raw score of each text by a model that was trained without its fold."""
    fold = np.arange(len(labels)) % recipe.folds
    scores = np.zeros(len(labels))
    for held_out in range(recipe.folds):
        aside = fold == held_out
        if len(np.unique(labels[~aside])) < 2:
            continue
        weights, bias = fit(counts.rows(~aside), labels[~aside], recipe)
        scores[aside] = raw_scores(counts.rows(aside), weights, bias, recipe)
    return scores


def raw_scores(counts: Counts, weights: Floats, bias: float, recipe: Recipe) -> Floats:
    """What the table with these weights says about the counted texts."""
    return np.asarray((counts.matrix @ weights) * (4.0 * counts.lengths + 8.0) ** -recipe.power + bias)


def calibrated(scores: Floats, labels: Floats) -> Calibration:
    """Platt scaling of raw scores on texts that the model has not seen."""
    column = sparse.csr_matrix(scores.reshape(-1, 1))
    slope, offset = logistic_regression(column, labels, penalty=1e-3, steps=100)
    return Calibration(float(slope[0]), offset)


def pruned(keys: ngrams.Keys, weights: Floats, bias: float, recipe: Recipe, calibration: Calibration) -> WeightTable:
    """Keep the largest weights."""
    size = np.abs(weights)
    least = np.partition(size, -recipe.kept)[-recipe.kept] if len(size) > recipe.kept else 0.0
    kept = (size >= least) & (size > 0)
    return WeightTable(
        keys[kept], weights[kept].astype(np.float32), bias=bias, power=recipe.power, calibration=calibration
    )
