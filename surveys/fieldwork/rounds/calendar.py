"""Calendar rounds: a function of the rule and the day. Weeks are those of ISO 8601, from Monday to Sunday."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from surveys.definition.round_rules import Every, RoundRule
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarRound:
    """A week, month, quarter, half-year or year; both days are part of it."""

    code: str  # 2026-W49, 2026-11, 2026-Q4, 2026-H2 or 2026: they sort as they follow each other
    first: date
    last: date

    @property
    def name(self) -> Said:
        return code_words(self.code)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def calendar_round(rule: RoundRule, day: date) -> CalendarRound:
    """The one that a day belongs to. Rules without a calendar of their own cut by `RoundRule.cut`."""
    return _CUTS[rule.cut](day)


def rounds_between(rule: RoundRule, first: date, last: date) -> Iterator[CalendarRound]:
    """Those that have a day between these two, both included, in their order; none where *last* comes before."""
    day = first
    while day <= last:
        found = calendar_round(rule, day)
        yield found
        if found.last == date.max:
            return
        day = found.last + _DAY


def openings_between(rule: RoundRule, first: date, last: date) -> Iterator[CalendarRound]:
    """The rounds of a rule that recurs that open between these days, both included: from the first to the last day.

    Their code is that of the calendar round in which they open; a month after 31 January is the last day of February.
    """
    if rule.first is None or rule.days is None:
        return
    number = max(0, _turns(rule.cut, rule.first, first) - 1)
    while (opens := _later(rule.cut, rule.first, number)) <= last:
        if opens >= first:
            yield CalendarRound(calendar_round(rule, opens).code, opens, opens + timedelta(days=rule.days - 1))
        number += 1


def last_day_of(code: str) -> date | None:
    """The last day of a calendar round by its code; None where it is of no calendar."""
    found = next((match for pattern, _ in _NAMES if (match := pattern.fullmatch(code))), None)
    parts = {name: int(value) for name, value in found.groupdict().items()} if found else {}
    try:
        match parts:
            case {"year": year, "week": week}:
                return date.fromisocalendar(year, week, 7)
            case {"year": year, "quarter": quarter}:
                return _before(year, 3 * quarter + 1)
            case {"year": year, "month": month}:
                return _month(date(year, month, 1)).last
            case {"year": year}:
                return date(year, 12, 31)
    except ValueError:
        return None
    return None


def code_words(code: str) -> Said:
    """What people call a round by its code; the code itself where it is of no calendar."""
    for pattern, wording in _NAMES:
        if found := pattern.fullmatch(code):
            return Message(wording, {name: int(value) for name, value in found.groupdict().items()})
    return code


def round_of_code(rule: RoundRule, code: str) -> CalendarRound | None:
    """The calendar round of this code, where the rule cuts such rounds."""
    found = next((found for pattern, _ in _NAMES if (found := pattern.fullmatch(code))), None)
    if found is None:
        return None
    parts = {name: int(value) for name, value in found.groupdict().items()}
    try:
        if "week" in parts:
            day = date.fromisocalendar(parts["year"], parts["week"], 1)
        else:
            month = parts.get("month") or 3 * parts.get("quarter", 1) - 2
            day = date(parts["year"], max(month, 6 * parts.get("half", 1) - 5), 1)
    except ValueError:
        return None
    there = calendar_round(rule, day)
    return there if there.code == code else None


def _week(day: date) -> CalendarRound:
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    ends = first.toordinal() + 6
    return CalendarRound(f"{year}-W{week:02}", first, date.fromordinal(min(ends, date.max.toordinal())))


def _month(day: date) -> CalendarRound:
    return CalendarRound(f"{day:%Y-%m}", day.replace(day=1), _before(day.year, day.month + 1))


def _quarter(day: date) -> CalendarRound:
    number = (day.month - 1) // 3 + 1
    return CalendarRound(f"{day:%Y}-Q{number}", date(day.year, 3 * number - 2, 1), _before(day.year, 3 * number + 1))


def _half(day: date) -> CalendarRound:
    number = 1 if day.month <= 6 else 2
    return CalendarRound(f"{day:%Y}-H{number}", date(day.year, 6 * number - 5, 1), _before(day.year, 6 * number + 1))


def _year(day: date) -> CalendarRound:
    return CalendarRound(f"{day:%Y}", date(day.year, 1, 1), date(day.year, 12, 31))


_CUTS: dict[Every, Callable[[date], CalendarRound]] = {
    Every.WEEK: _week, Every.MONTH: _month, Every.QUARTER: _quarter, Every.HALF: _half,
    Every.YEAR: _year,
}  # fmt: skip

_NAMES = (
    (re.compile(r"(?P<year>\d{4})-W(?P<week>\d\d)"), marked("{year} 年第 {week} 周")),
    (re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])"), marked("{year} 年第 {quarter} 季度")),
    (re.compile(r"(?P<year>\d{4})-H(?P<half>1)"), marked("{year} 年上半年")),
    (re.compile(r"(?P<year>\d{4})-H(?P<half>2)"), marked("{year} 年下半年")),
    (re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"), marked("{year} 年 {month} 月")),
    (re.compile(r"(?P<year>\d{4})"), marked("{year} 年")),
)


def _before(year: int, month: int) -> date:
    """The last day before a month; month 13 is the next January."""
    return date(year, 12, 31) if month > 12 else date(year, month, 1) - _DAY


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}


def _later(every: Every, first: date, number: int) -> date:
    """The day so many turns after the first one."""
    if every is Every.WEEK:
        return first + timedelta(weeks=number)
    year, month = divmod(first.year * 12 + first.month - 1 + number * _MONTHS[every], 12)
    return min(date(year, month + 1, 1) + timedelta(days=first.day - 1), _before(year, month + 2))


def _turns(every: Every, first: date, day: date) -> int:
    """About how many turns it is from the first day to another one; never more than there are, and at most one less."""
    if every is Every.WEEK:
        return (day - first).days // 7
    return ((day.year - first.year) * 12 + day.month - first.month) // _MONTHS[every]
