"""Slices of few answers, read once with all their columns: a page asks for dozens of columns one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from analysis.caching.shared_results import SharedResults
from analysis.columns.layout import CopyLayout
from analysis.columns.source import Slice
from analysis.frames import CONTEXT, item_column
from surveys.definition.questions import Measure

FEW = 5_000  # answers: reading one column of them costs as much as reading all
_MOST = 32  # slices that are kept, a megabyte each
_LAYOUTS = 64

Read = Callable[[Slice, Sequence[str]], pd.DataFrame]
Count = Callable[[Slice], int]


class SmallSlices:
    """Keeps the columns of small slices that hold no words of people; larger ones it leaves to whoever reads."""

    def __init__(self, read: Read, count: Count) -> None:
        self._read, self._count, self._kept = read, count, SharedResults(_MOST)
        self._layouts = SharedResults(_LAYOUTS)

    def responses(
        self, state: str, layout: CopyLayout, wanted: Slice, columns: Sequence[str]
    ) -> pd.DataFrame | None:  # fmt: skip
        """These columns of a slice as of a *state*; None where they are not kept."""
        every: tuple[str, ...] = self._layouts.get(layout.digest, lambda: _without_words(layout))
        if not set(columns) <= set(every):
            return None
        found: pd.DataFrame | None = self._kept.get((state, wanted), lambda: self._few(wanted, every))
        return None if found is None else found[list(dict.fromkeys(columns))]

    def _few(self, wanted: Slice, every: Sequence[str]) -> pd.DataFrame | None:
        return self._read(wanted, every) if self._count(wanted) <= FEW else None


def _without_words(layout: CopyLayout) -> tuple[str, ...]:
    """The columns that stand in figures: what people wrote stays where it is deleted with their answers."""
    words = {
        item_column(column.name)
        for question in layout.questions
        for column in question.columns()
        if column.measure in (Measure.TEXT, Measure.RECORD)
    }
    items = [each.name for each in layout.items() if each.name not in words]
    return ("response", "received_at", "day", *CONTEXT, *layout.facts, *items)
