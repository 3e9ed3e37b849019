"""What was entered into a form: the answers in it, what is wrong with it, and each question as the page shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.definition.questions import Answer, Entered, Hidden, NotAcceptable, Question, Statement
from surveys.definition.routing import Course, CourseSection, Step, part_conditions
from surveys.localisation.wording import Message, Text

Problems = Mapping[str, Message]


@dataclass(frozen=True)
class RenderedQuestion:
    """One question on the page, with what was entered and what is wrong with it."""

    question: Question
    number: int | None  # of those shown; what asks nothing has none
    fields: Entered = field(default_factory=dict)
    problem: Message | None = None
    hidden: bool = False
    hidden_parts: Collection[str] = ()
    new: bool = False  # shown because of what was answered, and not seen before
    first_new: bool = False
    words: Callable[[str, str], str] = lambda name, language: ""

    @property
    def fragment(self) -> str:
        """The piece of page that shows this question."""
        return fragment(self.question)

    @property
    def entered(self) -> Sequence[str]:
        return self.given(self.question.code)

    @property
    def text(self) -> str:
        return "\n".join(self.entered)

    def given(self, field_name: str) -> list[str]:
        """What was entered into one of the question's fields."""
        return list(self.fields.get(field_name, ()))


@dataclass(frozen=True)
class AskedSection:
    """A section on the page; `index` is its place in the definition."""

    index: int
    title: Text | None
    hidden: bool
    questions: Sequence[RenderedQuestion]


def fragment(question: Question) -> str:
    """The template that shows a question: one for each type, and for each look it can have."""
    look = getattr(question, "look", "numbers")
    return f"questions/{question.type}{'' if look == 'numbers' else f'_{look}'}.html"


def check_answers(course: Course) -> tuple[dict[str, Answer], dict[str, Message]]:
    """The answers by question code, and the problems by question code; of what is shown, and nothing else."""
    answers: dict[str, Answer] = {}
    problems: dict[str, Message] = {}
    for question in course.questions():
        try:
            answer = question.check(course.entered)
        except NotAcceptable as problem:
            problems[question.code] = problem.message
            continue
        if answer is not None:
            answers[question.code] = answer
    return answers, problems


def visible(course: Course) -> list[str]:
    """What the page shows on a condition or not: codes of questions, and `question.part` for conditional parts."""
    shown = []
    for step in (step for section in course.sections for step in section.steps):
        if step.asked and not isinstance(step.question, Hidden):
            shown.append(step.question.code)
            offered = (part for part in step.asked.parts() if part_conditions(step.question, part))
            shown += [f"{step.question.code}.{part.code}" for part in offered]
    return shown


def render_sections(
    course: Course, entered: Entered, problems: Problems, new: Collection[str] = ()
) -> list[AskedSection]:
    """The sections as the page shows them. Of *new* questions the first one gets the focus."""
    steps = [step for section in course.sections for step in section.steps]
    counted = [step.question.code for step in steps if step.asked and not isinstance(step.asked, (Hidden, Statement))]
    numbers = {code: number for number, code in enumerate(counted, 1)}
    first = next((step.question.code for step in steps if step.question.code in new), None)

    def shown(step: Step) -> RenderedQuestion:
        code, fields = step.question.code, step.question.fields()
        return RenderedQuestion(
            step.question, numbers.get(code), {name: entered[name] for name in fields if name in entered},
            problems.get(code), step.asked is None, step.hidden_parts, code in new, code == first, course.words,
        )  # fmt: skip

    def section_of(each: CourseSection) -> AskedSection:
        return AskedSection(each.index, each.section.title, not each.shown, [shown(step) for step in each.steps])

    return [section_of(each) for each in course.sections]
