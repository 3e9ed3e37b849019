"""What the organisation does, from the store within an account's departments: plans with effects, cases, lessons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from analysis.improvement.effect_of_measure import MeasureEffect, effect_of_measure, measured_dimension
from analysis.improvement.indicator_values import values_of
from analysis.improvement.stored_indicators import StoredIndicators
from analysis.intervals.shares import share
from analysis.released.gate import Gate
from analysis.released.named_answers import named_answers
from analysis.released.released_answers import ReleasedAnswers
from analysis.reports.material import CaseSummary, ReportedMeasure, ReportedPlan, Work
from surveys.accounts import Account
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.cases.journeys import answered_within
from surveys.improvement.indicators import Indicator, IndicatorValue
from surveys.improvement.lessons import Lesson
from surveys.improvement.money import UnfitFormula, Working, worked_out
from surveys.improvement.plans import ImprovementPlan, PlanMeasure
from surveys.localisation.clock import zone
from surveys.localisation.wording import Message, Said, saying
from surveys.operations.cases import working_calendar
from surveys.organisation.working_days import REPLY_WITHIN
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.cases import CaseSearch
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey

_MOST_LESSONS = 20

Departments = frozenset[str] | None


def stored_work(
    store: Store, gate: Gate, language: str, account: Account | None, departments: Departments, year: int, today: date
) -> Work:
    """Of these *departments* (None: all), as far as the account may: what it may not is None."""
    reading = _WorkReading(store, gate, language, account, departments, year, today)
    planning = account is None or account.may(Action.PLAN_IMPROVEMENT)
    return Work(
        reading.plans() if planning else None,
        reading.indicators() if account is None or account.may(Action.VIEW_RESULTS) else None,
        reading.cases(),
        reading.lessons() if planning else (),
    )


@dataclass(frozen=True)
class _WorkReading:
    store: Store
    gate: Gate
    language: str
    account: Account | None
    departments: Departments
    year: int
    today: date

    def plans(self) -> tuple[ReportedPlan, ...]:
        found = self.store.plans.all(None if self.departments is None else sorted(self.departments))
        return tuple(self._plan(each) for each in found)

    def _plan(self, plan: ImprovementPlan) -> ReportedPlan:
        record = self._record(plan.survey)
        view = None if record is None else named_answers(
            self.store, self.gate, record, self.account, self.language)  # fmt: skip
        title: Said = plan.survey if record is None else record.survey.title
        dimension = measured_dimension(record.survey, plan.area, self.language) if record is not None else None
        area: Said = dimension.label if dimension and plan.area else plan.area or saying("总体满意度")
        measures = tuple(self._measure(plan, each, view) for each in self.store.plans.measures(plan.code))
        department = self._department_name(plan.department)
        return ReportedPlan(plan, title, area, department, self._person(plan.owner), measures)

    def _measure(self, plan: ImprovementPlan, measure: PlanMeasure, view: ReleasedAnswers | None) -> ReportedMeasure:
        found, why = self._effect(plan, measure, view)
        units = measure.units if view is None else tuple(
            view.name_of(measure.unit_kind, code) for code in measure.units)  # fmt: skip
        owner = self._person(measure.owner)
        return ReportedMeasure(measure, owner, units, found, why, self._saving(measure))

    def _effect(
        self, plan: ImprovementPlan, measure: PlanMeasure, view: ReleasedAnswers | None
    ) -> tuple[MeasureEffect | None, Message | None]:
        """Its effect, or why there is none to tell."""
        if view is None:
            return None, saying("问卷已经删除，措施的效果不能再测。")
        if measure.ends >= self.today:
            return None, saying("{day} 起用同样的题目复测。", day=measure.ends)
        if view.anonymous:
            return None, saying("匿名问卷不按单位和日期细分，措施的效果请看各轮次的比较。")
        dimension = measured_dimension(view.record.survey, plan.area, self.language)
        if dimension is None:
            return None, saying("问卷里已经没有这一项的评分，无法复测。")
        return effect_of_measure(view, plan, measure, dimension, self.today), None

    def _saving(self, measure: PlanMeasure) -> Working | None:
        if not measure.saving:
            return None
        kept = self.store.indicators
        entered = {each.name: kept.entered(each.code) for each in kept.all()}
        last = {name: Decimal(str(list(values.values())[-1])) for name, values in entered.items() if values}
        try:
            return worked_out(measure.saving, last)
        except UnfitFormula:
            return None

    def indicators(self) -> tuple[tuple[Indicator, list[IndicatorValue]], ...]:
        measuring = StoredIndicators(self.store, self.gate, self.today)
        found = self.store.indicators.all(None if self.departments is None else sorted(self.departments))
        return tuple((each, values_of(each, measuring)) for each in found if each.retired_on is None)

    def cases(self) -> CaseSummary | None:
        """Those that came within the year, of the departments whose cases this account answers."""
        scope = _both(self.departments, self._case_scope())
        if self.account is not None and not self.account.may(Action.ANSWER_CASES):
            return None
        first = datetime.combine(date(self.year, 1, 1), time.min, zone()).astimezone(UTC)
        steps = self.store.case_steps.journeys(scope, first)
        journeys = {case: each for case, each in steps.items() if _year_of(each[0].at) == self.year}
        about = self.store.case_steps.categories(journeys.keys())
        kept = categories_from(self.store.organisation.setting(CASE_CATEGORIES))
        limits = {each.name: each.days for each in kept}
        in_time = answered_within(journeys, limits, REPLY_WITHIN, about, working_calendar(self.store), self.today)
        counts = {name: sum(each == name for each in about.values()) for name in dict.fromkeys(about.values())}
        amount = self.store.cases.amount
        return CaseSummary(
            len(journeys), amount(scope, wanted=CaseSearch(open_only=True, mains_only=True)),
            amount(scope, wanted=CaseSearch(late_on=self.today)), share(*in_time),
            tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))),
        )  # fmt: skip

    def lessons(self) -> tuple[Lesson, ...]:
        """Signed ones of the year: they are everybody's to read, those of the departments in view first of all."""
        found = [each for each in self.store.lessons.all() if each.signed_on and each.signed_on.year == self.year]
        own = [each for each in found if self.departments is None or each.department in self.departments]
        return tuple(own[:_MOST_LESSONS])

    def _case_scope(self) -> Departments:
        if self.account is None or self.account.case_scope is None:
            return None
        return frozenset(self.account.case_scope)

    def _record(self, survey: str) -> SurveyRecord | None:
        try:
            return self.store.surveys.get(survey)
        except UnknownSurvey:
            return None

    def _person(self, name: str) -> str:
        found = self.store.accounts.named(name) if name else None
        return (found.display_name or found.name) if found else name or "—"

    def _department_name(self, code: str | None) -> str:
        names = {each.code: each.name for each in self.store.organisation.departments()}
        return "" if code is None else names.get(code, code)


def _both(one: Departments, other: Departments) -> Collection[str] | None:
    given = [each for each in (one, other) if each is not None]
    return sorted(frozenset.intersection(*given)) if given else None


def _year_of(at: datetime | date) -> int:
    return at.astimezone(zone()).year if isinstance(at, datetime) else at.year
