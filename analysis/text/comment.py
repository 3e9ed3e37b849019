"""What the analysis says about one comment: plain values that can be stored and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Sentiment = Literal["负面", "中性", "正面"]
Kind = Literal["no_content", "suggestion", "question", "praise", "complaint", "statement"]

KIND_LABELS: dict[Kind, str] = {
    "no_content": "无内容",
    "suggestion": "建议",
    "question": "提问或求助",
    "praise": "表扬",
    "complaint": "抱怨",
    "statement": "陈述",
}


class Contribution(NamedTuple):
    """A word of the comment and how far it moved the score: above zero towards 正面."""

    word: str
    start: int
    end: int
    weight: float


class Aspect(NamedTuple):
    """One subject the comment speaks of. ``text[start:end] == evidence`` in the original comment."""

    aspect: str
    label: str
    sentiment: Sentiment
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True)
class CommentAnalysis:
    """Everything found in one comment.

    ``score`` is the calibrated probability (0–1) that the comment is positive rather than negative. ``sentiment``
    is 中性 for statements and suggestions whatever their score. ``sure`` is False where a person should look.
    Offsets count characters of ``text`` as it was given.
    """

    text: str
    kind: Kind
    sentiment: Sentiment
    score: float
    sure: bool
    words: tuple[Contribution, ...]
    aspects: tuple[Aspect, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain lists and dicts, ready for ``json.dumps``."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {name: [each._asdict() for each in plain[name]] for name in ("words", "aspects")}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> CommentAnalysis:
        """The inverse of :meth:`to_dict`."""
        words = tuple(Contribution(**word) for word in plain["words"])
        aspects = tuple(Aspect(**aspect) for aspect in plain["aspects"])
        return cls(**(plain | {"words": words, "aspects": aspects}))
