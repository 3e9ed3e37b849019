"""What indicators are worked out of, read from the store and through the gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from analysis.released.evidence import PlaceNames
from analysis.released.gate import Gate
from analysis.released.released_answers import ReleasedAnswers
from surveys.cases.case import CaseStep
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.cases.journeys import answered_within
from surveys.fieldwork.order_stages import OrderStage
from surveys.fieldwork.rounds.calendar import CalendarRound
from surveys.localisation.clock import local_day, zone
from surveys.operations.cases import working_calendar
from surveys.operations.order_times import orders_since, stages_of
from surveys.organisation.department_tree import parents_of, with_below
from surveys.organisation.working_days import REPLY_WITHIN
from surveys.storage import Store
from surveys.storage.records.orders import OrderSteps
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey


@dataclass(frozen=True)
class StoredIndicators:
    """As of a day; see `IndicatorEvidence`."""

    store: Store
    gate: Gate
    today: date

    def entered(self, indicator: str) -> Mapping[str, float]:
        return self.store.indicators.entered(indicator)

    def with_below(self, department: str) -> frozenset[str]:
        return with_below({department}, parents_of(self.store.organisation.departments()))

    def answers(self, survey: str, departments: Collection[str] | None) -> ReleasedAnswers | None:
        try:
            record = self.store.surveys.get(survey)
        except UnknownSurvey:
            return None
        return self.gate.answers(record, departments, self._names(record), self.today)

    def _names(self, record: SurveyRecord) -> PlaceNames:
        """Who is below whom, and whose the subjects of a survey are: all that a part of it needs."""
        about = self.store.subjects.of_kind(record.survey.about) if record.survey.about else []
        homes = {each.code: each.department for each in about}
        return PlaceNames(parents=parents_of(self.store.organisation.departments()), homes=homes)

    def cases(self, departments: Collection[str] | None, period: CalendarRound) -> Mapping[str, Sequence[CaseStep]]:
        found = self.store.case_steps.journeys(departments, _begin(period.first))
        return {case: steps for case, steps in found.items() if _day(steps[0].at) <= period.last}

    def categories(self, cases: Collection[str]) -> Mapping[str, str]:
        return self.store.case_steps.categories(cases)

    def answered_in_time(self, cases: Mapping[str, Sequence[CaseStep]]) -> tuple[int, int]:
        kept = categories_from(self.store.organisation.setting(CASE_CATEGORIES))
        limits, about = {each.name: each.days for each in kept}, self.categories(cases.keys())
        return answered_within(cases, limits, REPLY_WITHIN, about, working_calendar(self.store), self.today)

    def stage(self, fact: str) -> OrderStage | None:
        return next((each for each in stages_of(self.store).root if each.fact == fact), None)

    def orders(self, departments: Collection[str] | None, since: date) -> Iterable[OrderSteps]:
        return orders_since(self.store, _begin(since), None if departments is None else sorted(departments))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, zone()).astimezone(UTC)


def _day(at: datetime | date) -> date:
    return local_day(at) if isinstance(at, datetime) else at
