"""When an invitation is due: at once, at a time, or a set time after an event or a date in a file; never at night."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from surveys.localisation.clock import zone
from surveys.localisation.language import marked


class Unit(StrEnum):
    """In what the time after an event or a date is counted; after a date not in hours."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"  # by the calendar: a month after 31 January is the last day of February

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS = {Unit.HOURS: marked("小时"), Unit.DAYS: marked("天"), Unit.MONTHS: marked("个月")}


class Schedule(BaseModel):
    """At once without `at`, `event` and `file_date`. Between `until` and `since` o'clock (here) it waits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime | None = None
    event: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.\-]{0,59}$")] | None = None  # such as work_order.closed
    file_date: Annotated[str, Field(pattern=r"^(who|does)\.[\w\-]{1,60}$")] | None = None  # such as who.入住日期
    yearly: bool = False  # after a date in a file: again in each year
    after: Annotated[int, Field(ge=0, le=1000)] = 0
    unit: Unit = Unit.HOURS
    since: Annotated[int, Field(ge=0, le=23)] = 8
    until: Annotated[int, Field(ge=1, le=24)] = 20

    @model_validator(mode="after")
    def _one_way(self) -> Schedule:
        if sum(each is not None for each in (self.at, self.event, self.file_date)) > 1:
            raise ValueError("give either `at`, `event` or `file_date`: due at a time, after an event, or a date")
        if self.file_date is not None and self.unit is Unit.HOURS:
            raise ValueError("`unit` hours: a file has the day alone; give days or months after `file_date`")
        if self.yearly and self.file_date is None:
            raise ValueError("`yearly` needs a `file_date` that comes again")
        if self.since >= self.until:
            raise ValueError(f"`since` ({self.since}) must come before `until` ({self.until}) on the same day")
        return self

    @property
    def one_by_one(self) -> bool:
        """Whether nobody is asked at the start, but each as something comes due for them: an event, or their date."""
        return self.event is not None or self.file_date is not None

    def due(self, started: datetime, happened: datetime | None = None) -> datetime:
        """When someone is to be asked, in UTC: *started* is when the campaign was, *happened* when the event was.

        Of a date in a file it is the day that has come due.
        """
        if self.file_date is not None:
            return self.awake(happened or started)
        if self.event is not None:
            return self.awake(shift_moment(happened or started, self.after, self.unit))
        return self.awake(max(self.at, started) if self.at is not None else started)

    def due_days(self, begins: date, first: date, last: date) -> Iterator[date]:
        """The days between these two, both included, on which somebody is to be asked in whose file *begins* stands.

        A month after the 31st is the last day of a shorter month; a year after 29 February the 28th.
        """
        years = range(max(0, first.year - begins.year - self._years - 1), last.year - begins.year + 1)
        for year in years if self.yearly else (0,) if begins <= last else ():
            if self.unit is Unit.MONTHS:
                due = months_later(begins, 12 * year + self.after)
            else:
                due = months_later(begins, 12 * year) + timedelta(days=self.after)
            if first <= due <= last:
                yield due

    @property
    def _years(self) -> int:
        """How many whole years `after` is at most."""
        return self.after // (12 if self.unit is Unit.MONTHS else 365)

    def awake(self, moment: datetime) -> datetime:
        """The moment itself, or the next one at which people may be written to."""
        local = moment.astimezone(zone())
        if local.hour >= self.until:
            local = datetime.combine(local.date() + timedelta(days=1), time(self.since), zone())
        elif local.hour < self.since:
            local = datetime.combine(local.date(), time(self.since), zone())
        return local.astimezone(UTC)


def shift_moment(moment: datetime, amount: int, unit: Unit) -> datetime:
    """*amount* units later, in UTC. Days and months keep the time of day here."""
    if unit is Unit.HOURS:
        return moment.astimezone(UTC) + timedelta(hours=amount)
    local = moment.astimezone(zone())
    day = local.date() + timedelta(days=amount) if unit is Unit.DAYS else months_later(local.date(), amount)
    return datetime.combine(day, local.time(), zone()).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
