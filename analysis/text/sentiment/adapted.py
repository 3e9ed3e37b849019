"""What a survey's own comments say of its own words: a second table beside the shipped one, added to it.

How it is learned: `analysis.text.learning.adaptation`. It says how a comment as a whole is meant; of the aspects in it
it says nothing, because the words of a topic that is mostly blamed look like blame themselves.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analysis.text.segmentation import ngrams
from analysis.text.sentiment.weights import WeightsUnreadable, WeightTable

Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class AdaptedTable:
    """The *part* that the shipped table keeps, and the survey's *own* table, whose bias keeps the share of positives.

    `base`: the version of the shipped table that it was learned from, and holds for; *comments*: of how many.
    """

    own: WeightTable
    part: float
    base: str
    comments: int

    @property
    def version(self) -> str:
        """Changes with everything that is learned."""
        return f"{self.own.version}·{self.base}·{self.part:g}"

    def character_weights(self, laid: ngrams.Batch, shipped: Floats) -> Floats:
        """What each character of the batch adds, *shipped* being what the shipped table says of it."""
        return np.asarray(self.part * shipped + self.own.character_weights(laid))

    def scores(self, laid: ngrams.Batch, added: Floats, bias: float) -> npt.NDArray[np.float64]:
        """One raw score per text from what its characters *added*; *bias* is that of the shipped table."""
        return self.own.scores(laid, added) + self.part * bias

    def to_bytes(self) -> bytes:
        """The table as it is kept; :meth:`from_bytes` reads it."""
        kept = io.BytesIO()
        self.own.write(kept, part=self.part, base=self.base, comments=self.comments)
        return kept.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """Read what :meth:`to_bytes` gave; raises WeightsUnreadable."""
        own, beside = WeightTable.read(io.BytesIO(kept), Path("—"))
        try:
            return cls(own, float(beside["part"]), str(beside["base"]), int(beside["comments"]))
        except (KeyError, ValueError) as problem:
            raise WeightsUnreadable(f"不是从一份问卷的留言学到的权重（缺少 {problem}）") from problem

    def telling(self, most: int) -> tuple[list[str], list[str]]:
        """The n-grams of two and three characters that speak most for praise and most for blame, *most* of each."""
        worded = np.flatnonzero(self.own.keys >= np.uint64(1 << ngrams.CODE_BITS))
        order = worded[np.argsort(self.own.weights[worded], kind="stable")]
        return self._apart(order[::-1], most, 1), self._apart(order, most, -1)

    def _apart(self, order: npt.NDArray[np.int64], most: int, side: int) -> list[str]:
        """The first of them that say something new: none that is a piece of one before it or holds one."""
        found: list[str] = []
        for row in order[: 20 * most].tolist():
            gram = ngrams.gram_of(int(self.own.keys[row]))
            worded = all("\u4e00" <= character <= "\u9fff" for character in gram)
            if self.own.weights[row] * side > 0 and worded and not any(gram in each or each in gram for each in found):
                found.append(gram)
        return found[:most]
