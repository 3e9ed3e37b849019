"""What can be said of a comment, in codes that hold in every language: from the analyser through store and frames.

Pages and files say the labels; nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveys.localisation.language import marked


class Sentiment(StrEnum):
    """How a comment, or one of its aspects, speaks; from bad to good."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


SENTIMENT_LABELS: Mapping[str, str] = {
    Sentiment.NEGATIVE: marked("负面"),
    Sentiment.NEUTRAL: marked("中性"),
    Sentiment.POSITIVE: marked("正面"),
}
"""What people read, by code; also what they write in topic files and files of labelled comments."""

BY_LABEL: Mapping[str, Sentiment] = {SENTIMENT_LABELS[each]: each for each in Sentiment}


class CommentKind(StrEnum):
    """What a comment is meant to do; of the first two nothing else is told."""

    NO_CONTENT = "no_content"
    OTHER_LANGUAGE = "other_language"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One subject the comment speaks of, by the code of its topic. ``text[start:end] == evidence`` in the comment."""

    aspect: str
    label: str
    sentiment: Sentiment
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of a comment."""

    sentiment: Sentiment
    aspects: tuple[Aspect, ...] = ()
