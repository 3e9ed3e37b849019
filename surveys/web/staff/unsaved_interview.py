"""What an agent typed into a call that takes nothing any more, in words, so that none of it is lost."""

from __future__ import annotations

from surveys.definition.questions import Entered, Question
from surveys.definition.routing import course
from surveys.definition.survey import Survey
from surveys.localisation.wording import Text
from surveys.web.forms.rendered_questions import check_answers


def typed_in(survey: Survey, given: Entered, language: str) -> list[tuple[Text, str]]:
    """Title and answer of each question that was answered, an answer that won't do as it was typed."""
    interview = course(survey, given, {}, "")
    answers, _ = check_answers(interview)
    said = [
        (each.title, each.words(answers[each.code], language) if each.code in answers else _as_typed(each, given))
        for each in interview.questions()
    ]
    return [(title, words) for title, words in said if words]


def _as_typed(question: Question, given: Entered) -> str:
    names = [name for name in given if name.partition(".")[0] == question.code]
    return "；".join(value for name in names for value in given[name] if value.strip())
