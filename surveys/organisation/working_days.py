"""Which days people here work: the table of public holidays, then weekdays, and over both the organisation's own days.

The table (`chinesecalendar`) knows the holidays and make-up days that the State Council has announced, which is never
more than about a year ahead. For later days somebody has to enter them, and is told so in time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from chinese_calendar.constants import holidays, workdays

HOLIDAYS = "own holidays"  # the setting under which they are kept
REPLY_WITHIN = 2  # working days in which a complaint is answered, where nobody has said otherwise
MOST_DAYS = 400  # working days that anything may take
WARNED_AFTER = (10, 15)  # month and day of the last year known from which somebody is asked for the next one

_TABLE: Mapping[date, bool] = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
_FIRST, _LAST = min(_TABLE).year, max(_TABLE).year


@dataclass(frozen=True)
class OwnDay:
    """A holiday or a make-up day as the organisation has it."""

    day: date
    works: bool
    name: str = ""

    @property
    def code(self) -> str:
        """By what it is known again."""
        return self.day.isoformat()


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days, by the organisation's own list first."""

    own: tuple[OwnDay, ...] = ()
    _table: Mapping[date, bool] = field(default_factory=lambda: _TABLE, repr=False, compare=False)

    @cached_property
    def _said(self) -> Mapping[date, bool]:
        return {**self._table, **{each.day: each.works for each in self.own}}

    def works(self, day: date) -> bool:
        """Whether people work on this day; Monday to Friday where neither list says otherwise."""
        return self._said.get(day, day.weekday() < 5)

    def after(self, day: date, days: int) -> date:
        """The last of so many working days that follow this day; the day itself when there are none to wait."""
        at = day
        for _ in range(min(days, MOST_DAYS)):
            at += timedelta(days=1)
            while not self.works(at) and (at - day).days < 2 * MOST_DAYS:
                at += timedelta(days=1)
        return at

    def between(self, first: date, last: date) -> int:
        """How many working days come after the first day, up to the last one."""
        span = (last - first).days
        return sum(self.works(first + timedelta(days=each)) for each in range(1, span + 1))

    def known(self, year: int) -> bool:
        """Whether the holidays of a year are known, rather than taken for granted."""
        return _FIRST <= year <= _LAST or any(each.day.year == year and not each.works for each in self.own)

    def unknown_soon(self, today: date) -> int | None:
        """The year whose holidays have to be entered by now: this one, or from mid-October the next one."""
        wanted = [today.year, *([today.year + 1] if (today.month, today.day) >= WARNED_AFTER else [])]
        return next((year for year in wanted if not self.known(year)), None)


def calendar_from(kept: str | None) -> WorkingCalendar:
    """The calendar with the organisation's own days as the setting keeps them."""
    days = json.loads(kept or "[]")
    return WorkingCalendar(tuple(OwnDay(date.fromisoformat(day), bool(works), name) for day, works, name in days))


def days_as_setting(days: Iterable[OwnDay]) -> str:
    """The setting that keeps these days, one entry for each day: the last one said of it."""
    by_day = {each.day: each for each in days}
    kept = [(each.day.isoformat(), each.works, each.name) for _, each in sorted(by_day.items())]
    return json.dumps(kept, ensure_ascii=False)
