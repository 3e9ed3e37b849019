"""How the heads of `analysis.text.topics.polarity` are taught by labelled aspects.

A softmax regression with an L2 penalty over the clauses that name the labelled aspects, every polarity weighing the
same however rare it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize

from analysis.text.analyser import Analyser
from analysis.text.learning.labels import LabelsUnusable
from analysis.text.sentiment.judgement import SENTIMENTS
from analysis.text.sentiment.pragmatics import softmax
from analysis.text.topics.polarity import Context, PolarityHead, gram_scale
from analysis.text.topics.topics import Mention
from surveys.comments import Sentiment

LEAST = 100
"""So many mentions of each polarity are needed to learn anything."""
_LEAST_MENTIONS = 4
_PENALTY, _GRAM_PENALTY = 1.0, 0.5
_STEPS = 80

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Labels = Mapping[str, Sentiment]


class _Taught(NamedTuple):
    """The mentions of labelled aspects, the clauses they stand in, and how they speak by the labels."""

    mentions: list[Mention]
    places: Ints
    said: Ints


def learn_polarity(analyser: Analyser, texts: Sequence[str], labelled: Sequence[Labels]) -> PolarityHead:
    """Learn from comments and the polarity of their aspects, by code; raises LabelsUnusable where they are too few."""
    mentions, context = analyser.mentions_in_context(texts)
    taught = _taught(mentions, context, labelled)
    amounts = np.bincount(taught.said, minlength=len(SENTIMENTS))
    if amounts.min() < LEAST:
        raise LabelsUnusable(
            f"正面、中性、负面的方面各至少需要 {LEAST} 处在评论中找到，现在最少的只有 {amounts.min()} 处"
        )
    keys, grams = _grams(context, taught.places)
    features = context.features(taught.mentions, taught.places)
    weights = _fitted(sparse.hstack([sparse.csr_matrix(features), grams]).tocsr(), taught.said, features.shape[1])
    return PolarityHead(weights[: features.shape[1]], keys, weights[features.shape[1] :].astype(np.float32))


def _taught(mentions: Sequence[Mention], context: Context, labelled: Sequence[Labels]) -> _Taught:
    owners = context.laid.owners[[mention.start for mention in mentions]].tolist()
    kept = [
        (m, labelled[owner][m.code]) for m, owner in zip(mentions, owners, strict=True) if m.code in labelled[owner]
    ]
    starts = np.array([mention.start for mention, _ in kept], dtype=np.int64)
    places = np.maximum(context.clauses.around(starts), context.clauses.first[context.laid.owners[starts]])
    return _Taught([m for m, _ in kept], places, np.array([SENTIMENTS.index(said) for _, said in kept], dtype=np.int64))


def _grams(context: Context, places: Ints) -> tuple[npt.NDArray[np.uint64], sparse.csr_matrix]:
    """The n-grams that stand in enough of these clauses, and how often each does, as the heads weigh it."""
    found = list(context.grams(places))
    clauses, keys = (np.concatenate(column) for column in zip(*found, strict=True))
    known, column = np.unique(keys, return_inverse=True)
    amounts = sparse.csr_matrix((np.ones(len(keys)), (clauses, column)), shape=(len(context.odds), len(known)))
    frequent = np.flatnonzero(np.bincount(amounts.indices, minlength=len(known)) >= _LEAST_MENTIONS)
    rows = amounts[places][:, frequent].multiply(gram_scale(context.clauses, places)).tocsr()
    return known[frequent], rows


def _fitted(features: sparse.csr_matrix, said: Ints, plain: int) -> Floats:
    """The weights of each polarity; the first *plain* columns are not n-grams."""
    shape = (features.shape[1], len(SENTIMENTS))
    wanted, weighing = np.eye(len(SENTIMENTS))[said], len(said) / len(SENTIMENTS) / np.bincount(said)[said]
    penalty = np.append(np.full(plain, _PENALTY), np.full(shape[0] - plain, _GRAM_PENALTY))[:, None]
    turned = features.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        weights = point.reshape(shape)
        likelihoods = softmax(features @ weights)
        slope = turned @ (weighing[:, None] * (likelihoods - wanted)) + penalty * weights
        missed = -(weighing * np.log((likelihoods * wanted).sum(axis=1) + 1e-12)).sum()
        return float(missed + 0.5 * (penalty * weights**2).sum()), slope.ravel()

    start = np.zeros(shape[0] * shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x.reshape(shape))
