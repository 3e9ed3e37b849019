"""A survey as data: what is asked, of whom, and which items measure what."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.questions import QUESTION_TYPES, Code, Measure, OneChoice, Question, Scale
from surveys.wording import Text

Place = tuple[str | int, ...]
SurveyCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9\-]{1,59}$")]

if TYPE_CHECKING:
    AnyQuestion = Question
else:  # pydantic picks the class by its `type` and names a wrong one in the error
    AnyQuestion = Annotated[Union[tuple(QUESTION_TYPES.values())], Field(discriminator="type")]  # noqa: UP007


class Audience(StrEnum):
    """Who may open the form."""

    CUSTOMERS = "customers"  # anyone with the link
    STAFF = "staff"  # signed-in people of the organisation


class Dimension(BaseModel):
    """One side of the service that several items may measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: Text
    weight: Annotated[float, Field(gt=0, le=1)] | None = None


class Section(BaseModel):
    """Questions under one heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text | None = None
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]


class Survey(BaseModel):
    """One version of a survey; immutable, so that answers keep the questions they were given to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: SurveyCode
    title: Text
    use: Text  # when to take this survey
    introduction: Text | None = None
    thanks: Text | None = None
    audience: Audience = Audience.CUSTOMERS
    anonymous: bool = False
    overall: Code | None = None  # the item that holds overall satisfaction
    subject: Code | None = None  # the item that names the department an answer is about
    dimensions: tuple[Dimension, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def questions(self) -> Iterator[Question]:
        """All questions in the order they are asked."""
        return (question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question:
        """The question with this code; raises KeyError."""
        for question in self.questions():
            if question.code == code:
                return question
        raise KeyError(code)

    def with_measure(self, measure: Measure) -> list[Question]:
        """The questions that measure this, in order."""
        return [question for question in self.questions() if question.measure == measure]


def inconsistencies(survey: Survey) -> Iterator[tuple[Place, str]]:
    """What single fields can't show: (place, what is wrong and how to mend it), one for each problem."""
    yield from _repeated(
        [(("sections", s, "questions", q), question.code) for s, section in enumerate(survey.sections)
         for q, question in enumerate(section.questions)], "question code")  # fmt: skip
    yield from _repeated([(("dimensions", d), each.code) for d, each in enumerate(survey.dimensions)], "dimension code")
    yield from _unknown_dimensions(survey)
    yield from _unfit_roles(survey)
    weights = [each.weight for each in survey.dimensions]
    if any(weights) and (None in weights or abs(sum(each or 0 for each in weights) - 1) > 1e-6):
        yield (
            ("dimensions",),
            "weights are for every dimension or for none, and add up to 1; adjust them",
        )


def _repeated(codes: list[tuple[Place, str]], what: str) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for place, code in codes:
        if code in seen:
            yield place, f'{what} "{code}" is used more than once; give each its own'
        seen.add(code)


def _unknown_dimensions(survey: Survey) -> Iterator[tuple[Place, str]]:
    known = {each.code for each in survey.dimensions}
    for s, section in enumerate(survey.sections):
        for q, question in enumerate(section.questions):
            if question.dimension is not None and question.dimension not in known:
                place = ("sections", s, "questions", q, "dimension")
                yield (
                    place,
                    f'no dimension "{question.dimension}" is listed; add it or correct the name',
                )


def _unfit_roles(survey: Survey) -> Iterator[tuple[Place, str]]:
    by_code = {question.code: question for question in survey.questions()}
    roles: tuple[tuple[str, str | None, type[Question], str], ...] = (
        ("overall", survey.overall, Scale, "a rating"),
        ("subject", survey.subject, OneChoice, "a single choice of departments"),
    )
    for role, code, fitting, kind in roles:
        if code is not None and not isinstance(by_code.get(code), fitting):
            yield (role,), f'"{code}" is not the code of {kind} in this survey; name one, or leave {role} out'
    if survey.anonymous and survey.audience is Audience.STAFF and survey.subject:
        subject = by_code.get(survey.subject)
        if subject is not None and not subject.required:
            yield ("subject",), f'"{survey.subject}" must be required, because each answer is about one department'
