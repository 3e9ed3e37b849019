"""Rebuild the weight table from labelled comments.

The classifier is a logistic regression with an L2 penalty over character n-grams of one to four characters.
Counts are weighted by inverse document frequency and by the n-gram's naive-Bayes log ratio
(Wang & Manning, 2012, "Baselines and Bigrams"). Only the largest weights are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from analysis.text import ngrams
from analysis.text.errors import UnusableInput
from analysis.text.kind import without_ornament
from analysis.text.lexicon import Lexicon
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
    smoothing: float = 0.5
    wide_spread: int = 4
    kept: int = 150_000
    folds: int = 5
    steps: int = 50
    special_steps: int = 15


@dataclass(frozen=True)
class Counts:
    """Texts × n-grams: the key of each column, the length and the domain of each row, and ``opinion``, the strength
    that the lexicon gives each column."""

    matrix: sparse.csr_matrix
    keys: ngrams.Keys
    lengths: npt.NDArray[np.int64]
    domains: npt.NDArray[Any]
    opinion: Floats

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Counts:
        """The same columns for some of the texts."""
        return Counts(self.matrix[chosen], self.keys, self.lengths[chosen], self.domains[chosen], self.opinion)


@dataclass(frozen=True)
class Model:
    """What is learned: a weight per column, what one unit of lexicon strength weighs, and the bias."""

    weights: Floats
    opinion: float
    bias: float


_LABELS = {"1": 1, "正面": 1, "正": 1, "positive": 1, "0": 0, "-1": 0, "负面": 0, "负": 0, "negative": 0}


def labelled(rows: Iterable[tuple[str, ...]]) -> tuple[list[str], list[int], list[str]]:
    """Texts, labels and domains of ``(text, label)`` or ``(text, label, domain)`` rows, each text once.

    Texts that differ only in punctuation are the same; those labelled both ways, neutral (中性) or not at all
    are left out. Raises LabelsUnusable with the labels it does not know.
    """
    seen: dict[str, tuple[str, str, set[int]]] = {}
    unknown = set()
    for text, label, *domain in rows:
        name = label.strip().lower().removesuffix(".0")
        if name in _LABELS:
            bare = without_ornament(normalised([text])[0])
            seen.setdefault(bare, (text, "".join(domain), set()))[2].add(_LABELS[name])
        elif name not in {"", "中性", "中", "neutral", "2"}:
            unknown.add(label)
    if unknown:
        names = "、".join(sorted(unknown)[:10])
        raise LabelsUnusable(f"不认识的标签：{names}；可用：1/正面、0/-1/负面、中性（不参加训练）")
    agreed = [(text, marks.pop(), domain) for bare, (text, domain, marks) in seen.items() if bare and len(marks) == 1]
    return [row[0] for row in agreed], [row[1] for row in agreed], [row[2] for row in agreed]


def count(
    texts: Sequence[str], least_texts: int, domains: Sequence[str] | None = None, lexicon: Lexicon | None = None
) -> Counts:
    """Count the n-grams that stand in at least *least_texts* of the texts."""
    laid = ngrams.batch(normalised(texts))
    parts = [(laid.owners[places], keys) for _, keys, places in laid.grams]
    texts_of = np.concatenate([owners for owners, _ in parts])
    every = np.concatenate([keys for _, keys in parts])
    keys, columns = np.unique(every, return_inverse=True)
    ones = np.ones(len(every), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, (texts_of, columns)), shape=(len(texts), len(keys)))
    frequent = np.bincount(matrix.indices, minlength=len(keys)) >= least_texts
    groups = np.array(domains if domains is not None else [""] * len(texts))
    kept = keys[frequent]
    return Counts(matrix[:, frequent], kept, laid.lengths, groups, _opinion(kept, lexicon))


def _opinion(keys: ngrams.Keys, lexicon: Lexicon | None) -> Floats:
    strengths = np.zeros(len(keys))
    for word, strength in (lexicon.increments(ngrams.LONGEST) if lexicon else {}).items():
        place = int(np.searchsorted(keys, np.uint64(ngrams.key_of(word))))
        if place < len(keys) and int(keys[place]) == ngrams.key_of(word):
            strengths[place] = strength
    return strengths


@dataclass(frozen=True)
class Trained:
    """A table, and the raw score of each text by a model that had not seen its domain (or its fold)."""

    table: WeightTable
    unseen: Floats
    recipe: Recipe


def train(
    texts: Sequence[str],
    labels: Sequence[int],
    domains: Sequence[str] | None = None,
    *,
    lexicon: Lexicon | None = None,
    recipe: Recipe | None = None,
) -> Trained:
    """Learn a table from *texts* and their *labels* (1 positive, 0 negative).

    With *domains* (what each text is about: books, phones, …) an n-gram is trusted as far as it says the same in
    all of them, and the calibration is that for a domain the model has not seen; without, for unseen texts.
    The words of *lexicon* get one common weight per unit of strength on top of their own.
    Raises LabelsUnusable when a class has fewer than ten comments.
    """
    recipe = recipe or Recipe()
    wanted = np.asarray(labels, dtype=np.float64)
    if min((wanted == 1).sum(), (wanted == 0).sum()) < 10:
        raise LabelsUnusable("训练至少需要正面（1）和负面（0）评论各 10 条")
    counts = count(texts, recipe.least_texts, domains, lexicon)
    unseen = unseen_scores(counts, wanted, recipe)
    table = table_of(counts, fit(counts, wanted, recipe), recipe, calibrated(unseen, wanted), lexicon)
    return Trained(table, unseen, recipe)


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


def logistic_regression(
    features: sparse.csr_matrix, labels: Floats, penalty: Floats, steps: int, start: Floats | float = 0.0
) -> tuple[Floats, float]:
    """Logistic regression by L-BFGS with an L2 *penalty* per column on top of the scores *start*."""
    signs = 2.0 * labels - 1.0
    turned = features.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:-1], point[-1]
        margins = (features @ weights + bias + start) * signs
        pull = -signs * expit(-margins)
        slope = np.append(turned @ pull + penalty * weights, pull.sum())
        return float(np.logaddexp(0.0, -margins).sum() + 0.5 * (penalty * weights) @ weights), slope

    origin = np.zeros(features.shape[1] + 1)
    found = minimize(loss, origin, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    return found.x[:-1], float(found.x[-1])


def unseen_scores(counts: Counts, labels: Floats, recipe: Recipe) -> Floats:
    """The raw score of each text by a model trained without its domain, or without its fold where there is only one."""
    folds = counts.domains if len(np.unique(counts.domains)) > 2 else np.arange(len(labels)) % recipe.folds
    scores = np.zeros(len(labels))
    for held_out in np.unique(folds):
        aside = folds == held_out
        if len(np.unique(labels[~aside])) == 2:
            scores[aside] = raw_scores(counts.rows(aside), fit(counts.rows(~aside), labels[~aside], recipe), recipe)
    return scores


def raw_scores(counts: Counts, model: Model, recipe: Recipe) -> Floats:
    """What the model says about the counted texts: above zero for positive."""
    weights = model.weights + model.opinion * counts.opinion
    return np.asarray((counts.matrix @ weights) * _scale(counts, recipe) + model.bias)


def calibrated(scores: Floats, labels: Floats) -> Calibration:
    """Platt scaling of raw scores on texts that the model has not seen."""
    column = sparse.csr_matrix(scores.reshape(-1, 1))
    slope, offset = logistic_regression(column, labels, penalty=np.array([1e-3]), steps=100)
    return Calibration(float(slope[0]), offset)


def table_of(
    counts: Counts, model: Model, recipe: Recipe, calibration: Calibration, lexicon: Lexicon | None
) -> WeightTable:
    """The table of a model: its largest weights, and every word of the lexicon."""
    weights = dict(zip(counts.keys.tolist(), (model.weights + model.opinion * counts.opinion).tolist(), strict=True))
    words = {ngrams.key_of(word): s for word, s in (lexicon.increments(ngrams.LONGEST) if lexicon else {}).items()}
    unmet = {key: model.opinion * strength for key, strength in words.items() if key not in weights}
    largest = sorted(weights, key=lambda key: -abs(weights[key]))[: recipe.kept]
    kept = {key: weights[key] for key in largest if weights[key]} | unmet
    keys = np.array(sorted(kept), dtype=np.uint64)
    values = np.array([kept[key] for key in keys.tolist()], dtype=np.float32)
    return WeightTable(keys, values, bias=model.bias, power=recipe.power, calibration=calibration)
