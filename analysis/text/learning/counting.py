"""Texts as counts of their character n-grams, for learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.normalise import normalise_texts
from analysis.text.sentiment.lexicon import Lexicon

Floats = npt.NDArray[np.float64]


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


def count(
    texts: Sequence[str], least_texts: int, domains: Sequence[str] | None = None, lexicon: Lexicon | None = None
) -> Counts:
    """Count the n-grams that stand in at least *least_texts* of the texts."""
    laid = ngrams.batch(normalise_texts(texts))
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
