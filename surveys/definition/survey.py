"""A survey as data: what is asked, of whom, in which order, and which items measure what."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.definition.conditions import Entered
from surveys.definition.context.fields import ContextField, KindName
from surveys.definition.questions import QUESTION_TYPES, Code, Condition, Measure, Place, Question, Region
from surveys.definition.round_rules import OF_CUSTOMERS, OF_STAFF, RoundRule
from surveys.definition.task_rules import TaskRule
from surveys.localisation.wording import Text

WebAddress = Annotated[str, StringConstraints(pattern=r"^https://[\w.\-]+(:\d+)?(/[^\s\"'<>]*)?$", max_length=500)]
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


class Jump(BaseModel):
    """Where to go on after a section: to a later section, or to the end."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    when: Condition | None = Field(None, alias="if")
    to: Code | Literal["end", "screen_out"]  # screen_out: the respondent is not one of those asked


class Section(BaseModel):
    """Questions under one heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code | None = None
    title: Text | None = None
    show_if: Condition | None = None
    shuffle: bool = False  # the questions come in random order
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]
    jumps: tuple[Jump, ...] = ()  # the first that holds is taken


class Quota(BaseModel):
    """How many answers of one kind are wanted; when there are as many, further ones are thanked and not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: Text  # what those who watch the collection call it
    when: Condition | None = None  # which answers it counts, by answers and link values; all when left out
    limit: Annotated[int, Field(ge=1, le=10_000_000)]

    def counts(self, entered: Entered) -> bool:
        """Whether an answer takes one of its places; *entered* holds link values as well, under `link.name`."""
        return self.when is None or self.when.holds(entered)


class Thanks(BaseModel):
    """What those read whose answers are of one kind: a 1 is thanked with other words than a 5."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    when: Condition  # by answers and link values, decided when all is answered
    text: Text
    contact: bool = False  # asks whether to be contacted; who leaves a number becomes a case with a due day
    link: WebAddress | None = None  # where they can go on to, such as a page of public reviews
    link_label: Text | None = None


class Survey(BaseModel):
    """One version of a survey; immutable, so that answers keep the questions they were given to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: SurveyCode
    title: Text
    use: Text  # when to take this survey
    introduction: Text | None = None
    thanks: Text | None = None
    thanks_by_answer: tuple[Thanks, ...] = ()  # the first that holds takes the place of `thanks`
    screened_out: Text | None = None  # what those read whose answers are not asked for
    quota_full: Text | None = None  # what those read of whose kind there are enough answers
    quotas: tuple[Quota, ...] = ()  # an answer takes a place in each that counts it
    context: tuple[ContextField, ...] = ()  # facts that come along with an answer; others are refused
    audience: Audience = Audience.CUSTOMERS
    anonymous: bool = False
    overall: Code | None = None  # the item that holds overall satisfaction
    subject: Code | None = None  # the item that names the department an answer is about
    callback: Code | None = None  # the item in which who wishes to be contacted says how
    about: KindName | None = None  # the kind of subject that an answer is about
    tasks: TaskRule | None = None  # by which its tasks are made; None: by hand, if at all
    rounds: RoundRule | None = None  # in which it is asked; None: as `round_rule` says
    shuffle_sections: bool = False
    dimensions: tuple[Dimension, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @property
    def round_rule(self) -> RoundRule:
        """In which rounds it is asked, as long as nobody has set another rule for it."""
        return self.rounds or (OF_STAFF if self.audience is Audience.STAFF else OF_CUSTOMERS)

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

    def thanks_after(self, entered: Entered) -> Text | None:
        """What is said to who entered this; *entered* holds link values as well, under `link.name`."""
        fitting = (each.text for each in self.thanks_by_answer if each.when.holds(entered))
        return next(fitting, self.thanks)

    def has_logic(self) -> bool:
        """Whether what is asked depends on what was answered."""
        return any(section.show_if or section.jumps for section in self.sections) or any(
            question.show_if
            or question.title.placeholders()
            or (question.hint and question.hint.placeholders())
            or getattr(question, "options_from", None)
            or any(part.show_if for part in question.parts())
            for question in self.questions()
        )


def offering(survey: Survey, places: tuple[Place, ...]) -> Survey:
    """The survey whose questions of region offer these places."""

    def filled(question: Question) -> Question:
        return question.with_places(places) if isinstance(question, Region) else question

    def section_of(section: Section) -> Section:
        return section.model_copy(update={"questions": tuple(filled(each) for each in section.questions)})

    return survey.model_copy(update={"sections": tuple(section_of(each) for each in survey.sections)})
