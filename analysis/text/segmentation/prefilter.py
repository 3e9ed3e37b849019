"""Which of many regular expressions could match which texts, by the wordings that each cannot do without.

A pattern about which nothing is known is always tried. Two libraries could do this, and were measured. google-re2's
Filter makes the whole analysis a third slower (16,000 comments of 25 characters a second instead of 25,000): it takes
texts one by one and passes over wordings of one or two letters. pyahocorasick takes three to five times as long as
`phrases` to find the wordings in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.text.segmentation import ngrams
from analysis.text.segmentation.phrases import Ints, Occurrences, Phrases
from analysis.text.segmentation.requirements import requirements


class Candidates(NamedTuple):
    """Pattern ``patterns[i]`` may match unit ``units[i]``; in order of unit, then of pattern."""

    units: Ints
    patterns: Ints


class Prefilter:
    """Says which of many patterns could match which of many texts or parts of texts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        needs = [requirements(pattern)[:2] for pattern in patterns]
        self._always = np.array([number for number, need in enumerate(needs) if not need], dtype=np.int64)
        self._needs = np.array([len(need) for need in needs], dtype=np.int64)
        gates = [(number, needed) for number, need in enumerate(needs) for needed in need]
        self._pattern_of = np.array([number for number, _ in gates], dtype=np.int64)
        opened: dict[str, list[int]] = {}
        for gate, (_, needed) in enumerate(gates):
            for wording in needed:
                opened.setdefault(wording, []).append(gate)
        self._phrases = Phrases(list(opened))
        self._gates = np.array([gate for each in opened.values() for gate in each], dtype=np.int64)
        self._opened = np.cumsum([0, *map(len, opened.values())])

    def find(self, laid: ngrams.Batch) -> Occurrences:
        """Where in the batch stand wordings that a pattern cannot do without."""
        return self._phrases.find(laid)

    def candidates(self, found: Occurrences, unit_of: Ints, units: int) -> Candidates:
        """Which patterns have to be tried on which of the *units* of a batch, after what was *found* in it.

        ``unit_of`` has for each place of the batch the number of its unit, or -1 where it lies in none.
        """
        inside = np.flatnonzero(unit_of[found.starts] >= 0)
        phrases, starts = found.phrases[inside], found.starts[inside]
        first, amount = self._opened[phrases], self._opened[phrases + 1] - self._opened[phrases]
        within = np.arange(amount.sum()) - np.repeat(np.cumsum(amount) - amount, amount)
        gates = self._gates[np.repeat(first, amount) + within]
        pairs = np.unique(np.repeat(unit_of[starts], amount) * max(len(self._pattern_of), 1) + gates)
        unit, gate = np.divmod(pairs, max(len(self._pattern_of), 1))
        size = max(len(self._needs), 1)
        met, times = np.unique(unit * size + self._pattern_of[gate], return_counts=True)
        met = met[times == self._needs[met % size]]
        every = (np.arange(units)[:, None] * size + self._always).ravel()
        return Candidates(*np.divmod(np.sort(np.concatenate([met, every])), size))
