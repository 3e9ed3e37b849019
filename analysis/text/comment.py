"""What the analysis says about one comment: plain values that can be stored and shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from surveys.comments import Aspect, CommentKind, Sentiment, Signal, SignalCode


class Contribution(NamedTuple):
    """A word of the comment and how far it moved the score: above zero towards positive."""

    word: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class CommentAnalysis:
    """Everything found in one comment.

    ``score`` is the calibrated probability (0–1) that the comment is positive rather than negative. ``sentiment``
    is neutral for statements and suggestions whatever their score; of a comment in another language it tells nothing,
    and neither does ``score``. ``sure`` is False where a person should look. ``signals`` are of whole comments.
    Offsets count characters of ``text`` as it was given.
    """

    text: str
    kind: CommentKind
    sentiment: Sentiment
    score: float
    sure: bool
    words: tuple[Contribution, ...]
    aspects: tuple[Aspect, ...]
    signals: tuple[Signal, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain lists and dicts, ready for ``json.dumps``."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        words, aspects = [each._asdict() for each in self.words], [asdict(each) for each in self.aspects]
        return plain | {"words": words, "aspects": aspects, "signals": [asdict(each) for each in self.signals]}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> CommentAnalysis:
        """The inverse of :meth:`to_dict`."""
        return cls(
            plain["text"], CommentKind(plain["kind"]), Sentiment(plain["sentiment"]), plain["score"], plain["sure"],
            tuple(Contribution(**word) for word in plain["words"]),
            tuple(Aspect(**{**each, "sentiment": Sentiment(each["sentiment"])}) for each in plain["aspects"]),
            tuple(Signal(**{**each, "code": SignalCode(each["code"])}) for each in plain["signals"]),
        )  # fmt: skip
