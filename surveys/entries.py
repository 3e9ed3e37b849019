"""What was entered into a form: the answers in it, what is wrong with it, and each question as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.definition import Survey
from surveys.questions import Answer, Entered, NotAcceptable, Question
from surveys.wording import Text


@dataclass(frozen=True)
class Asked:
    """One question on the page, with what was entered and what is wrong with it."""

    question: Question
    number: int
    entered: Sequence[str] = ()
    problem: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.entered)


def checked(survey: Survey, entered: Entered) -> tuple[dict[str, Answer], dict[str, str]]:
    """The answers by question code, and the problems by question code."""
    answers: dict[str, Answer] = {}
    problems: dict[str, str] = {}
    for question in survey.questions():
        try:
            answer = question.check(entered)
        except NotAcceptable as problem:
            problems[question.code] = str(problem)
            continue
        if answer is not None:
            answers[question.code] = answer
    return answers, problems


def asked(survey: Survey, entered: Entered, problems: Mapping[str, str]) -> list[tuple[Text | None, list[Asked]]]:
    """The sections as the page shows them: heading and questions, numbered through."""
    numbers = {question.code: number for number, question in enumerate(survey.questions(), 1)}
    return [
        (section.title, [
            Asked(each, numbers[each.code], entered.get(each.code, ()), problems.get(each.code))
            for each in section.questions
        ])
        for section in survey.sections
    ]  # fmt: skip
