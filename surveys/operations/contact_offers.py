"""The offer to be contacted on a page of thanks: to whose department it goes, and by when that is to answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from surveys.cases.categories import CALLBACK, CASE_CATEGORIES, categories_from, due_day
from surveys.cases.rules import AnswerGround, case_of_offer
from surveys.definition.survey import Survey, Thanks
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.organisation.department_tree import parents_of, topmost
from surveys.organisation.working_days import HOLIDAYS, calendar_from
from surveys.storage.records.protocols import Respondents


def answer_on_offer(store: Respondents, survey: Survey, response: str) -> tuple[StoredResponse, str] | None:
    """The answer, and the department that would make contact; None where there is no such answer, or no department.

    Of an anonymous survey none: the case would tell who has answered so.
    """
    answer = None if survey.anonymous else store.responses.get(response)
    if answer is None:
        return None
    departments = store.organisation.departments()
    known = {each.code for each in departments}
    top = topmost(sorted(known), parents_of(departments))
    wanted = (answer.department, store.surveys.get(survey.code).department, *top)
    department = next((each for each in wanted if each in known), None)
    return (answer, department) if department else None


def take_offer(
    store: Respondents, survey: Survey, thanks: Thanks, response: str, contact: str, now: datetime
) -> date | None:  # fmt: skip
    """Make the case of who left a number, once for an answer, due from the start; returns by when. None: no answer."""
    found = answer_on_offer(store, survey, response)
    if found is None:
        return None
    answer, department = found
    case = case_of_offer(thanks, AnswerGround(survey, answer), contact, department, now)
    categories = categories_from(store.organisation.setting(CASE_CATEGORIES))
    due = due_day(CALLBACK, local_day(now), categories, calendar_from(store.organisation.setting(HOLIDAYS)))
    store.cases.receive(replace(case, due_on=due))
    kept = store.cases.get(case.id)
    return kept.due_on if kept else due
