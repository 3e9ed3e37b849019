"""Answers what an assistant asks, for the key that it comes with: each question has the scope it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field

from analysis.assistants import readings
from analysis.assistants.told import (
    ToldAreas,
    ToldBreakdown,
    ToldCase,
    ToldCases,
    ToldChanges,
    ToldComments,
    ToldFigures,
    ToldSurvey,
)
from analysis.comments.listing import Wanted
from analysis.exploring.items import items_of
from analysis.monitoring.joint_watch import Watch
from analysis.monitoring.trends import period_windows
from analysis.released.gate import Gate
from analysis.released.named_answers import named_answers
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.watches_in_view import of_all_time, watched_family, watches_in_view
from analysis.text.personal_data import mask_personal_data
from surveys.api_keys import ApiKey, ApiScope
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.language import in_words
from surveys.storage import Store
from surveys.storage.records.cases import CaseSearch
from surveys.storage.records.responses import NoSuchPart
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey

Language = Annotated[Literal["zh", "en"], Field(description="The language of sentences and labels")]
Code = Annotated[str, Field(max_length=60, description="The code of a survey, as list_surveys gives it")]
Where = Annotated[
    dict[str, str] | None,
    Field(description="What has to hold, by name and value as list_breakdowns gives them, such as a department"),
]
Round = Annotated[str | None, Field(max_length=60, description="The code of a round; then days is not looked at")]
Days = Annotated[int, Field(ge=1, le=3660, description="How many days up to today; compared with as many before")]
First = Annotated[int, Field(ge=0, le=1_000_000, description="How many to skip")]
Most = Annotated[int, Field(ge=1, le=readings.MOST_AT_ONCE)]


class Unanswerable(ValueError):
    """What was asked can't be answered; says why, and what can be asked instead."""


@dataclass(frozen=True)
class AssistantDesk:
    """The questions there are, over one installation."""

    store: Store
    gate: Gate
    clock: Clock
    note: Callable[[ApiKey, str, str], None]  # keeps in the audit trail what a key reads: action and survey

    def list_surveys(self, language: Language = "zh") -> list[ToldSurvey]:
        """All surveys that were ever published, with their codes."""
        return [self._survey(each, language) for each in self.store.surveys.all() if each.version]

    def list_breakdowns(self, survey: Code, language: Language = "zh") -> list[ToldBreakdown]:
        """What the results of a survey can be narrowed to, such as departments, touchpoints and rounds."""
        return readings.breakdowns(self._answers(survey, language), language)

    def get_figures(
        self, survey: Code, where: Where = None, round_code: Round = None, days: Days = 30, language: Language = "zh"
    ) -> ToldFigures:  # fmt: skip
        """The figures of a survey, each with 95 % interval and n, and its change against the time before.

        Cite a figure only together with its interval and n.
        """
        return readings.figures(self._view(survey, where, round_code, days, language), language)

    def what_changed(
        self, survey: Code, where: Where = None, round_code: Round = None, days: Days = 30, language: Language = "zh"
    ) -> ToldChanges:  # fmt: skip
        """What changed in a survey, or in a part of it, beyond chance, and the areas whose evidence may say why.

        What is under `unclear` did not demonstrably change: don't report it as a change.
        """
        view = self._view(survey, where, round_code, days, language)
        return readings.changes(view, self._watches(view, language), language)

    def improvement_areas(
        self, survey: Code, where: Where = None, round_code: Round = None, days: Days = 30, language: Language = "zh"
    ) -> ToldAreas:  # fmt: skip
        """What to improve first, with the reasons and customers' own words. Areas of the same place are ties."""
        return readings.areas(self._view(survey, where, round_code, days, language), language)

    def search_comments(
        self, survey: Code, words: Annotated[str, Field(max_length=40)] = "",
        sentiment: Literal["", "positive", "negative", "neutral"] = "", where: Where = None, round_code: Round = None,
        days: Days = 30, first: First = 0, most: Most = 20, language: Language = "zh",
    ) -> ToldComments:  # fmt: skip
        """What customers wrote, with personal data masked. Quote exactly, or not at all."""
        view = self._view(survey, where, round_code, days, language)
        return readings.comments(view, Wanted(sentiment=sentiment, words=words.strip()), language, first, most)

    def list_cases(
        self, department: Annotated[str | None, Field(max_length=100, description="Code or name")] = None,
        open_only: bool = True, first: First = 0, most: Most = 20, language: Language = "zh",
    ) -> ToldCases:  # fmt: skip
        """The cases, the newest first: what somebody brought up, how it stands, and whether its answer is late."""
        among = None if department is None else [self._department(department)]
        wanted = CaseSearch(open_only=open_only, skipped=first)
        found = self.store.cases.all(among, wanted=wanted, limit=most)
        today = local_day(self.clock())
        cases = [
            ToldCase(
                id=each.id, department=each.department, category=each.category, text=mask_personal_data(each.text),
                state=in_words(each.state.label, language), received_on=local_day(each.received_at).isoformat(),
                due_on=each.due_on.isoformat() if each.due_on else None, late=each.late(today),
            )
            for each in found
        ]  # fmt: skip
        return ToldCases(amount=self.store.cases.amount(among, wanted=wanted), cases=cases)

    # What the questions stand on

    def _survey(self, record: SurveyRecord, language: str) -> ToldSurvey:
        survey = record.survey
        return ToldSurvey(
            code=record.code, title=in_words(survey.title, language), audience=survey.audience.value,
            state=record.opening.state(self.clock()).value, anonymous=survey.anonymous,
            answers=None if survey.anonymous else self.store.responses.amount(record.code),
        )  # fmt: skip

    def _answers(self, survey: str, language: str) -> ReleasedAnswers:
        try:
            record = self.store.surveys.get(survey)
        except UnknownSurvey:
            codes = ", ".join(each.code for each in self.store.surveys.all() if each.version)
            raise Unanswerable(f"No survey has the code {survey!r}; there is {codes or 'none'}.") from None
        return named_answers(self.store, self.gate, record, None, language)

    def _view(
        self, survey: str, where: Mapping[str, str] | None, round_code: str | None, days: int, language: str
    ) -> ReleasedAnswers:  # fmt: skip
        try:
            return _in_view(self._answers(survey, language), where or {}, round_code, days, local_day(self.clock()))
        except NoSuchPart as problem:
            there = ", ".join(map(str, problem.known[:60])) or "nothing"
            raise Unanswerable(f"{problem.what}: not to be had; there is {there}.") from None

    def _watches(self, view: ReleasedAnswers, language: str) -> dict[str, Watch]:
        """The verdicts of the pages; none of an anonymous survey, whose weeks are not shown."""
        if view.anonymous or not view.n:
            return {}
        running = [each.survey for each in self.store.surveys.all() if each.live]
        family = watched_family(running, len(self.store.organisation.departments()), language)
        items = items_of(view.record.survey, language)
        return watches_in_view(of_all_time(view), items, family.alpha(whole=not view.segments))

    def _department(self, named: str) -> str:
        departments = self.store.organisation.departments()
        found = [each.code for each in departments if named in (each.code, each.name)]
        if len(found) != 1:
            there = ", ".join(f"{each.code} ({each.name})" for each in departments) or "none"
            raise Unanswerable(f"Name one department by its code; there is {there}.")
        return found[0]


