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


class SignalCode(StrEnum):
    """What calls for attention in a comment, whatever its sentiment; the risks first."""

    SAFETY = "safety"
    LIFE_SUPPORT = "life_support"
    ESCALATION = "escalation"
    BRIBERY = "bribery"
    SELF_HARM = "self_harm"
    URGENT = "urgent"
    EFFORT = "effort"
    ANGER = "anger"
    DISAPPOINTMENT = "disappointment"
    WORRY = "worry"
    THANKS = "thanks"


SIGNAL_LABELS: Mapping[str, str] = {
    SignalCode.SAFETY: marked("人身安全"),
    SignalCode.LIFE_SUPPORT: marked("生命支持设备"),
    SignalCode.ESCALATION: marked("要向上投诉或曝光"),
    SignalCode.BRIBERY: marked("索要好处"),
    SignalCode.SELF_HARM: marked("轻生念头"),
    SignalCode.URGENT: marked("紧急"),
    SignalCode.EFFORT: marked("费力"),
    SignalCode.ANGER: marked("愤怒"),
    SignalCode.DISAPPOINTMENT: marked("失望"),
    SignalCode.WORRY: marked("担忧"),
    SignalCode.THANKS: marked("感谢"),
}

RISKS: frozenset[SignalCode] = frozenset(
    [SignalCode.SAFETY, SignalCode.LIFE_SUPPORT, SignalCode.ESCALATION, SignalCode.BRIBERY, SignalCode.SELF_HARM]
)
"""The signals that somebody should see to at once."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One of them, and the words that say it: ``text[start:end] == evidence`` in the comment."""

    code: SignalCode
    start: int
    end: int
    evidence: str


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
