"""When an invitation is due: at once, at a time, or a set time after an event; never at night."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from surveys.localisation.clock import zone
from surveys.localisation.language import marked


class Unit(StrEnum):
    """In what the time after an event is counted."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"  # by the calendar: a month after 31 January is the last day of February

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS = {Unit.HOURS: marked("小时"), Unit.DAYS: marked("天"), Unit.MONTHS: marked("个月")}


class Schedule(BaseModel):
    """At once when neither `at` nor `event` is given. Between `until` and `since` o'clock (here) it waits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime | None = None
    event: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.\-]{0,59}$")] | None = None  # such as work_order.closed
    after: Annotated[int, Field(ge=0, le=1000)] = 0
    unit: Unit = Unit.HOURS
    since: Annotated[int, Field(ge=0, le=23)] = 8
    until: Annotated[int, Field(ge=1, le=24)] = 20

    @model_validator(mode="after")
    def _one_way(self) -> Schedule:
        if self.at is not None and self.event is not None:
            raise ValueError("give either `at` or `event`: an invitation is due at a time or after an event")
        if self.since >= self.until:
            raise ValueError(f"`since` ({self.since}) must come before `until` ({self.until}) on the same day")
        return self

    def due(self, started: datetime, happened: datetime | None = None) -> datetime:
        """When someone is to be asked, in UTC: *started* is when the campaign was, *happened* when the event was."""
        if self.event is not None:
            return self.awake(shift_moment(happened or started, self.after, self.unit))
        return self.awake(max(self.at, started) if self.at is not None else started)

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
