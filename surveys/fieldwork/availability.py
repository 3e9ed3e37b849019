"""Whether a survey takes answers at a moment: one rule that every door asks, by hand and by the clock.

Nothing has to happen at the moment itself: a survey with opening times is open or closed because of what time it is
when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from surveys.fieldwork.rounds import LONG_AGO, NO_ROUNDS, Rounds
from surveys.localisation.clock import zone
from surveys.localisation.language import marked
from surveys.localisation.wording import Message

# Who had the form before it closed by the clock may send it for so long afterwards. Closing at once allows nothing.
GRACE = timedelta(hours=1)
# What was given in time but could not be delivered: a tablet without network, a stack of paper.
LATE_DELIVERY = timedelta(days=30)


class Availability(StrEnum):
    """Where a survey stands for those who would answer it."""

    UNPUBLISHED = "draft"
    SCHEDULED = "scheduled"
    OPEN = "live"
    CLOSED = "closed"
    ARCHIVED = "archived"


class UnfitTimes(ValueError):
    """Opening times that can't be; carries a message for whoever sets them."""

    def __init__(self, wording: str) -> None:
        super().__init__(Message(wording, {}))


@dataclass(frozen=True)
class Times:
    """From when and until when, in whole seconds; None: without such a limit. The end itself is closed already."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def assert_fit(self) -> None:
        """Raises UnfitTimes where it would close before it opens."""
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise UnfitTimes(marked("截止时间要晚于开放时间，请改正"))


@dataclass(frozen=True)
class Opening:
    """All that decides whether a survey takes answers."""

    published: bool = True
    closed_at: datetime | None = None  # closed by hand, at once
    archived: bool = False
    times: Times = Times()
    rounds: Rounds = NO_ROUNDS

    def state(self, now: datetime) -> Availability:
        """Where it stands at this moment."""
        if self.archived:
            return Availability.ARCHIVED
        if not self.published:
            return Availability.UNPUBLISHED
        if self.closed_at is not None or self._over(now):
            return Availability.CLOSED
        between = not self.rounds.always_open and self.rounds.open_at(now) is None
        return Availability.SCHEDULED if self._early(now) or between else Availability.OPEN

    def takes(self, now: datetime, given: datetime | None = None, grace: timedelta = GRACE) -> bool:
        """Whether an answer may come in now. *given*: when its author had the form, or gave it elsewhere.

        What was begun in time is taken for a while after the survey closed by the clock, or its round by whatever
        means, and no second longer.
        """
        if self.state(now) is Availability.OPEN:
            return True
        if given is None or self.closed_at is not None or not self.published or self._early(now):
            return False
        end = self.times.closes_at
        if end is not None and now >= end and not given <= end <= now < end + grace:
            return False
        if self.rounds.always_open:
            return end is not None and now >= end
        return self.rounds.belongs(now, given, grace) is not None

    def settled(self, now: datetime) -> bool:
        """Whether nothing can come in any more from those who were answering when it closed."""
        return not self.takes(now, LONG_AGO)

    def opens_next(self, now: datetime) -> datetime | None:
        """When it will take answers, by its opening times or with its next round; None where nobody has planned it."""
        opens = self.times.opens_at
        if opens is not None and now < opens:
            return opens
        coming = None if self.rounds.always_open else self.rounds.next_after(now)
        return coming.opens_at if coming else None

    @property
    def ended_at(self) -> datetime | None:
        """When it closed or will close, if that is known."""
        ends = [each for each in (self.closed_at, self.times.closes_at) if each is not None]
        return min(ends) if ends else None

    def _early(self, now: datetime) -> bool:
        return self.times.opens_at is not None and now < self.times.opens_at

    def _over(self, now: datetime) -> bool:
        return self.times.closes_at is not None and now >= self.times.closes_at


ALWAYS_OPEN = Opening()


def local_time(moment: datetime) -> str:
    """A moment as people here write it, to the minute."""
    return moment.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
