"""One spelling for analysis: simplified, half-width, lower case, and never a character more or less.

Every character maps to exactly one character, so an offset in the normalised text is the same offset in
the original. What NFKC would spread over several characters (㎡, ﬁ) therefore stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt
import opencc

_PLANE = 0x10000
_HAN = range(0x3400, 0xA000)
_SPELLED = (range(0x250), range(0x2000, 0x3400), range(0xD800, 0xE000), range(0xF900, 0xFB00), range(0xFE10, _PLANE))
"""Where the basic plane has characters of several widths or cases, signs, and halves of surrogate pairs."""


def _plain(character: str) -> str:
    """Half-width and lower case, where that is a single character; a blank for control characters.

    Half of a surrogate pair is no character: it becomes the replacement character, so that every text can be encoded.
    """
    category = unicodedata.category(character)
    if category == "Cc" and character not in "\n\r\t":
        return " "
    if category == "Cs":
        return "\ufffd"
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


@cache
def _table() -> npt.NDArray[np.uint32]:
    """The normalised code point of every point of the basic plane."""
    points = np.arange(_PLANE, dtype=np.uint32)
    for point in chain(*_SPELLED):
        points[point] = ord(_plain(chr(point)))
    simplified = opencc.OpenCC("t2s").convert("".join(map(chr, _HAN)))
    if len(simplified) == len(_HAN):
        points[_HAN.start : _HAN.stop] = np.frombuffer(simplified.encode("utf-32-le"), dtype=np.uint32)
    return points


def normalise_texts(texts: Sequence[str]) -> list[str]:
    """Each text in analysis spelling; ``len`` and every offset stay what they were."""
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    plain = np.where(points < _PLANE, _table()[points & 0xFFFF], points)
    spelled = plain.astype(np.uint32).tobytes().decode("utf-32-le")
    result, start = [], 0
    for text in texts:
        end = start + len(text)
        result.append(spelled[start:end])
        start = end
    return result
