"""Tablets at counters: each is enrolled by somebody who may give surveys out, and can be sent away again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ENROLMENT_LASTS = timedelta(hours=24)  # how long the link is good that makes a browser the tablet of a touchpoint
PER_MINUTE = 30  # answers that a touchpoint takes: five tablets with a customer each every ten seconds
MOST_PER_MINUTE = 600


@dataclass(frozen=True)
class Tablet:
    """One tablet of a touchpoint; not enrolled as long as nobody has opened its link."""

    id: str
    touchpoint: str
    by: str
    on: date
    enrolled: bool
    last_seen: date | None = None
