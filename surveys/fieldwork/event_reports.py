"""What happened to a customer, as another system or a row of a file reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class EventReport:
    """One report. `number` is its number where it comes from; the same one again is the same event."""

    number: str
    kind: str  # such as work_order.closed
    at: datetime
    customer_number: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    department: str | None = None
    touchpoint: str | None = None
    business_type: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
