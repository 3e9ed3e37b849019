"""Words: an own segmenter that knows the words of the domain and leaves every other segmenter alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from analysis.text.places import DATA

Ints = npt.NDArray[np.int64]
_ABOVE_PARTS = 5
"""How many times as frequent a word of the domain is taken to be as it needs to hold together by itself. Enough among
other words, and not so much that it would tear a common word beside it: 接电, but not out of 接电话费用."""


class PlacedWords(NamedTuple):
    """Word *i* is ``text[starts[i]:ends[i]]``; together they are the text."""

    starts: Ints
    ends: Ints

    def torn(self, starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
        """Whether each stretch begins in the midst of one word and ends in another: 公开 in 办公|开始.

        A stretch inside one word, or of whole words, is none of these.
        """
        if not len(self.ends):
            return np.zeros(len(starts), dtype=bool)
        first = np.searchsorted(self.ends, starts, side="right")
        last = np.searchsorted(self.ends, ends, side="left")
        return (self.starts[first] < starts) & (self.ends[last] > ends) & (first != last)

    def alone(self) -> npt.NDArray[np.bool_]:
        """For each place of the text whether a word of a single character stands there."""
        single = np.zeros(int(self.ends[-1]) if len(self.ends) else 0, dtype=bool)
        single[self.starts[self.ends - self.starts == 1]] = True
        return single


class Segmenter(Protocol):
    """Cuts texts into words that, put together, are the text again."""

    name: str

    def cut(self, text: str) -> list[str]:
        """The words of *text* in order."""
        ...


class JiebaSegmenter:
    """The jieba dictionary and the domain's words in a tokenizer of our own."""

    name = "jieba"

    def __init__(self, domain_words: Iterable[str]) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        frequencies = {word: self._tokenizer.suggest_freq(word) for word in domain_words}
        for word, frequency in frequencies.items():
            self._tokenizer.add_word(word, freq=frequency * _ABOVE_PARTS)

    def cut(self, text: str) -> list[str]:
        """The words of *text* in order."""
        return list(self._tokenizer.cut(text, HMM=False))


class FastSegmenter:
    """The same dictionary in rjieba, about twenty times as fast."""

    name = "rjieba"

    def __init__(self, domain_words: Iterable[str]) -> None:
        import rjieba

        self._tokenizer = rjieba.Jieba()
        frequencies = {word: self._tokenizer.suggest_freq(word) for word in domain_words}
        for word, frequency in frequencies.items():
            self._tokenizer.add_word(word, frequency * _ABOVE_PARTS, "n")

    def cut(self, text: str) -> list[str]:
        """The words of *text* in order."""
        return list(self._tokenizer.cut(text, hmm=False))


def domain_words(path: Path) -> list[str]:
    """The words of a list file: separated by white space, ``#`` begins a comment line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def lookalikes() -> frozenset[str]:
    """Words that hold the characters of a topic's term without its sense."""
    return frozenset(domain_words(DATA / "lookalikes.txt"))


@cache
def shipped_segmenter() -> Segmenter:
    """The segmenter that knows the shipped words of the domain."""
    return segmenter([*domain_words(DATA / "words.txt"), *lookalikes()])


def segmenter(words: Iterable[str]) -> Segmenter:
    """The fastest segmenter that is installed, with *words* added to its dictionary."""
    try:
        return FastSegmenter(words)
    except ImportError:
        return JiebaSegmenter(words)


def placed_words(joined: str, cutter: Segmenter) -> PlacedWords:
    """The words of *joined* with their places."""
    ends = np.cumsum(np.fromiter(map(len, cutter.cut(joined)), dtype=np.int64))
    return PlacedWords(np.concatenate([[0], ends[:-1]]), ends)
