"""Files that were found to be one person's and made one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MergedContacts:
    """One merge: which file went into which, when and by whom."""

    gone: str
    kept: str
    at: datetime
    by: str


class CantBeParted(LookupError):
    """A merge that can't be undone: too long ago, or the file that stayed is gone or merged further."""
