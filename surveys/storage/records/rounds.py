"""What has come of a round, and why one can't be as somebody wants it."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.localisation.wording import Message, saying


@dataclass(frozen=True)
class RoundCounts:
    """How many answers a round has; of those who were asked by name (`asked`), how many `took_part`; 0 of 0 of none.

    Who was asked: the fillers of its tasks, else the staff, else those who were invited while it was open.
    """

    answers: int = 0
    asked: int = 0
    took_part: int = 0


class UnfitRound(ValueError):
    """A round that can't be planned, opened or changed like this."""

    def __init__(self, wording: str, **values: object) -> None:
        super().__init__(saying(wording, **values))

    @property
    def message(self) -> Message:
        message: Message = self.args[0]
        return message


class UnknownRound(LookupError):
    """The survey has no round of this code."""


class RuleStays(ValueError):
    """An anonymous survey with answers keeps its rule: two ways to cut them could be subtracted from each other."""
