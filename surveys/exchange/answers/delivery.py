"""What is asked of an export, what is told of it afterwards, and when it can't be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from surveys.intake.submission import StoredResponse
from surveys.localisation.wording import Message

Chunks = Iterable[Iterable[StoredResponse]]


class Shape(StrEnum):
    """What a row is."""

    WIDE = "wide"  # a response
    LONG = "long"  # an answered cell of a response


class Values(StrEnum):
    """How a value is written where it has a code and a label."""

    CODES = "codes"
    LABELS = "labels"
    BOTH = "both"


@dataclass(frozen=True)
class ExportRequest:
    """The table that is asked for."""

    shape: Shape = Shape.WIDE
    values: Values = Values.CODES


@dataclass(frozen=True)
class Written:
    """How many responses a file holds, and whatever it could not hold whole, in words."""

    responses: int
    notes: tuple[Message, ...] = ()


class DoesNotFit(ValueError):
    """Answers that a format can't hold; the message is for the person exporting."""
