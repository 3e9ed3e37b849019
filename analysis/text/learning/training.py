"""Rebuild the weight table from labelled comments: fit, calibrate on domains not seen, keep the largest weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.text.learning.counting import Counts, count
from analysis.text.learning.fitting import Model, Recipe, fit, raw_scores
from analysis.text.learning.labels import LabelsUnusable
from analysis.text.learning.regression import logistic_regression
from analysis.text.segmentation import ngrams
from analysis.text.sentiment.lexicon import Lexicon
from analysis.text.sentiment.weights import Calibration, WeightTable

Floats = npt.NDArray[np.float64]


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
    table = table_of(counts, fit(counts, wanted, recipe), recipe, calibrate(unseen, wanted), lexicon)
    return Trained(table, unseen, recipe)


def unseen_scores(counts: Counts, labels: Floats, recipe: Recipe) -> Floats:
    """The raw score of each text by a model trained without its domain, or without its fold where there is only one."""
    folds = counts.domains if len(np.unique(counts.domains)) > 2 else np.arange(len(labels)) % recipe.folds
    scores = np.zeros(len(labels))
    for held_out in np.unique(folds):
        aside = folds == held_out
        if len(np.unique(labels[~aside])) == 2:
            scores[aside] = raw_scores(counts.rows(aside), fit(counts.rows(~aside), labels[~aside], recipe), recipe)
    return scores


def calibrate(scores: Floats, labels: Floats) -> Calibration:
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
