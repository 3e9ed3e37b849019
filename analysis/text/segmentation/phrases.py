"""Finds many phrases in many texts at once, by the keys of their first characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.key_table import Slots

Ints = npt.NDArray[np.int64]


class Occurrences(NamedTuple):
    """Phrase ``phrases[i]`` stands at place ``starts[i]`` of the batch."""

    phrases: Ints
    starts: Ints


class Phrases:
    """Distinct normalised phrases, none of them empty."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._phrases = list(phrases)
        self.lengths = np.array([len(phrase) for phrase in self._phrases], dtype=np.int64)
        heads = np.array([ngrams.key_of(phrase[: ngrams.LONGEST]) for phrase in self._phrases], dtype=np.uint64)
        keys, row = np.unique(heads, return_inverse=True)
        self._slots = Slots(keys)
        self._by_row = np.argsort(row, kind="stable")
        self._first = np.searchsorted(row[self._by_row], np.arange(len(keys) + 1))
        # A key tells up to four characters of the basic plane; what lies beyond has to be compared.
        self._inexact = np.array([len(p) > ngrams.LONGEST or max(p) > "\uffff" for p in self._phrases], dtype=bool)
        self._begins = {size: self._first_characters(size) for size in range(1, ngrams.LONGEST + 1)}

    def _first_characters(self, size: int) -> npt.NDArray[np.bool_]:
        """For each code whether a phrase that is looked up by *size* characters begins with it."""
        begins = np.zeros(1 << ngrams.CODE_BITS, dtype=bool)
        begins[[ngrams.key_of(p[0]) for p in self._phrases if min(len(p), ngrams.LONGEST) == size]] = True
        return begins

    def find(self, laid: ngrams.Batch) -> Occurrences:
        """Every occurrence of every phrase, also where they overlap, in order of place and the longest first."""
        rows, places = [], []
        for size, keys, where in laid.grams:
            likely = np.flatnonzero(self._begins[size][laid.codes[where]])
            row = self._slots.rows(keys[likely])
            met = row >= 0
            rows.append(row[met])
            places.append(where[likely[met]])
        found = self._spread(np.concatenate(rows), np.concatenate(places))
        return self._sorted(self._confirmed(found, laid.joined))

    def _spread(self, rows: npt.NDArray[np.int32], places: Ints) -> Occurrences:
        """All phrases that begin with the key of a row."""
        first, amount = self._first[rows], self._first[rows + 1] - self._first[rows]
        within = np.arange(amount.sum()) - np.repeat(np.cumsum(amount) - amount, amount)
        return Occurrences(self._by_row[np.repeat(first, amount) + within], np.repeat(places, amount))

    def _confirmed(self, found: Occurrences, joined: str) -> Occurrences:
        doubtful = np.flatnonzero(self._inexact[found.phrases])
        if not len(doubtful):
            return found
        keep = np.ones(len(found.phrases), dtype=bool)
        pairs = zip(found.phrases[doubtful].tolist(), found.starts[doubtful].tolist(), strict=True)
        keep[doubtful] = [joined.startswith(self._phrases[phrase], start) for phrase, start in pairs]
        return Occurrences(found.phrases[keep], found.starts[keep])

    def _sorted(self, found: Occurrences) -> Occurrences:
        order = np.lexsort((-self.lengths[found.phrases], found.starts))
        return Occurrences(found.phrases[order], found.starts[order])
