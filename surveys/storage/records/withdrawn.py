"""Answers to anonymous surveys that their authors took back, while figures still count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from surveys.definition.questions import Cell

COUNTED_AT_MOST = timedelta(days=30)
"""So long what was answered stays in figures for want of a batch of others; then nothing of it is kept any more."""


@dataclass(frozen=True)
class WithdrawnAnswer:
    """What is kept of one: no text, no file, no time finer than a day.

    `cells`: by the columns that were answered, the number or code; None once `COUNTED_AT_MOST` is over.
    """

    response: str
    department: str | None
    received_on: date
    withdrawn_on: date
    cells: Mapping[str, Cell]
    subject: str | None = None  # what it was about
    round: str | None = None  # as it was kept with the answer
