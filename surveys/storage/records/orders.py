"""What is kept of an order: when each kind of event first happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OrderSteps:
    """One order, with the first moment of each kind of event."""

    order: str
    steps: Mapping[str, datetime]
    department: str | None = None
    business: str = ""
