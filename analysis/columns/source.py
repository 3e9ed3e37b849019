"""What the released answers are read from: slices of a survey, a few columns at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import pandas as pd


@dataclass(frozen=True)
class Slice:
    """Which responses of a survey; everything that is given has to hold."""

    survey: str
    departments: tuple[str, ...] | None = None  # codes; None: all, also responses without one
    where: tuple[tuple[str, str], ...] = ()  # column → the code it has, or the band its number lies in
    first: date | None = None
    last: date | None = None  # included
    rounds: tuple[str, ...] | None = None  # codes; None: of all rounds
    until: tuple[tuple[str, date], ...] | None = None  # department ("": none) → its last day; None: no such bounds


@dataclass(frozen=True)
class SourceState:
    """Names what a survey's answers are now, and says as of when."""

    name: str
    as_of: datetime


class AnswerSource(Protocol):
    """Where answers are read from, laid out as `analysis.frames` says; context by its codes."""

    def state(self, survey: str) -> SourceState:
        """Costs microseconds: equal names mean equal answers, findings and corrections."""

    def stands(self, survey: str) -> bool:
        """Whether they can be read at once; where not, the first to read them waits until they can."""

    def columns(self, survey: str) -> tuple[str, ...]:
        """The columns that `responses` can be asked for."""

    def responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        """These columns of the slice, one row per response, in the order of receipt."""

    def counts(self, wanted: Slice, by: Sequence[str]) -> pd.DataFrame:
        """How many responses (`n`) there are of each combination of these columns; missing values are one of them."""

    def spread(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        """Of each column its smallest and its largest value in the slice; None of what has none."""

    def quartiles(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[float | None, list[float] | None]]:
        """Of each column of numbers its smallest value and its three quartiles; None of what has none."""

    def comments(self, wanted: Slice) -> pd.DataFrame:
        """The analysed comments of the slice, by day and key of their responses."""

    def mentions(self, wanted: Slice) -> pd.DataFrame:
        """The aspects in the comments of the slice, in the order of these."""
