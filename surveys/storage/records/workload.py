"""How much there is to do and was done, in numbers that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Workload:
    """Of all surveys together: a number by survey would tell when an anonymous one was answered."""

    forms: Mapping[str, int]  # how often forms were opened, accepted, … since the beginning
    messages: Mapping[tuple[str, str], int]  # in the outbox, by channel and state
    oldest_waiting: datetime | None  # since when the message due longest is due
    comments_waiting: int  # that no model has read
    answers_held: int  # anonymous ones that wait for others to move on with
    days_to_copy: int  # days of answers that the columnar copy is behind with
