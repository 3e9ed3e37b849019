"""Cut comments into clauses, keeping their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams

_ENDS = "\0\n\r,。!?;、~…:|｡"
_BLANKS = " \t()[]【】《》"
_HAN = range(0x4E00, 0xA000)
_TURN = re.compile("(?<=[\u4e00-\u9fff])(?:但(?!凡)|不过|可是|然而|只不过|美中不足|可惜|遗憾的是)")
_END, _BLANK, _SPACE, _IDEOGRAPH, _DIGIT = 1, 2, 4, 8, 16

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clauses:
    """The clauses of a batch in order: clause *i* is ``joined[starts[i]:ends[i]]`` and belongs to text ``owners[i]``.

    The clauses of text *t* are those from ``first[t]`` to before ``first[t + 1]``.
    """

    starts: Ints
    ends: Ints
    owners: Ints
    first: Ints

    def of_places(self, size: int) -> Ints:
        """For each of the *size* places of the batch the clause it lies in, -1 between them."""
        inside = np.full(size, -1, dtype=np.int64)
        lengths = self.ends - self.starts
        places = np.arange(lengths.sum()) + np.repeat(self.starts - (np.cumsum(lengths) - lengths), lengths)
        inside[places] = np.repeat(np.arange(len(self.starts)), lengths)
        return inside

    def around(self, places: Ints) -> Ints:
        """The clause that each place lies in, or the one before it; -1 where none comes before."""
        return np.searchsorted(self.starts, places, side="right") - 1


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """What each 16-bit code is to a clause."""
    classes = np.zeros(1 << ngrams.CODE_BITS, dtype=np.uint8)
    for characters, sort in ((_ENDS, _END), (_BLANKS, _BLANK), (" ", _SPACE)):
        classes[[ord(character) for character in characters]] |= sort
    classes[_HAN.start : _HAN.stop] |= _IDEOGRAPH
    classes[ord("0") : ord("9") + 1] |= _DIGIT
    return classes


def clauses(laid: ngrams.Batch) -> Clauses:
    """The clauses of normalised comments, without the punctuation around them.

    A clause ends at punctuation, at blanks between ideographs and before a word like 但是. A comment of punctuation
    alone has none.
    """
    classes = _classes()[laid.codes]
    gap = _gaps(laid, classes)
    turns = np.array([match.start() for match in _TURN.finditer(laid.joined)], dtype=np.int64)
    begins = np.flatnonzero(~gap & np.append(True, gap[:-1]))
    ends = np.flatnonzero(~gap & np.append(gap[1:], True)) + 1
    starts, stops = np.union1d(begins, turns), np.union1d(ends, turns)
    starts, stops = _trimmed(starts, stops, (classes & _BLANK) != 0)
    owners = laid.owners[starts]
    return Clauses(starts, stops, owners, np.searchsorted(owners, np.arange(len(laid.starts) + 1)))


def _gaps(laid: ngrams.Batch, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    gap = (classes & _END) != 0
    dots = np.flatnonzero(laid.codes == ord("."))
    gap[dots] = (classes[np.minimum(dots + 1, len(classes) - 1)] & _DIGIT) == 0
    spaces = (classes & _SPACE) != 0
    if spaces.any():
        ideograph = (classes & _IDEOGRAPH) != 0
        before, after = _nearest_without(spaces)
        gap |= spaces & ideograph[before] & ideograph[after]
    return gap


def _nearest_without(marked: npt.NDArray[np.bool_]) -> tuple[Any, Any]:
    """For each place the nearest one before or at it, and after or at it, that is not *marked*."""
    places = np.arange(len(marked))
    before = np.maximum.accumulate(np.where(marked, 0, places))
    after = np.minimum.accumulate(np.where(marked, len(marked) - 1, places)[::-1])[::-1]
    return before, after


def _trimmed(starts: Ints, stops: Ints, blank: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The same stretches without blanks at either side; those of blanks alone are left out."""
    before, after = _nearest_without(blank)
    starts, stops = np.maximum(starts, after[starts]), np.minimum(stops, before[stops - 1] + 1)
    kept = starts < stops
    return starts[kept], stops[kept]
