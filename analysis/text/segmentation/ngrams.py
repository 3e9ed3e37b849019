"""Texts as arrays of character n-grams, each n-gram an exact 64-bit key.

A character takes 16 bits, so up to four of them fit one key without a collision and can be
read back. Zero marks the end of a text and never stands inside one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

LONGEST = 4
CODE_BITS = 16

Codes = npt.NDArray[np.uint16]
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Batch:
    """Several texts laid out one after the other.

    ``codes`` holds one 16-bit code per character with a zero after each text; text *i* begins at
    ``starts[i]`` and has ``lengths[i]`` characters. ``joined`` is the same as a string, so that a place in
    one is a place in the other.
    """

    joined: str
    codes: Codes
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @cached_property
    def grams(self) -> list[tuple[int, Keys, npt.NDArray[np.int64]]]:
        """What :func:`keys` gives for these texts, computed once."""
        return list(keys(self.codes))

    @cached_property
    def owners(self) -> npt.NDArray[np.int64]:
        """For each place the number of the text that it belongs to."""
        return np.repeat(np.arange(len(self.starts)), self.lengths + 1)


def _narrow_table() -> Codes:
    """For every plane-16 point the 16-bit code it is read as: emoji go to the private area."""
    points = np.arange(0x110000, dtype=np.uint32)
    folded = np.where(points > 0xFFFF, 0xE000 + (points & 0xFFF), points)
    folded[0] = 0x20
    return folded.astype(np.uint16)


_NARROW = _narrow_table()


def batch(texts: Sequence[str]) -> Batch:
    """Lay *texts* out one after the other, a zero after each."""
    joined = "\0".join(texts) + "\0"
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = _NARROW[points]
    ends = np.cumsum(lengths + 1) - 1
    codes[ends] = 0
    return Batch(joined, codes, ends - lengths, lengths)


def keys(codes: Codes) -> Iterator[tuple[int, Keys, npt.NDArray[np.int64]]]:
    """For each n from 1 to 4 the keys of all n-grams and the places where they begin."""
    wide = codes.astype(np.uint64)
    current = wide
    for n in range(1, LONGEST + 1):
        if n > 1:
            current = (current[:-1] << np.uint64(CODE_BITS)) | wide[n - 1 :]
        inside = np.flatnonzero(_without_end(codes, n))
        yield n, current[inside], inside


def _without_end(codes: Codes, n: int) -> npt.NDArray[Any]:
    clear = codes != 0
    size = len(codes) - n + 1
    whole = clear[:size].copy() if size > 0 else clear[:0].copy()
    for shift in range(1, n):
        whole &= clear[shift : shift + size]
    return whole


def key_of(gram: str) -> int:
    """The key of one n-gram of at most four characters."""
    key = 0
    for character in gram:
        key = (key << CODE_BITS) | int(_NARROW[ord(character)])
    return key


def gram_of(key: int) -> str:
    """The n-gram of a key, as far as its characters are of the basic plane."""
    codes = [(key >> (CODE_BITS * place)) & 0xFFFF for place in reversed(range(LONGEST))]
    return "".join(chr(code) for code in codes if code)


def longest(keys: Keys) -> int:
    """How many characters the longest of these n-grams has; 0 of none."""
    largest = int(keys.max()) if len(keys) else 0
    return -(-largest.bit_length() // CODE_BITS)
