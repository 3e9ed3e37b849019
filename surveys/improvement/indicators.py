"""Figures that an organisation follows from period to period, and the promises it has given with some of them.

What an indicator is worked out of may change. Each change is kept with its reason, and says whether figures before and
after it may be compared: where not, a new line begins and no trend runs across.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from surveys.definition.round_rules import Every, RoundRule
from surveys.fieldwork.rounds.calendar import CalendarRound, calendar_round, rounds_between
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying

LONGEST_NAME = 40
LONGEST_UNIT = 12
LONGEST_PROMISE = 200
LONGEST_REASON = 500
LARGEST = 1e12


class BetterWhen(StrEnum):
    """Which way an indicator is wanted to go."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def label(self) -> str:
        return _WANTED[self]


_WANTED = {BetterWhen.HIGHER: marked("越高越好"), BetterWhen.LOWER: marked("越低越好")}


class IndicatorSource(StrEnum):
    """Where the values of an indicator come from."""

    ENTERED = "entered"
    ANSWERS = "answers"
    CASES = "cases"
    CASES_IN_TIME = "cases_in_time"
    ORDERS_IN_TIME = "orders_in_time"

    @property
    def label(self) -> str:
        return _SOURCES[self]

    @property
    def percent(self) -> bool:
        """Whether its values are shares of 100 whatever it is of."""
        return self in (IndicatorSource.CASES_IN_TIME, IndicatorSource.ORDERS_IN_TIME)


_SOURCES = {
    IndicatorSource.ENTERED: marked("登记或导入的数"),
    IndicatorSource.ANSWERS: marked("问卷的一项得分"),
    IndicatorSource.CASES: marked("每万户客户的工单数（如投诉率）"),
    IndicatorSource.CASES_IN_TIME: marked("工单按期答复的比例"),
    IndicatorSource.ORDERS_IN_TIME: marked("业务环节按时办完的比例"),
}


