"""The organisation as the rest needs it: departments, and the touchpoints where customers meet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from surveys.localisation import normalisation


@dataclass(frozen=True)
class Department:
    """A unit whose service is rated and whose manager sees its results."""

    code: str
    name: str
    parent: str | None = None  # the department it is part of; what is seen of that one is seen of it


@dataclass(frozen=True)
class Touchpoint:
    """Where and how customers meet a department; each carries its own QR code and score."""

    code: str
    name: str
    department: str
    district: str | None = None
    stage: str | None = None
    business_type: str | None = None


Coded = TypeVar("Coded", bound=Department | Touchpoint)


def find_by_code(there: Sequence[Coded], said: str) -> Coded | None:
    """What has this code, however its letters were written; None when none has, or several could be meant."""
    exact = next((each for each in there if each.code == said), None)
    if exact is not None:
        return exact
    meant = [each for each in there if normalisation.code(each.code) == normalisation.code(said)]
    return meant[0] if len(meant) == 1 else None
