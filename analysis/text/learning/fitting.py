"""The weight of every n-gram, learned from counted texts.

The classifier is a logistic regression with an L2 penalty over character n-grams of one to four characters.
Counts are weighted by inverse document frequency and by the n-gram's naive-Bayes log ratio
(Wang & Manning, 2012, "Baselines and Bigrams").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.text.learning.counting import Counts
from analysis.text.learning.regression import logistic_regression

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run; chosen on a held-out part of the training data."""

    least_texts: int = 3
    penalty: float = 3.0
    power: float = 0.6
    smoothing: float = 0.5
    wide_spread: int = 4
    kept: int = 150_000
    folds: int = 5
    steps: int = 50
    special_steps: int = 15


@dataclass(frozen=True)
class Model:
    """What is learned: a weight per column, what one unit of lexicon strength weighs, and the bias."""

    weights: Floats
    opinion: float
    bias: float


def fit(counts: Counts, labels: Floats, recipe: Recipe) -> Model:
    """Learn the weight of every n-gram, of the lexicon, and the bias."""
    general = _general(counts, labels, recipe)
    if len(np.unique(counts.domains)) == 1:
        return general
    strength = _rarity(counts) * (np.abs(_log_ratio(counts, labels, 1.0, apart=False)) + 0.1)
    features = (sparse.diags(_scale(counts, recipe)) @ counts.matrix @ sparse.diags(strength)).tocsr()
    penalty = np.full(len(strength), recipe.penalty)
    start = raw_scores(counts, general, recipe)
    special, shift = logistic_regression(features, labels, penalty, recipe.special_steps, start)
    return Model(general.weights + special * strength, general.opinion, general.bias + shift)


def _general(counts: Counts, labels: Floats, recipe: Recipe) -> Model:
    """What holds in all domains, and the weight of the lexicon. What this leaves open, the domains' own n-grams say."""
    strength = _rarity(counts) * (np.abs(_log_ratio(counts, labels, recipe.smoothing)) + 0.1)
    strength *= np.minimum(1.0, _spread(counts) / recipe.wide_spread)
    scale = sparse.diags(_scale(counts, recipe))
    opinion = sparse.csr_matrix((counts.matrix @ counts.opinion).reshape(-1, 1))
    features = sparse.hstack([scale @ counts.matrix @ sparse.diags(strength), scale @ opinion]).tocsr()
    penalty = np.append(np.full(len(strength), recipe.penalty), 0.01)
    weights, bias = logistic_regression(features, labels, penalty, recipe.steps)
    return Model(weights[:-1] * strength, float(weights[-1]), bias)


def raw_scores(counts: Counts, model: Model, recipe: Recipe) -> Floats:
    """What the model says about the counted texts: above zero for positive."""
    weights = model.weights + model.opinion * counts.opinion
    return np.asarray((counts.matrix @ weights) * _scale(counts, recipe) + model.bias)


def _scale(counts: Counts, recipe: Recipe) -> Floats:
    return np.asarray((4.0 * counts.lengths + 8.0) ** -recipe.power)


def _rarity(counts: Counts) -> Floats:
    texts_with = np.bincount(counts.matrix.indices, minlength=len(counts.keys))
    return np.maximum(np.log(counts.matrix.shape[0] / (1.0 + texts_with)), 0.1)


def _spread(counts: Counts) -> Floats:
    """In how many domains each n-gram occurs; plenty where there is only one domain."""
    groups = np.unique(counts.domains)
    if len(groups) == 1:
        return np.full(len(counts.keys), np.inf)
    inside = [
        np.bincount(counts.matrix[counts.domains == group].indices, minlength=len(counts.keys)) for group in groups
    ]
    return np.asarray(np.sum([found > 0 for found in inside], axis=0), dtype=np.float64)


def _log_ratio(counts: Counts, labels: Floats, smoothing: float, *, apart: bool = True) -> Floats:
    """The naive-Bayes log ratio of each n-gram; *apart*: averaged over the domains."""
    present = counts.matrix.copy()
    present.data = np.ones_like(present.data)
    ratios = []
    domains = counts.domains if apart else np.zeros(len(labels))
    for group in np.unique(domains):
        chosen = domains == group
        if len(np.unique(labels[chosen])) == 2:
            positive = np.asarray(present[chosen].T @ (labels[chosen] == 1)) + smoothing
            negative = np.asarray(present[chosen].T @ (labels[chosen] == 0)) + smoothing
            ratios.append(np.log(positive / positive.sum()) - np.log(negative / negative.sum()))
    return np.asarray(np.mean(ratios, axis=0))