@dataclass(frozen=True)
class IndicatorDefinition:
    """What an indicator is worked out of from the period on that has the day `since`.

    `about`: what the source needs to know (a survey, figure and item; a category; a stage). `comparable`: values after
    the change go on with the line of those before it. `reason`: why it was changed, empty for the first.
    """

    since: date
    source: IndicatorSource
    about: Mapping[str, str]
    unit: str = ""
    comparable: bool = True
    reason: str = ""
    set_by: str = ""
    set_on: date | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure that is followed, by the week up to the year. `department` None: of the whole organisation.

    `promise`: what the public was promised, in its words; the target is held to it. `customers`: the number of
    customers that cases are set against. Its definitions stand in the order of their days, at least one.
    """

    code: str
    name: str
    wanted: BetterWhen
    every: Every
    definitions: tuple[IndicatorDefinition, ...]
    target: float | None = None
    department: str | None = None
    promise: str = ""
    owner: str = ""
    retired_on: date | None = None

    @property
    def current(self) -> IndicatorDefinition:
        return self.definitions[-1]

    def period(self, day: date) -> CalendarRound:
        """The period that a day belongs to."""
        return calendar_round(RoundRule(every=self.every), day)

    def periods(self, today: date, most: int) -> list[CalendarRound]:
        """The last periods up to that of today, the oldest first; none before the first definition."""
        first = self.period(self.definitions[0].since).first
        span = {Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92, Every.HALF: 184, Every.YEAR: 366}[self.every] * most
        begin = max(first, date.fromordinal(max(1, today.toordinal() - span)))
        return list(rounds_between(RoundRule(every=self.every), begin, max(today, first)))[-most:]

    def in_force(self, period: CalendarRound) -> IndicatorDefinition:
        """The definition of a period: the last one that began no later than its end."""
        return next(
            (each for each in reversed(self.definitions) if self.period(each.since).first <= period.first),
            self.definitions[0],
        )

    def line(self, period: CalendarRound) -> int:
        """Which of its lines a period belongs to: as many as there were changes that break off the comparison."""
        begun = [each for each in self.definitions[1:] if self.period(each.since).first <= period.first]
        return sum(not each.comparable for each in begun)


class Standing(StrEnum):
    """How a value stands to its target."""

    MET = "met"
    MISSED = "missed"
    UNSURE = "unsure"  # the target lies inside the interval
    NO_TARGET = "no target"


@dataclass(frozen=True)
class IndicatorValue:
    """What an indicator came to in a period; interval and n where it is an estimate, `unfinished` while it runs."""

    period: CalendarRound
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    why_not: Message | None = None
    unfinished: bool = False

    def standing(self, indicator: Indicator) -> Standing:
        """Against the target: an estimate keeps or misses it only where its whole interval does."""
        if indicator.target is None or self.value is None:
            return Standing.NO_TARGET
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if indicator.wanted is BetterWhen.LOWER:
            low, high, target = -high, -low, -indicator.target
        else:
            target = indicator.target
        if low >= target:
            return Standing.MET
        return Standing.MISSED if high < target else Standing.UNSURE


class IndicatorErrors(ValueError):
    """All that is wrong with an indicator or with values for it, in words."""

    def __init__(self, errors: Sequence[Message]) -> None:
        super().__init__(errors[0], *errors[1:])
        self.errors = tuple(errors)


# What a source has to be told, by the names in `about`.
NEEDED: Mapping[IndicatorSource, tuple[str, ...]] = {
    IndicatorSource.ENTERED: (),
    IndicatorSource.ANSWERS: ("survey", "figure", "item"),
    IndicatorSource.CASES: ("customers",),
    IndicatorSource.CASES_IN_TIME: (),
    IndicatorSource.ORDERS_IN_TIME: ("stage",),
}
_MAY_BE_EMPTY = ("item",)


@dataclass(frozen=True)
class Known:
    """What an indicator is checked against: names that are taken (by code), and who may own it."""

    names: Mapping[str, str] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()


def assert_indicator(indicator: Indicator, known: Known) -> None:
    """Raise `IndicatorErrors` with everything that is wrong with it."""
    errors = list[Message]()
    name = indicator.name.strip()
    if not name:
        errors.append(saying("请写明指标名称"))
    if len(name) > LONGEST_NAME:
        errors.append(saying("名称最多 {most} 个字", most=LONGEST_NAME))
    if any(code != indicator.code and each == name for code, each in known.names.items()):
        errors.append(saying("已经有叫“{name}”的指标", name=name))
    if indicator.owner and indicator.owner not in known.owners:
        errors.append(saying("没有账号“{owner}”，请选择负责人", owner=indicator.owner))
    if indicator.promise and indicator.target is None:
        errors.append(saying("服务承诺要有目标值，才能看是否兑现"))
    if len(indicator.promise) > LONGEST_PROMISE:
        errors.append(saying("承诺最多 {most} 个字", most=LONGEST_PROMISE))
    if indicator.target is not None and not _plain(indicator.target):
        errors.append(saying("目标值不是可用的数"))
    for number, each in enumerate(indicator.definitions):
        errors += _definition_errors(each, first=number == 0)
    if errors:
        raise IndicatorErrors(errors)


def _definition_errors(definition: IndicatorDefinition, *, first: bool) -> list[Message]:
    errors = [
        saying("请选择“{source}”取自哪里", source=Message(definition.source.label))
        for name in NEEDED[definition.source]
        if not definition.about.get(name) and name not in _MAY_BE_EMPTY
    ]
    customers = definition.about.get("customers")
    if customers is not None and (not customers.isdigit() or int(customers) == 0):
        errors.append(saying("客户数要是大于 0 的整数"))
    if len(definition.unit) > LONGEST_UNIT:
        errors.append(saying("单位最多 {most} 个字", most=LONGEST_UNIT))
    if not first and not definition.reason.strip():
        errors.append(saying("请写明为什么改口径、改了什么"))
    if len(definition.reason) > LONGEST_REASON:
        errors.append(saying("说明最多 {most} 个字", most=LONGEST_REASON))
    return errors


def assert_value(value: float) -> None:
    """Raise `IndicatorErrors` for what is no number that a chart could show."""
    if not _plain(value):
        raise IndicatorErrors([saying("“{value}”不是可用的数", value=str(value))])


def _plain(value: float) -> bool:
    return math.isfinite(value) and abs(value) <= LARGEST


_CODES: Mapping[Every, str] = {
    Every.WEEK: r"(?P<year>\d{4}) ?(?:年|-|/)? ?(?:第 ?|W)(?P<part>\d{1,2}) ?周?",
    Every.MONTH: r"(?P<year>\d{4}) ?(?:年|-|/|\.) ?(?P<part>\d{1,2}) ?月?",
    Every.QUARTER: r"(?P<year>\d{4}) ?(?:年|-|/)? ?(?:第 ?|Q)(?P<part>[1-4一二三四]) ?(?:季度|季)?",
    Every.HALF: r"(?P<year>\d{4}) ?(?:年|-|/)? ?(?:H(?P<part>[12])|(?P<half>[上下])半年)",
    Every.YEAR: r"(?P<year>\d{4}) ?年?",
}
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_STARTS: Mapping[Every, int] = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6}


def period_of(written: str, every: Every) -> CalendarRound | None:
    """The period that people write so ("2026-11", "2026年11月", "2026Q4", "2026年第四季度"), or that a day lies in.

    None where it is neither.
    """
    text = written.strip()
    rule = RoundRule(every=every)
    try:
        if found := re.fullmatch(_CODES[every], text, re.IGNORECASE):
            parts = found.groupdict()
            part = parts.get("part") or parts.get("half") or "1"
            number = _DIGITS.get(part) or int(part)
            if every is Every.WEEK:
                return calendar_round(rule, date.fromisocalendar(int(parts["year"]), number, 1))
            month = (number - 1) * _STARTS.get(every, 12) + 1
            return calendar_round(rule, date(int(parts["year"]), month, 1))
        return calendar_round(rule, date.fromisoformat(text[:10].replace("/", "-")))
    except ValueError:
        return None
