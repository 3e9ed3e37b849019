"""What a row may tell of its response beside the answers: when, where, about whom. CIRCUMSTANCES at the foot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from surveys.definition.context.declared import SubjectNames
from surveys.definition.questions import NotAcceptable
from surveys.fieldwork.rounds import NO_ROUNDS, Rounds, calendar_round, round_of_code
from surveys.localisation.clock import local_day, zone
from surveys.localisation.language import marked
from surveys.localisation.normalisation import plain
from surveys.localisation.wording import Series
from surveys.organisation.departments import Department, Touchpoint, find_by_code

_ID = re.compile(r"[0-9a-f]{32}")
_DAY = r"(?P<year>\d{4}) ?(?:[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2}) ?[日号]?|(?P<tight>\d{4}))"
_DATE = re.compile(_DAY + r"(?:[T\s]+(?P<time>\d{1,2}:.+))?")


def _no_names(kind: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class OrganisationLists:
    """What circumstances are checked against, and the day of the import."""

    departments: Sequence[Department]
    touchpoints: Sequence[Touchpoint]
    today: date
    subjects: SubjectNames = _no_names
    rounds: Rounds = NO_ROUNDS

    def touchpoint(self, code: str | None) -> Touchpoint | None:
        return next((each for each in self.touchpoints if each.code == code), None)


@dataclass(frozen=True)
class Received:
    """The day of receipt in the organisation's zone, and the moment where it is known."""

    day: date
    moment: datetime | None = None

    def __str__(self) -> str:
        return (self.moment or self.day).isoformat()


def as_day(text: str) -> date | None:
    """2026-03-05, 2026/3/5, 2026年3月5日 or 20260305; None for anything else."""
    found = _DATE.fullmatch(plain(text))
    try:
        return _day(found) if found else None
    except ValueError:
        return None


def _day(found: re.Match[str]) -> date:
    tight = found["tight"] or ""
    return date(int(found["year"]), int(found["month"] or tight[:2]), int(found["day"] or tight[2:]))


def _received(organisation: OrganisationLists, text: str) -> Received:
    """A day as `as_day` takes it, perhaps with a time; one without zone is the organisation's."""
    found = _DATE.fullmatch(plain(text))
    if found is None:
        raise NotAcceptable(marked("看不懂日期“{text}”，请写成 2026-03-05 或 2026-03-05 14:30"), text=text)
    try:
        day = _day(found)
        received = _at(day, found["time"]) if found["time"] else Received(day)
    except ValueError:
        raise NotAcceptable(marked("没有“{text}”这个日期或时间"), text=text) from None
    if received.day > organisation.today:
        raise NotAcceptable(marked("日期“{text}”在将来"), text=text)
    return received


def _moment(organisation: OrganisationLists, text: str) -> Received:
    """The same, where a time is meant in any case: a day alone is its midnight, as a workbook keeps it."""
    received = _received(organisation, text)
    return received if received.moment else _at(received.day, "0:00")


def _at(day: date, written: str) -> Received:
    hour, rest = written.split(":", 1)
    moment = datetime.combine(day, time.fromisoformat(f"{int(hour):02d}:{rest.strip()}"))
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone())).astimezone(UTC)
    return Received(local_day(moment), moment)


def day_received(told: Mapping[str, Any], today: date) -> tuple[date, datetime | None]:
    """The day on which a response came, and the moment where it is known, by all that its row tells."""
    on: Received | None = told.get("_received_on")
    at: Received | None = told.get("_received_at")
    day = on or at
    return day.day if day else today, (at or on or Received(today)).moment


def _id(_: OrganisationLists, text: str) -> str:
    if not _ID.fullmatch(text):
        raise NotAcceptable(marked("应当是 32 位十六进制编号；不是本系统导出的文件请去掉这一列"))
    return text


def _whole_number(_: OrganisationLists, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotAcceptable(marked("应当是整数，现在是“{text}”"), text=text)
    return int(text)


def _department(organisation: OrganisationLists, text: str) -> str:
    return _known(organisation.departments, text, marked("没有部门“{text}”，请先建立"))


def _touchpoint(organisation: OrganisationLists, text: str) -> str:
    return _known(organisation.touchpoints, text, marked("没有触点“{text}”，请先建立"))


def _known(there: Iterable[Department | Touchpoint], text: str, missing: str) -> str:
    """The code of what has this code, else of what has this name, else of what the code means in other letters."""
    every = list(there)
    for each in sorted(every, key=lambda each: each.code != text):
        if text in (each.code, each.name):
            return each.code
    if meant := find_by_code(every, text):
        return meant.code
    raise NotAcceptable(missing, text=text)


def _round(organisation: OrganisationLists, text: str) -> str:
    """The code of a round of the survey, by its code or its name; of the calendar also as people write its name."""
    rounds, tight = organisation.rounds, _tight(text)
    for each in rounds.kept:
        names = each.title.root.values() if each.title else ()
        if tight in (_tight(each.code), *map(_tight, names)):
            return each.code
    code = _calendar_code(tight) or plain(text)
    if round_of_code(rounds.rule, code) is not None:
        return code
    known = Series((*[each.code for each in rounds.kept], calendar_round(rounds.rule, organisation.today).code))
    raise NotAcceptable(
        marked("没有轮次“{text}”，这份问卷的轮次写成：{known}；请改正这一列，或先在“轮次”里建这一轮"),
        text=text, known=known,
    )  # fmt: skip


def _tight(text: str) -> str:
    return "".join(plain(text).split()).casefold()


def _calendar_code(text: str) -> str | None:
    """The code of a week, quarter, month or year as people write it; None of anything else."""
    for pattern, code in _CALENDAR:
        if found := pattern.fullmatch(text):
            return code.format(*map(int, found.groups()))
    return None


_CALENDAR = (
    (re.compile(r"(\d{4})年第?(\d{1,2})周"), "{}-W{:02}"),
    (re.compile(r"(\d{4})年第?([1-4])季度"), "{}-Q{}"),
    (re.compile(r"(\d{4})年上半年"), "{}-H1"),
    (re.compile(r"(\d{4})年下半年"), "{}-H2"),
    (re.compile(r"(\d{4})年(\d{1,2})月"), "{}-{:02}"),
    (re.compile(r"(\d{4})年"), "{}"),
)


def _uncounted(_: OrganisationLists, text: str) -> str:
    raise NotAcceptable(marked("这份答卷导出时不计入结果（{why}），没有导入"), why=text)


def _as_written(_: OrganisationLists, text: str) -> str:
    return text


CIRCUMSTANCES: dict[str, Callable[[OrganisationLists, str], object]] = {
    "_id": _id,
    "_received_on": _received,
    "_received_at": _moment,
    "_round": _round,
    "_version": _whole_number,
    "_seconds": _whole_number,
    "_touchpoint": _touchpoint,
    "_department": _department,
    "_district": _as_written,
    "_business_type": _as_written,
    "_channel": _as_written,
    "_seed": _as_written,
    "_notice": _as_written,
    "_uncounted": _uncounted,
}