def _in_view(
    answers: ReleasedAnswers, where: Mapping[str, str], round_code: str | None, days: int, today: date
) -> ReleasedAnswers:
    """The part that is asked for, over the same days as pages show it."""
    if round_code is not None:
        if round_code not in answers.rounds():
            raise NoSuchPart("round", answers.rounds())
        answers = answers.of_round(round_code)
    if answers.anonymous:
        return _of_department(answers, where)
    meant = readings.narrowed(answers, where)
    if round_code is not None:
        return answers.within(where=meant) if meant else answers
    return answers.within(*period_windows(pd.Timestamp(today), days), meant)


def _of_department(answers: ReleasedAnswers, where: Mapping[str, str]) -> ReleasedAnswers:
    """A department of an anonymous survey, with all below it where that may be looked at; else the whole."""
    if not where:
        return answers
    if set(where) != {"department"}:
        raise NoSuchPart("where", ["department"])
    named, whole, alone = where["department"], answers.branches(), answers.departments()
    if named in whole:
        return answers.of_branch(named)
    if named not in alone:
        raise NoSuchPart("department", list(dict.fromkeys([*alone, *whole])))
    return answers.of_department(named)


@dataclass(frozen=True)
class AssistantQuestion:
    """Something that may be asked, and the scope that a key has to have for it."""

    ask: Callable[..., Any]
    scope: ApiScope


QUESTIONS: tuple[AssistantQuestion, ...] = (
    AssistantQuestion(AssistantDesk.list_surveys, ApiScope.SURVEYS_READ),
    AssistantQuestion(AssistantDesk.list_breakdowns, ApiScope.RESULTS_READ),
    AssistantQuestion(AssistantDesk.get_figures, ApiScope.RESULTS_READ),
    AssistantQuestion(AssistantDesk.what_changed, ApiScope.RESULTS_READ),
    AssistantQuestion(AssistantDesk.improvement_areas, ApiScope.RESULTS_READ),
    AssistantQuestion(AssistantDesk.search_comments, ApiScope.COMMENTS_READ),
    AssistantQuestion(AssistantDesk.list_cases, ApiScope.CASES_READ),
)
