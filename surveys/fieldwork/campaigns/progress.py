"""How far a campaign has come, by groups of people; of an anonymous survey never for a group that is too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Reach:
    """People invited, and how many of them came how far; `segment` None sums up several groups."""

    segment: str | None
    invited: int = 0  # planned to be asked, whether or not anything has gone out
    sent: int = 0  # handed to the channel
    bounced: int = 0  # came back after it was handed over
    opened: int = 0
    begun: int = 0
    finished: int = 0
    reached: int = 0  # the base of the response rate: the message went out and did not come back, or was answered
    waiting: int = 0  # neither handed over nor given up: not due yet, or the channel can't send
    failed: int = 0  # given up before it could be handed over
    dropped: int = 0  # nothing went out, and nothing will: the link ran out, was used up, or the campaign ended

    def __add__(self, other: Reach) -> Reach:
        counts = [each.name for each in fields(self) if each.name != "segment"]
        return Reach(None, **{name: getattr(self, name) + getattr(other, name) for name in counts})


def total(groups: Iterable[Reach]) -> Reach:
    """All of them together."""
    return sum(groups, Reach(None))


def shown(groups: Sequence[Reach], minimum: int) -> list[Reach]:
    """The groups as they may be shown: those of fewer than *minimum* people stand together, largest groups first.

    Where they are still too few together, the next larger group joins them, so that what is left out can't be found by
    subtraction. Nothing is shown when all are too few.
    """
    large = sorted((each for each in groups if each.invited >= minimum), key=lambda each: -each.invited)
    small = [each for each in groups if each.invited < minimum]
    while small and large and total(small).invited < minimum:
        small.append(large.pop())
    rest = total(small)
    return large + ([rest] if small and rest.invited >= minimum else [])
