"""Answers that no figure counts: test answers and proven fakes, and what was given while a survey was on trial."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from surveys.intake.submission import StoredResponse


class SetApartWhy(StrEnum):
    """Why an answer is not counted."""

    UNCOUNTED = "uncounted"  # somebody has taken it out of the count, and may put it back
    TRIAL = "trial"  # given before the survey was started; it never counts


@dataclass(frozen=True)
class SetApartAnswer:
    """One answer out of the count, with its reason, who said so and since when."""

    response: StoredResponse
    why: SetApartWhy
    reason: str
    by: str
    at: datetime


class NotSingly(PermissionError):
    """Anonymous answers are never taken out of the count: before and after, subtracted, would tell what they say."""


class NotOnTrial(RuntimeError):
    """A trial that is over, or never was, can't be ended."""
