"""Open comments as they are analysed, and what people said about them themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from surveys.comments import Aspect, CommentKind, Judgement, Sentiment, Signal


@dataclass(frozen=True)
class OpenComment:
    """A comment that waits to be analysed."""

    response: str
    item: str
    text: str


@dataclass(frozen=True)
class CommentFinding:
    """What is known of one comment: by the *model*, and where a person has judged it (`reviewed_by`) by that person.

    `score` is the model's probability (0–1) that it is positive rather than negative; `sure` is False where a person
    should look.
    """

    response: str
    item: str
    model: str
    text: str
    kind: CommentKind
    sentiment: Sentiment
    score: float
    sure: bool
    aspects: tuple[Aspect, ...] = ()
    reviewed_by: str | None = None
    signals: tuple[Signal, ...] = ()


class Purpose(StrEnum):
    """Why a comment was judged: because the analysis was wrong, or because chance had chosen it."""

    CORRECTION = "correction"
    SAMPLE = "sample"


@dataclass(frozen=True)
class Review:
    """A person's judgement of one comment."""

    response: str
    item: str
    purpose: Purpose
    judgement: Judgement
    by: str
    at: datetime


@dataclass(frozen=True)
class Adaptation:
    """What the analysis has *learned* from so many *comments* of a survey, as bytes that it reads again.

    None where people would rather have it read as everywhere. `number` counts what was learned one after the other.
    """

    survey: str
    number: int
    learned_on: date
    comments: int
    learned: bytes | None
