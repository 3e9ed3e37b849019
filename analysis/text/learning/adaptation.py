"""How a table adapts to the comments of one survey without a label: it teaches itself what it is surest of.

What the shipped table is surest of are the labels (self-training, Yarowsky 1995, with soft labels): a ridge regression
over character n-grams of one to three characters learns from them which of the survey's own words go with praise and
with blame. Both scores, standardised, count half; an intercept keeps the share of positives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import expit

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.adapted import AdaptedTable
from analysis.text.sentiment.share import likely_share
from analysis.text.sentiment.weights import WeightTable

LEAST_COMMENTS = 150
"""From so many comments with content on there is enough to learn from."""
MOST_COMMENTS = 5_000
LEAST_AUTHORS = 5
"""An n-gram is learned when it stands in the comments of so many people: no table holds what only one has written."""
_LONGEST = 3
_PENALTY = 20.0
_PART = 0.5
_TOWARDS_EM = 0.25
"""Chosen over nine domains left out of training: nearer to EM, the accuracy falls in those where that runs away."""
_STEPS = 60
_FAR = 30.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Counted:
    """Comments × n-grams, 1 where one stands in the other, over the length correction of the comment."""

    matrix: sparse.csr_matrix
    keys: ngrams.Keys


def adapted(
    texts: Sequence[str],
    table: WeightTable,
    *,
    share: float | None = None,
    authors: Sequence[str] | None = None,
    least_authors: int = LEAST_AUTHORS,
) -> AdaptedTable | None:
    """What the comments *texts*, each with content, add to the shipped *table*; None of too few, or all alike.

    *share*: the share of positives among them (0–1), where ratings tell it. *authors* has who wrote each text; without
    it each is of another. The first `MOST_COMMENTS` are learned from: let chance order them.
    """
    texts, authors = texts[:MOST_COMMENTS], authors[:MOST_COMMENTS] if authors is not None else None
    if len(texts) < LEAST_COMMENTS:
        return None
    laid = ngrams.batch(normalise_texts(texts))
    raw = table.scores(laid, table.character_weights(laid))
    log_odds = table.calibration.log_odds(raw)
    counted = _counted(laid, table.scale(laid.lengths), authors, least_authors)
    weights = _learned(counted.matrix, expit(log_odds))
    own = counted.matrix @ weights
    if not own.std() > 0 or not raw.std() > 0:
        return None
    weights *= (1 - _PART) * raw.std() / own.std()
    mixed = _PART * raw + counted.matrix @ weights
    wanted = share if share is not None else likely_share(expit(log_odds), _TOWARDS_EM)
    bias = _intercept(table.calibration.slope * mixed, wanted) - table.calibration.offset
    learned = WeightTable(
        counted.keys, weights.astype(np.float32), bias=bias / table.calibration.slope, power=table.power,
        calibration=table.calibration,
    )  # fmt: skip
    return AdaptedTable(learned, _PART, table.version, len(texts))


def _counted(laid: ngrams.Batch, scale: Floats, authors: Sequence[str] | None, least: int) -> _Counted:
    parts = [(laid.owners[places], keys) for _, keys, places in laid.grams[:_LONGEST]]
    rows = np.concatenate([owners for owners, _ in parts])
    keys, columns = np.unique(np.concatenate([keys for _, keys in parts]), return_inverse=True)
    shape = (len(laid.starts), len(keys))
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0
    known = np.unique(authors, return_inverse=True)[1] if authors is not None else np.arange(shape[0])
    by_author = sparse.csr_matrix((np.ones(shape[0]), (known, np.arange(shape[0]))), shape=(known.max() + 1, shape[0]))
    enough = np.bincount((by_author @ matrix).tocsr().indices, minlength=shape[1]) >= least
    return _Counted((sparse.diags(scale) @ matrix[:, enough]).tocsr(), keys[enough])


def _learned(features: sparse.csr_matrix, probabilities: Floats) -> Floats:
    """The weight of each n-gram: ridge regression on the side that each comment is likelier on, as sure as that is.

    Rare n-grams are shrunk less, by their inverse document frequency; both sides weigh the same.
    """
    amount = features.shape[0]
    rarity = np.maximum(np.log(amount / (1.0 + np.bincount(features.indices, minlength=features.shape[1]))), 0.1)
    columns = (features @ sparse.diags(rarity)).tocsr()
    side, weight = np.sign(probabilities - 0.5), np.abs(2 * probabilities - 1)
    for one in (-1.0, 1.0):
        there = side == one
        weight[there] *= amount / 2 / max(weight[there].sum(), 1e-9)
    return rarity * _ridge(columns, side, weight)


def _ridge(columns: sparse.csr_matrix, wanted: Floats, weight: Floats) -> Floats:
    """The weights of a weighted ridge regression whose intercept is free, by conjugate gradients."""
    turned, total = columns.T.tocsr(), max(weight.sum(), 1e-9)
    middle = turned @ weight / total
    apart = weight * (wanted - weight @ wanted / total)

    def curvature(point: Floats) -> Floats:
        pulled = weight * (columns @ point - middle @ point)
        return np.asarray(turned @ pulled - middle * pulled.sum() + _PENALTY * point)

    size = columns.shape[1]
    if not size:
        return np.zeros(0)
    aim = turned @ apart - middle * apart.sum()
    found, _ = cg(LinearOperator((size, size), matvec=curvature), aim, rtol=1e-3, maxiter=_STEPS)
    return np.asarray(found)


def _intercept(log_odds: Floats, share: float) -> float:
    """What is to be added so that the mean probability is the *share*."""
    wanted, far = min(max(share, 1e-3), 1 - 1e-3), _FAR + float(np.abs(log_odds).max())
    return float(brentq(lambda shift: expit(log_odds + shift).mean() - wanted, -far, far))
