"""The words that moved the score of each comment most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.text.comment import Contribution
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.words import PlacedWords
from analysis.text.sentiment.context import ClauseScores
from analysis.text.sentiment.lexicon import Hits

_SHOWN = 6
_MOVED = 0.05

Floats = npt.NDArray[np.float64]


def contributions(
    originals: Sequence[str], laid: ngrams.Batch, words: PlacedWords, sums: Floats, scale: Floats, ruled: Floats
) -> list[tuple[Contribution, ...]]:
    """For each comment the words that moved its score most: their share of the table, and of the rules.

    ``sums[end] - sums[start]`` is what the table adds for a stretch before the *scale* of its text; *ruled* the same
    for what the rules add.
    """
    owners = laid.owners[words.starts]
    weights = (sums[words.ends] - sums[words.starts]) * scale[owners] + ruled[words.ends] - ruled[words.starts]
    moved = np.flatnonzero((np.abs(weights) >= _MOVED) & (laid.codes[words.starts] > 0x20))
    order = moved[np.lexsort((-words.starts[moved], -np.abs(weights[moved]), owners[moved]))]
    rank = np.arange(len(order)) - np.searchsorted(owners[order], owners[order])
    shown = order[rank < _SHOWN]
    found: list[list[Contribution]] = [[] for _ in originals]
    columns = (
        owners[shown],
        words.starts[shown] - laid.starts[owners[shown]],
        words.ends[shown] - laid.starts[owners[shown]],
        np.round(weights[shown], 3),
    )
    for text, start, end, weight in zip(*(column.tolist() for column in columns), strict=True):
        found[text].append(Contribution(originals[text][start:end], start, end, weight))
    return list(map(tuple, found))


def ruled_sums(hits: Hits, clauses: Clauses, parts: ClauseScores, short: npt.NDArray[np.bool_], size: int) -> Floats:
    """What the context of the opinion words of *short* comments adds, spread over their characters and summed up."""
    amount = np.bincount(hits.clauses, hits.ends - hits.starts, minlength=len(clauses.starts))
    corrections = np.where(short[clauses.owners], parts.corrections, 0.0)
    each = np.divide(corrections, amount, out=np.zeros(len(amount)), where=amount > 0)[hits.clauses]
    steps = np.bincount(hits.starts, each, size + 1) - np.bincount(hits.ends, each, size + 1)
    return np.concatenate([[0.0], np.cumsum(np.cumsum(steps))[:size]])
