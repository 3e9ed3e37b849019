"""Which responses are wanted, one by one or summed up: searches as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class ResponseSearch:
    """Which answers to read; what is left as it is narrows nothing. Times as text in ISO 8601 with their zone."""

    since: str | None = None
    until: str | None = None
    touchpoint: str | None = None
    department: str | None = None
    business_type: str | None = None
    channel: str | None = None
    departments: Sequence[str] | None = None
    district: str | None = None
    subject: str | None = None
    round: str | None = None  # the code of a kept one
    first: date | None = None  # the days of a calendar round: of answers that belong to no kept one
    last: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # by the name of the fact
    chosen: Mapping[str, str] = field(default_factory=dict)  # by the code of the question: the option, or one of them


ALL = ResponseSearch()


@dataclass(frozen=True)
class ResultsPart:
    """Of which answers figures are asked: of a round, and of those that have all these codes by name."""

    round: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


WHOLE = ResultsPart()


class NoSuchPart(LookupError):
    """There is nothing released under this name: *what* was asked for, and what there is instead."""

    def __init__(self, what: str, known: Sequence[str]) -> None:
        super().__init__(what, known)
        self.what, self.known = what, tuple(known)
