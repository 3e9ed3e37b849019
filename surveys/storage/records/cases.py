"""What of the cases is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CaseSearch:
    """Which cases; all that are given must fit."""

    category: str | None = None
    owner: str | None = None
    open_only: bool = False  # their authors wait for an answer
    mains_only: bool = False  # without further reports of a matter
    late_on: date | None = None  # overdue on this day
    late_first: bool = False  # in the order in which they are due
    skipped: int = 0


ALL_CASES = CaseSearch()
