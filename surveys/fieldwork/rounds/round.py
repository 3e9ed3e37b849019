"""A round that is kept: opened by hand, at a set time, or by a rule that recurs; and those of a survey together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from surveys.definition.round_rules import OF_CUSTOMERS, RoundRule
from surveys.fieldwork.rounds.calendar import calendar_round, code_words
from surveys.localisation.clock import local_day
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Text
from surveys.organisation.department_tree import Parents, with_below

LONG_AGO = datetime.min.replace(tzinfo=UTC)  # when somebody had a form of whom nothing else is known


class RoundState(StrEnum):
    """Where a round stands at a moment."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    RoundState.PLANNED: marked("计划中"), RoundState.OPEN: marked("进行中"), RoundState.CLOSED: marked("已结束"),
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """One time that a survey is asked. Without `opens_at` it waits for somebody to open it."""

    survey: str
    code: str
    title: Text | None = None  # None: named by its code
    opens_at: datetime | None = None
    closes_at: datetime | None = None  # the end itself is closed already
    closed_at: datetime | None = None  # closed by hand
    version: int | None = None  # in the field when it opened
    audience: tuple[str, ...] = ()  # the departments that are asked, with all below them
    people: tuple[int, ...] = ()  # and these accounts; neither departments nor people named: all
    created_by: str = ""

    @property
    def name(self) -> Said:
        return self.title or code_words(self.code)

    @property
    def ends_at(self) -> datetime | None:
        """When it closed or will close."""
        ends = [each for each in (self.closes_at, self.closed_at) if each is not None]
        return min(ends) if ends else None

    @property
    def for_some(self) -> bool:
        """Whether it is for some departments or people alone."""
        return bool(self.audience or self.people)

    def asks(self, account: int | None, departments: Collection[str], parents: Parents) -> bool:
        """Whether somebody of the staff is meant: by name, or with their departments; None: who has no account."""
        if not self.for_some or account in self.people:
            return True
        return bool(self.audience) and not with_below(self.audience, parents).isdisjoint(departments)

    def state(self, now: datetime) -> RoundState:
        if self.ends_at is not None and now >= self.ends_at:
            return RoundState.CLOSED
        opened = self.opens_at is not None and now >= self.opens_at
        return RoundState.OPEN if opened else RoundState.PLANNED

    def covers(self, moment: datetime) -> bool:
        """Whether it was open at this moment."""
        return self.state(moment) is RoundState.OPEN

    def on(self, day: date) -> bool:
        """Whether it was open at any time of a day here."""
        if self.opens_at is None or day < local_day(self.opens_at):
            return False
        return self.ends_at is None or day <= local_day(self.ends_at - timedelta(microseconds=1))


@dataclass(frozen=True)
class Rounds:
    """How a survey is asked again: its rule, and the rounds that are kept, in the order in which they open."""

    rule: RoundRule = OF_CUSTOMERS
    kept: tuple[Round, ...] = ()

    @property
    def always_open(self) -> bool:
        """Whether the survey takes answers without any round of its own: by the calendar, or none was ever planned."""
        return self.rule.by_calendar or not self.kept

    def open_at(self, moment: datetime) -> Round | None:
        """The kept round that is open at a moment."""
        return next((each for each in self._own if each.covers(moment)), None)

    def next_after(self, now: datetime) -> Round | None:
        """The one that opens next by the clock."""
        coming = (each for each in self._own if each.opens_at and each.state(now) is RoundState.PLANNED)
        return min(coming, key=lambda each: each.opens_at or now, default=None)

    def last_before(self, now: datetime) -> Round | None:
        """The one that closed last."""
        over = (each for each in self._own if each.ends_at and each.ends_at <= now)
        return max(over, key=lambda each: each.ends_at or now, default=None)

    def belongs(self, now: datetime, given: datetime | None, grace: timedelta) -> Round | None:
        """The kept round of an answer that comes in now, whose author had the form, or gave it, at the moment *given*.

        It is the one in which it was begun, although that closed meanwhile, as long as what is late is taken; else
        the one that is open now. None where no round takes it.
        """
        begun = self.last_before(now) if given == LONG_AGO else self.open_at(given) if given is not None else None
        if begun is not None and (begun.ends_at is None or now < begun.ends_at + grace):
            return begun
        return self.open_at(now)

    def code_at(self, now: datetime) -> str:
        """The round that is asked at a moment: what counts once is counted once in it."""
        found = self.open_at(now)
        return self.code_of(found.code if found else None, local_day(now))

    def on_day(self, day: date) -> Round | None:
        """The kept round of an answer of which only the day is known: of two on one day the earlier."""
        return next((each for each in self._own if each.on(day)), None)

    def code_of(self, kept: str | None, day: date) -> str:
        """The round of an answer, by what is kept with it and by its day."""
        return kept or calendar_round(self.rule, day).code

    @property
    def _own(self) -> Iterator[Round]:
        return iter(() if self.rule.by_calendar else self.kept)


NO_ROUNDS = Rounds()
