"""A name that is taken, and a line of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class NameTaken(ValueError):
    """Another account has this name."""


@dataclass(frozen=True)
class AuditLine:
    """Who changed what, when."""

    at: datetime
    account: str
    action: str
    object: str
    detail: str
