"""What can be set beside each other: periods, rounds, the values of every breakdown, and saved views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pandas as pd

from analysis.monitoring.trends import Period, period_windows
from analysis.pages.filters import days_of, segment_labels
from analysis.pages.rounds import round_names
from analysis.pages.survey_answers import released_answers
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import session
from surveys.console.kit.words import _, distinct
from surveys.localisation.clock import local_day, utc_now

PERIOD, ROUND, VIEW, DEPARTMENT = "period", "round", "view", "department"
_BELOW = "/*"  # behind a department's name: with all below it
_MONTHS, _QUARTERS, _YEARS = 24, 8, 3  # the newest that are offered


@dataclass(frozen=True)
class ComparedPart:
    """One of what is compared: its name, and how to get its answers out of the view."""

    name: str
    answers: Callable[[ReleasedAnswers], ReleasedAnswers]


Sides = Mapping[str, ComparedPart]


def kinds_of(view: ReleasedAnswers) -> dict[str, str]:
    """What may be compared by, in words; only what has two sides or more."""
    labels = segment_labels(view) | {DEPARTMENT: _("部门")}
    named = {PERIOD: _("时间"), ROUND: _("轮次"), **{kind: labels.get(kind, kind) for kind in _breakdowns(view)}}
    named[VIEW] = _("保存的视图")
    return {kind: name for kind, name in named.items() if len(sides_of(view, kind)) > 1}


def _breakdowns(view: ReleasedAnswers) -> tuple[str, ...]:
    return (DEPARTMENT,) if view.anonymous else tuple(each for each in view.kinds if each != ROUND)


def sides_of(view: ReleasedAnswers, kind: str) -> Sides:
    """All sides of a kind, by what stands in addresses."""
    if kind == PERIOD:
        return {} if view.anonymous or view.round is not None else _periods(view)
    if kind == ROUND:
        return {code: _round(code, name) for code, name in round_names(view).items() if code in view.rounds()}
    if kind == VIEW:
        return {} if view.anonymous else _views(view)
    if view.anonymous:
        return _anonymous_departments(view)
    return {_spoken(code): _value(view, kind, code) for code in view.codes(kind)}


def _spoken(code: str) -> str:
    """As it stands in an address, where commas part the sides."""
    return code.replace("%", "%25").replace(",", "%2C")


def _round(code: str, name: str) -> ComparedPart:
    return ComparedPart(name, lambda view: view.of_round(code))


def _value(view: ReleasedAnswers, kind: str, code: str) -> ComparedPart:
    name = view.name_of(kind, code)
    return ComparedPart(name, lambda view: view.within(view.period, None, {**view.coded_segments, kind: code}))


def _anonymous_departments(view: ReleasedAnswers) -> Sides:
    """Those that no one can be recognised in, alone or with all below them."""
    alone = {name: ComparedPart(name, _department(name)) for name in view.departments()}
    words = _("{department}及下属")
    led = {name + _BELOW: ComparedPart(words.format(department=name), _branch(name)) for name in view.branches()}
    return {_spoken(code): side for code, side in (led | alone).items()}


def _department(name: str) -> Callable[[ReleasedAnswers], ReleasedAnswers]:
    return lambda view: view.of_department(name)


def _branch(name: str) -> Callable[[ReleasedAnswers], ReleasedAnswers]:
    return lambda view: view.of_branch(name)


# Periods


def _periods(view: ReleasedAnswers) -> Sides:
    """Years, quarters and months with answers, the newest first."""
    whole = view.within(None, None, view.coded_segments)
    days = pd.DatetimeIndex(whole.arrivals()["day"])
    spans = {"M": _MONTHS, "Q": _QUARTERS, "Y": _YEARS}
    found = {
        str(each): Period(each.start_time.normalize(), each.end_time.normalize())
        for unit, most in reversed(spans.items())
        for each in sorted(days.to_period(unit).unique(), reverse=True)[:most]
    }
    return {code: ComparedPart(code, _in(period)) for code, period in found.items()}


def _in(period: Period) -> Callable[[ReleasedAnswers], ReleasedAnswers]:
    return lambda view: view.within(period, None, view.coded_segments)


# Saved views


def _views(view: ReleasedAnswers) -> Sides:
    """The saved views of this survey that the account sees, each with its own filters in place of those above."""
    account = session.signed_in()
    whole = released_answers(view.record, account)
    kept = [
        each for each in session.store().saved_views.all()
        if each.seen_by(account) and each.query.get("survey") == view.record.code
    ]  # fmt: skip
    names = distinct({str(each.id): each.name for each in kept})
    found = {str(each.id): asked_by(each.query, whole) for each in kept}
    return {code: ComparedPart(names[code], _itself(answers)) for code, answers in found.items() if answers is not None}


def _itself(answers: ReleasedAnswers) -> Callable[[ReleasedAnswers], ReleasedAnswers]:
    return lambda _view: answers


def asked_by(query: Mapping[str, str], whole: ReleasedAnswers) -> ReleasedAnswers | None:
    """The part of a reader's *whole* answers that a query asks for; None where it names what they can't see."""
    skipped = {ROUND, "survey"}
    where = {name: each for name, each in query.items() if name in set(whole.may_split) - skipped and each != "all"}
    for name, value in where.items():
        if value not in whole.codes(name) and value not in whole.values(name):
            return None
    if code := query.get(ROUND):
        return whole.within(where=where).of_round(code) if code in whole.rounds() else None
    return whole.within(_period_of(query), None, where)


def _period_of(query: Mapping[str, str]) -> Period | None:
    chosen, today = query.get(PERIOD, "30"), pd.Timestamp(local_day(utc_now()))
    if chosen.isdigit():
        return period_windows(today, max(int(chosen), 1))[0]
    try:
        first, last = (pd.Timestamp(date.fromisoformat(query.get(end, ""))) for end in ("from", "to"))
    except ValueError:
        return None
    return Period(first, last) if chosen == "custom" and first <= last else None


# What shares answers


def overlapping(views: list[ReleasedAnswers]) -> set[tuple[int, int]]:
    """The pairs that may have answers in common: what is in both can't be told apart from a difference."""
    return {(a, b) for a, b in combinations(range(len(views)), 2) if not _disjoint(views[a], views[b])}


def _disjoint(first: ReleasedAnswers, second: ReleasedAnswers) -> bool:
    if first.round is not None and second.round is not None and first.round != second.round:
        return True
    here, there = first.period, second.period
    if here and there and (here.last < there.first or there.last < here.first):
        return True
    mine, others = first.coded_segments, second.coded_segments
    return any(_apart(first, second, kind) for kind in mine.keys() & others.keys() if mine[kind] != others[kind])


def _apart(first: ReleasedAnswers, second: ReleasedAnswers, kind: str) -> bool:
    """Values of one breakdown part the answers; departments do unless one is above the other."""
    if kind != DEPARTMENT:
        return True
    codes = (each.code_of(DEPARTMENT, each.segments[DEPARTMENT]) for each in (first, second))
    a, b = codes
    return not first.leads_to(b) and not second.leads_to(a)


def span_words(view: ReleasedAnswers) -> str:
    """The days of a side, where it has any of its own."""
    return days_of(view.period) if view.period else ""
