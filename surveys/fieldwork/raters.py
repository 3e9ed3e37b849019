"""Staff who rate departments: nobody rates their own, and each other one once."""

from __future__ import annotations

from collections.abc import Collection

from surveys.accounts import Account
from surveys.definition.questions import OneChoice, Question
from surveys.definition.survey import Section, Survey


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
