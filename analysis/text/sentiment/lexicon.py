"""Opinion words with a strength, and where they stand in the clauses of a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from analysis.text.errors import UnusableInput
from analysis.text.segmentation import ngrams
from analysis.text.segmentation.clauses import Clauses
from analysis.text.segmentation.phrases import Phrases
from analysis.text.segmentation.words import PlacedWords

_LAST_IDEOGRAPH = "\u9fff"

Ints = npt.NDArray[np.int64]


class LexiconUnreadable(UnusableInput):
    """A line of a lexicon file is not ``strength<TAB>words``."""


class Hit(NamedTuple):
    """An opinion word at ``text[start:end]``; *implied* when it is a turn of phrase of a topic list."""

    start: int
    end: int
    strength: float
    implied: bool = False


@dataclass(frozen=True)
class Hits:
    """Opinion words in order of place, each with the clause it stands in. Places count through the batch."""

    starts: Ints
    ends: Ints
    strengths: npt.NDArray[np.float64]
    implied: npt.NDArray[np.bool_]
    clauses: Ints

    def with_implied(self, others: Hits) -> Hits:
        """These and, in clauses that hold none of them, the *others*."""
        new = ~np.isin(others.clauses, self.clauses)
        if not new.any():
            return self
        both = [
            np.concatenate([mine, theirs[new]]) for mine, theirs in zip(self.columns(), others.columns(), strict=True)
        ]
        order = np.argsort(both[0], kind="stable")
        return Hits(*(column[order] for column in both))

    def within(self, wanted: npt.NDArray[np.bool_]) -> Hits:
        """Those that stand in a clause that is *wanted*."""
        kept = wanted[self.clauses]
        return Hits(*(column[kept] for column in self.columns()))

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self.starts, self.ends, self.strengths, self.implied, self.clauses


class Lexicon:
    """Looks opinion words up, longest first, without overlaps."""

    def __init__(self, strengths: Mapping[str, float]) -> None:
        self._strengths = dict(strengths)
        words = list(self._strengths)
        self._phrases = Phrases(words)
        self._values = np.array([self._strengths[word] for word in words], dtype=np.float64)
        # Single characters mean too many things, but signs and emoji beyond the ideographs do not.
        self._ambiguous = np.array([len(word) == 1 and word <= _LAST_IDEOGRAPH for word in words], dtype=bool)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a lexicon; raises LexiconUnreadable with the line number."""
        strengths: dict[str, float] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            strength, tab, words = line.partition("\t")
            try:
                strengths |= dict.fromkeys(words.split(), float(strength))
            except ValueError:
                tab = ""
            if not tab:
                raise LexiconUnreadable(f"{path} 第 {number} 行：应为“强度<TAB>词语”")
        return cls(strengths)

    @property
    def words(self) -> Collection[str]:
        """The opinion words, normalised."""
        return self._strengths.keys()

    def increments(self, longest: int) -> dict[str, float]:
        """For the emoji and the words of two to *longest* characters what each adds to the words inside it.

        Added up over all the words that occur in a text, nested ones too, they give every outermost word its strength.
        """
        counted = [w for w in self._strengths if 2 <= len(w) <= longest or (len(w) == 1 and w > _LAST_IDEOGRAPH)]
        found: dict[str, float] = {}
        for word in sorted(counted, key=len):
            parts = (word[i:j] for i in range(len(word)) for j in range(i + 2, len(word) + 1))
            found[word] = self._strengths[word] - sum(found.get(part, 0.0) for part in parts)
        return found

    def torn(self, laid: ngrams.Batch, words: PlacedWords) -> tuple[Ints, Ints]:
        """Where the letters of an opinion word stand that are the end of one word and the beginning of the next."""
        phrases, starts = self._phrases.find(laid)
        ends = starts + self._phrases.lengths[phrases]
        apart = words.torn(starts, ends)
        return starts[apart], ends[apart]

    def hits(self, laid: ngrams.Batch, clauses: Clauses, words: PlacedWords) -> Hits:
        """The opinion words of the clauses.

        An ideograph by itself counts only where it is a word, and no word counts that others hold in pieces.
        """
        alone = words.alone()
        phrases, starts = self._phrases.find(laid)
        ends = starts + self._phrases.lengths[phrases]
        inside = clauses.around(starts)
        counted = (inside >= 0) & (ends <= clauses.ends[inside]) if len(clauses.ends) else np.zeros(len(starts), bool)
        counted &= ~self._ambiguous[phrases] | alone[starts]
        counted &= ~words.torn(starts, ends)
        kept = np.flatnonzero(counted)
        kept = kept[_apart(starts[kept], ends[kept])]
        strengths = self._values[phrases[kept]]
        return Hits(starts[kept], ends[kept], strengths, np.zeros(len(kept), dtype=bool), inside[kept])


def _apart(starts: Ints, ends: Ints) -> list[int]:
    """The stretches that begin where the one kept before has ended; they come in order, the longest first."""
    kept, free = [], 0
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start >= free:
            kept.append(number)
            free = end
    return kept
