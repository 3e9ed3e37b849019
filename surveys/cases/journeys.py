"""How cases went: how long they stood in each state and whether they were answered in time, from their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from surveys.cases.case import CaseStep, StepKind
from surveys.cases.states import CaseState
from surveys.localisation.clock import local_day
from surveys.organisation.working_days import WorkingCalendar


@dataclass(frozen=True)
class TimeInState:
    """Working days that cases spent in one state, over those that have left it; *n* stays."""

    state: CaseState
    median_days: float
    longest: int
    n: int


def times_in_states(journeys: Iterable[Sequence[CaseStep]], calendar: WorkingCalendar) -> list[TimeInState]:
    """One row for each state in which any case has been and is not any more; what nobody knows is left out."""
    found: dict[CaseState, list[int]] = defaultdict(list)
    for steps in journeys:
        for state, days in _stays(steps, calendar):
            found[state].append(days)
    return [
        TimeInState(state, float(median(found[state])), max(found[state]), len(found[state]))
        for state in CaseState if found[state]
    ]  # fmt: skip


def first_reactions(journeys: Iterable[Sequence[CaseStep]], calendar: WorkingCalendar) -> list[int]:
    """Working days from each case's coming to the first thing that anybody did about it."""
    days = []
    for steps in journeys:
        done = next((each for each in steps[1:] if each.by), None)
        if done is not None:
            days.append(calendar.between(_day(steps[0]), _day(done)))
    return days


def answered_within(
    journeys: Mapping[str, Sequence[CaseStep]], limits: Mapping[str, int], usual: int, categories: Mapping[str, str],
    calendar: WorkingCalendar, today: date,
) -> tuple[int, int]:  # fmt: skip
    """How many were first answered within their limit, and how many are decided: answered, or beyond their limit.

    *limits*: working days by category; *categories*: that of each case. What is still within its limit is not decided.
    """
    kept = decided = 0
    for case, steps in journeys.items():
        limit = limits.get(categories.get(case, ""), usual)
        answered = next((each for each in steps if each.state is CaseState.ANSWERED), None)
        took = calendar.between(_day(steps[0]), _day(answered) if answered else today)
        if steps[-1].state is CaseState.WITHDRAWN or (answered is None and not steps[-1].state.open):
            continue
        if answered is not None or took > limit:
            decided += 1
            kept += answered is not None and took <= limit
    return kept, decided


def boxes_emptied_daily(journeys: Iterable[Sequence[CaseStep]], calendar: WorkingCalendar) -> tuple[int, int]:
    """Of the days on which a message came to a box, on how many all were looked at by the next working day."""
    by_day: dict[date, list[bool]] = defaultdict(list)
    for steps in journeys:
        if steps[0].detail == "box":
            seen = next((each for each in steps[1:] if each.by), None)
            by_day[_day(steps[0])].append(seen is not None and calendar.between(_day(steps[0]), _day(seen)) <= 1)
    return sum(all(each) for each in by_day.values()), len(by_day)


def _stays(steps: Sequence[CaseStep], calendar: WorkingCalendar) -> Iterable[tuple[CaseState, int]]:
    since = steps[0]
    for step in steps[1:]:
        if step.state is not since.state:
            if step.kind is not StepKind.UPGRADED and since.kind is not StepKind.UPGRADED:
                yield since.state, calendar.between(_day(since), _day(step))
            since = step


def _day(step: CaseStep) -> date:
    return local_day(step.at) if isinstance(step.at, datetime) else step.at
