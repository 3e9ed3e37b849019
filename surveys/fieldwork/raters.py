"""Staff who rate departments (360° and between departments): nobody rates their own, and each other one once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from surveys.accounts import Account
from surveys.definition.questions import OneChoice, Option, Question
from surveys.definition.survey import Section, Survey
from surveys.localisation.wording import DEFAULT_LANGUAGE, Text
from surveys.organisation.departments import Department


def subjects(survey: Survey) -> tuple[str, ...]:
    """Codes of the departments a survey can be about."""
    question = survey.question(survey.subject) if survey.subject else None
    return tuple(option.code for option in question.options) if isinstance(question, OneChoice) else ()


def offered_to(survey: Survey, rater: Account, rated: Collection[str] = ()) -> Survey:
    """The survey with the departments left to this person; another one is then no answer to it."""
    if survey.subject is None:
        return survey
    left = {code for code in subjects(survey) if code not in rater.departments and code not in rated}

    def narrowed(question: Question) -> Question:
        if question.code != survey.subject or not isinstance(question, OneChoice):
            return question
        return question.model_copy(update={"options": tuple(each for each in question.options if each.code in left)})

    def section_of(section: Section) -> Section:
        return section.model_copy(update={"questions": tuple(narrowed(each) for each in section.questions)})

    return survey.model_copy(update={"sections": tuple(section_of(each) for each in survey.sections)})


def rating_these(survey: Survey, departments: Sequence[Department]) -> Survey:
    """The survey with these departments to choose among, in place of those that its template names."""
    question = survey.question(survey.subject) if survey.subject else None
    if not isinstance(question, OneChoice) or not departments:
        return survey
    options = tuple(Option(code=each.code, label=Text({DEFAULT_LANGUAGE: each.name})) for each in departments)
    known = {each.code: each for each in question.options}
    offered = tuple(known.get(each.code, each) for each in options)

    def section_of(section: Section) -> Section:
        changed = (
            each.model_copy(update={"options": offered}) if each.code == survey.subject else each
            for each in section.questions
        )  # fmt: skip
        return section.model_copy(update={"questions": tuple(changed)})

    return survey.model_copy(update={"sections": tuple(section_of(each) for each in survey.sections)})
