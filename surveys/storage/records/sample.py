"""What of a database is the sample organisation, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role


@dataclass(frozen=True)
class SampleParts:
    """All that belongs to the sample as it was loaded; what differs by now has become somebody's own."""

    by: str  # who is said to have made it
    responses: Sequence[str]
    contacts: Sequence[tuple[str, str, str]]  # id, customer number, name
    cases: Sequence[str]
    plans: Sequence[str]  # codes, as of the two below
    indicators: Sequence[str]
    lessons: Sequence[str]
    boxes: Sequence[tuple[str, str, str | None]]  # code, name, department
    surveys: Sequence[str]
    departments: Sequence[Department]
    touchpoints: Sequence[Touchpoint]
    accounts: Sequence[tuple[str, str, Role]]  # name, display name, role
    subjects: Sequence[tuple[str, str, str]]  # kind, code, name
    name: str
    until: str  # the setting that says up to which day the sample goes


@dataclass
class Removed:
    """How many of each kind went, and the codes or names of what stayed because something real needs it."""

    counts: dict[str, int] = field(default_factory=dict)
    stayed: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.counts.values())
