"""What came in with one import, and why it is not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ImportKind(StrEnum):
    """What an import brings."""

    ANSWERS = "answers"
    PEOPLE = "people"


class TooFew(RuntimeError):
    """So few anonymous answers that taking them back would show what they were."""


@dataclass(frozen=True)
class ImportBatch:
    """One import that can be taken back; `rows` are those that are still there."""

    id: str
    kind: ImportKind
    survey: str  # empty for people
    file: str
    at: datetime
    by: str
    rows: int


@dataclass(frozen=True)
class TakenBack:
    """What became of the rows of an import: removed, restored in full or in part, left because of what came after."""

    removed: int = 0
    restored: int = 0
    partly: int = 0
    left: int = 0
