"""The organisation as the rest needs it: departments, and the touchpoints where customers meet them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Department:
    """A unit whose service is rated and whose manager sees its results."""

    code: str
    name: str


@dataclass(frozen=True)
class Touchpoint:
    """Where and how customers meet a department; each carries its own QR code and score."""

    code: str
    name: str
    department: str
    district: str | None = None
    stage: str | None = None
    business_type: str | None = None
