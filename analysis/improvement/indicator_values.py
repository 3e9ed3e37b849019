"""The values of an indicator by period, from wherever its definition takes them: one function for each source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import pandas as pd
from scipy import stats

from analysis.estimates import Estimate
from analysis.figures import FIGURES
from analysis.intervals.shares import share
from analysis.monitoring.trends import Period
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.survey_figures import survey_figures
from surveys.cases.case import CaseStep
from surveys.fieldwork.order_stages import OrderStage
from surveys.fieldwork.rounds.calendar import CalendarRound
from surveys.improvement.indicators import Indicator, IndicatorDefinition, IndicatorSource, IndicatorValue
from surveys.localisation.clock import local_day
from surveys.localisation.wording import Message, saying
from surveys.storage.records.orders import OrderSteps

PER = 10_000  # customers that cases are counted for
_NO_VALUE, _NOTHING_YET = saying("还没有登记"), saying("这一期还没有数据")


class IndicatorEvidence(Protocol):
    """What values are worked out of, as of a day; parts of it by department (codes; None: all) and period."""

    @property
    def today(self) -> date: ...
    def entered(self, indicator: str) -> Mapping[str, float]: ...
    def with_below(self, department: str) -> frozenset[str]: ...
    def answers(self, survey: str, departments: Collection[str] | None) -> ReleasedAnswers | None:
        """None where the survey is gone."""

    def cases(self, departments: Collection[str] | None, period: CalendarRound) -> Mapping[str, Sequence[CaseStep]]:
        """The steps of the cases that came within it."""

    def categories(self, cases: Collection[str]) -> Mapping[str, str]: ...
    def answered_in_time(self, cases: Mapping[str, Sequence[CaseStep]]) -> tuple[int, int]:
        """How many were answered within their limit, and how many are decided."""

    def stage(self, fact: str) -> OrderStage | None: ...
    def orders(self, departments: Collection[str] | None, since: date) -> Iterable[OrderSteps]: ...


@dataclass(frozen=True)
class _Asked:
    """One period of one indicator, by the definition that is in force in it."""

    evidence: IndicatorEvidence
    definition: IndicatorDefinition
    period: CalendarRound
    departments: frozenset[str] | None  # the indicator's with all below it


def values_of(indicator: Indicator, evidence: IndicatorEvidence, most: int = 13) -> list[IndicatorValue]:
    """Its last periods, the oldest first; those it has no value for say why."""
    departments = None if indicator.department is None else evidence.with_below(indicator.department)
    entered = evidence.entered(indicator.code)
    found = []
    for period in indicator.periods(evidence.today, most):
        asked = _Asked(evidence, indicator.in_force(period), period, departments)
        if asked.definition.source is IndicatorSource.ENTERED:
            value = entered.get(period.code)
            found.append(IndicatorValue(period, value, why_not=_NO_VALUE if value is None else None))
        else:
            found.append(_VALUES[asked.definition.source](asked))
    return [replace(each, unfinished=each.period.last >= evidence.today) for each in found]


def latest(values: Collection[IndicatorValue]) -> IndicatorValue | None:
    """The last one that is there, of a period that is over where there is any."""
    there = [each for each in values if each.value is not None]
    return next((each for each in reversed(there) if not each.unfinished), there[-1] if there else None)


def _of_answers(asked: _Asked) -> IndicatorValue:
    about = asked.definition.about
    answers, figure = asked.evidence.answers(about["survey"], asked.departments), FIGURES.get(about["figure"])
    if answers is None:
        return IndicatorValue(asked.period, None, why_not=saying("问卷已经删除"))
    part = _part(answers, asked.period)
    if isinstance(part, Message):
        return IndicatorValue(asked.period, None, why_not=part)
    found = survey_figures(part, [figure]) if figure else []
    chosen = next((each for each in found if about.get("item", "") in ("", each.item.code)), None)
    if chosen is None:
        return IndicatorValue(asked.period, None, why_not=saying("问卷里已经没有这一项"))
    return _of_estimate(asked.period, chosen.estimate, part.minimum if part.anonymous else 0)


def _part(answers: ReleasedAnswers, period: CalendarRound) -> ReleasedAnswers | Message:
    """The answers of a period: the round of this name, else those of its days; why an anonymous survey has none."""
    if period.code in answers.rounds():
        return answers.of_round(period.code)
    if answers.anonymous:
        return saying("匿名问卷只看得到自己的轮次，这一期没有可以公布的轮次")
    return answers.within(Period(pd.Timestamp(period.first), pd.Timestamp(period.last)))


def _of_estimate(period: CalendarRound, estimate: Estimate, minimum: int = 0) -> IndicatorValue:
    if estimate.n < minimum:
        return IndicatorValue(period, None, why_not=saying("人数太少，不公布"))
    if not estimate.ok:
        return IndicatorValue(period, None, n=estimate.n, why_not=estimate.refusal if estimate.n else _NOTHING_YET)
    by = 100 if estimate.unit == "share" else 1
    value, low, high = (by * each for each in estimate.figures())
    return IndicatorValue(period, value, low, high, estimate.n)


def _cases_per_customers(asked: _Asked) -> IndicatorValue:
    """Cases of a category per 10,000 customers; the interval is Garwood's (1936) for a count."""
    customers, category = int(asked.definition.about["customers"]), asked.definition.about.get("category", "")
    cases = asked.evidence.cases(asked.departments, asked.period)
    about = asked.evidence.categories(cases)
    count = sum(1 for case in cases if not category or about.get(case) == category)
    low = float(stats.chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    high = float(stats.chi2.ppf(0.975, 2 * count + 2)) / 2
    value, lowest, highest = (PER * each / customers for each in (count, low, high))
    return IndicatorValue(asked.period, value, lowest, highest, count)


def _cases_in_time(asked: _Asked) -> IndicatorValue:
    kept, decided = asked.evidence.answered_in_time(asked.evidence.cases(asked.departments, asked.period))
    return _of_estimate(asked.period, share(kept, decided, interval="holding"))


def _orders_in_time(asked: _Asked) -> IndicatorValue:
    """Of the orders that ended a stage within the period, the share that did so within its limit."""
    stage = asked.evidence.stage(asked.definition.about["stage"])
    if stage is None or not stage.limits:
        return IndicatorValue(asked.period, None, why_not=saying("这个环节没有设时限（业务事件 → 时限）"))
    kept = n = 0
    for order in asked.evidence.orders(asked.departments, asked.period.first):
        hours, limit = stage.hours(order.steps), stage.limit(order.business)
        ended = min((order.steps[kind] for kind in stage.ends if kind in order.steps), default=None)
        if hours is None or limit is None or ended is None:
            continue
        if asked.period.first <= local_day(ended) <= asked.period.last:
            n, kept = n + 1, kept + (hours <= limit)
    return _of_estimate(asked.period, share(kept, n, interval="holding"))


_VALUES: Mapping[IndicatorSource, Callable[[_Asked], IndicatorValue]] = {
    IndicatorSource.ANSWERS: _of_answers,
    IndicatorSource.CASES: _cases_per_customers,
    IndicatorSource.CASES_IN_TIME: _cases_in_time,
    IndicatorSource.ORDERS_IN_TIME: _orders_in_time,
}
