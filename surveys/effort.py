"""How long a survey takes to answer, so that a designer sees it before the customers do."""

from __future__ import annotations

from surveys.definition import Survey
from surveys.questions import Measure, Question

READING_CHARACTERS_PER_SECOND = 8
# Deciding on an answer, after the question is read. A comment is often left empty, so it counts for less than writing.
ANSWERING_SECONDS = {
    Measure.RATING: 4.0,
    Measure.NPS: 5.0,
    Measure.NOMINAL: 4.0,
    Measure.MULTIPLE: 8.0,
    Measure.TEXT: 15.0,
}


def minutes_to_answer(survey: Survey) -> int:
    """Whole minutes that most people need, at least one."""
    seconds = sum(seconds_to_answer(question) for question in survey.questions())
    return max(1, round(seconds / 60))


def seconds_to_answer(question: Question) -> float:
    """Seconds to read one question and answer it."""
    return len(str(question.title)) / READING_CHARACTERS_PER_SECOND + ANSWERING_SECONDS[question.measure]
