"""Time as the product keeps it: UTC stored, the organisation's time zone shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from surveys.localisation.profile import USUAL_ZONE, present, zone_named

ZONE = ZoneInfo(USUAL_ZONE)  # while the organisation has chosen none; everybody else asks `zone`
SET_CLOCK = "XINSHENG_CLOCK"  # a moment that the program is to start at, to try it on another day

Clock = Callable[[], datetime]


class NotAMoment(ValueError):
    """The variable that sets the clock holds no moment."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{SET_CLOCK}: {text!r} is no moment; write one like 2028-02-29T10:00, in Asia/Shanghai")


def utc_now() -> datetime:
    return datetime.now(UTC) + _AHEAD


def zone() -> ZoneInfo:
    """The time zone in which this process shows moments and cuts days: the organisation's."""
    return zone_named(present().zone)


def local_day(moment: datetime) -> date:
    """The calendar day at which people here would date this moment."""
    return moment.astimezone(zone()).date()


def ahead(environment: Mapping[str, str], now: datetime) -> timedelta:
    """By how much the clock is set ahead of the machine's; raises NotAMoment."""
    text = environment.get(SET_CLOCK, "").strip()
    if not text:
        return timedelta()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAMoment(text) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)) - now


_AHEAD = ahead(os.environ, datetime.now(UTC))
