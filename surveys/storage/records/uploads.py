"""Files that came with answers, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass

FOLDER = "uploads"


@dataclass(frozen=True)
class Upload:
    """A file with where it belongs: its survey, its answer, and the department the answer is about."""

    key: str
    survey: str | None
    name: str
    kind: str
    size: int
    owner: str | None  # the response or the case it came with; None while it is an orphan
    department: str | None
