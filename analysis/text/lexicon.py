"""Opinion words with a strength, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple, Self

from analysis.text.errors import UnusableInput


class LexiconUnreadable(UnusableInput):
    """A line of a lexicon file is not ``strength<TAB>words``."""


class Hit(NamedTuple):
    """An opinion word at ``text[start:end]``; *implied* when it is a turn of phrase of a topic list."""

    start: int
    end: int
    strength: float
    implied: bool = False


class Lexicon:
    """Looks opinion words up, longest first, without overlaps."""

    def __init__(self, strengths: Mapping[str, float]) -> None:
        self._strengths = dict(strengths)
        sizes: dict[str, set[int]] = {}
        for word in self._strengths:
            sizes.setdefault(word[:1], set()).add(len(word))
        self._sizes = {head: tuple(sorted(found, reverse=True)) for head, found in sizes.items()}

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

    @staticmethod
    def _is_counted(word: str, longest: int) -> bool:
        """Single characters mean too many things, but signs and emoji beyond the ideographs do not."""
        return 2 <= len(word) <= longest or (len(word) == 1 and word > "\u9fff")

    def increments(self, longest: int) -> dict[str, float]:
        """For the emoji and the words of two to *longest* characters what each adds to the words inside it.

        Added up over all the words that occur in a text, nested ones too, they give every outermost word its strength.
        """
        found: dict[str, float] = {}
        for word in sorted((word for word in self._strengths if self._is_counted(word, longest)), key=len):
            parts = (word[i:j] for i in range(len(word)) for j in range(i + 2, len(word) + 1))
            found[word] = self._strengths[word] - sum(found.get(part, 0.0) for part in parts)
        return found

    def hits(self, text: str, single: Collection[int], offset: int = 0) -> list[Hit]:
        """The opinion words of a normalised clause that begins at *offset* of its comment.

        A word of one character counts only where it stands alone: at a place of the comment in *single*.
        """
        sizes, strengths = self._sizes, self._strengths
        found, free = [], 0
        for start, head in enumerate(text):
            if start < free or head not in sizes:
                continue
            for size in sizes[head]:
                word = text[start : start + size]
                if word in strengths and (len(word) > 1 or start + offset in single or head > "\u9fff"):
                    free = start + len(word)
                    found.append(Hit(start, free, strengths[word]))
                    break
        return found
