"""Sheets of paper that were typed in and wait until somebody else has looked at them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WaitingBatch:
    """Sheets of one stack of paper that one person has typed in, by department (None: the whole organisation)."""

    survey: str
    name: str
    typed_by: str
    departments: tuple[str | None, ...]
    sheets: int


@dataclass(frozen=True)
class ReleaseRule:
    """Whether typed sheets wait for a second person: the survey's own wish, else the organisation's rule."""

    everywhere: bool
    wish: bool | None = None  # None: the survey has none

    @property
    def waits(self) -> bool:
        return self.everywhere if self.wish is None else self.wish


class OwnBatch(ValueError):
    """Who has typed a batch in can't be the one to release it."""
