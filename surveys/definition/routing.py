"""Skip logic, the course of an interview: which sections, questions and options are shown, in which order, and the end.

The server decides here, over what was entered; in the browser `html/logic.js` runs `program(survey)` by the same rule.
What ends up hidden is as if never entered, for later conditions and for what is stored.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from surveys.definition.conditions import LINK, Comparison, Condition, Entered, trim_value
from surveys.definition.listening import HEARD, listened_to
from surveys.definition.questions import Choice, Hidden, NotAcceptable, Option, Question
from surveys.definition.survey import Section, Survey
from surveys.localisation.normalisation import endings
from surveys.localisation.wording import Text

T = TypeVar("T")


class Ending(StrEnum):
    """How an interview ends."""

    COMPLETE = "complete"
    SCREENED_OUT = "screened_out"


@dataclass(frozen=True)
class Step:
    """A question in the order this respondent has it, shown or not."""

    question: Question  # with all its parts
    asked: Question | None  # with what is offered, and with earlier answers put into its texts; None when hidden

    @property
    def hidden_parts(self) -> frozenset[str]:
        """Codes of the options and rows that are not offered with it."""
        if self.asked is None:
            return frozenset()
        return frozenset(part.code for part in self.question.parts()) - {part.code for part in self.asked.parts()}


@dataclass(frozen=True)
class CourseSection:
    """A section in the order this respondent has it; `index` is its place in the definition."""

    index: int
    section: Section
    steps: tuple[Step, ...]

    @property
    def shown(self) -> bool:
        return any(step.asked for step in self.steps)


@dataclass(frozen=True)
class Course:
    """What one respondent is asked."""

    sections: tuple[CourseSection, ...]
    ending: Ending
    entered: Entered  # without what is hidden
    words: Callable[[str, str], str] = field(compare=False)  # what stands for a placeholder, in a language

    def questions(self) -> list[Question]:
        """What is shown, as it is shown."""
        return [step.asked for section in self.sections for step in section.steps if step.asked]


def course(
    survey: Survey, entered: Entered, link: Mapping[str, str], seed: str, heard: Entered | None = None
) -> Course:  # fmt: skip
    """The interview that these entries lead through. *seed* decides every random order.

    *heard*: what was heard in comments, by field such as `comment._heard`; nobody's entries count as that.
    """
    entered = {name: values for name, values in entered.items() if not name.endswith(HEARD)} | dict(heard or {})
    kept: dict[str, Sequence[str]] = {f"{LINK}{name}": [value] for name, value in link.items()}
    sections: list[CourseSection] = []
    ending, skip_to = Ending.COMPLETE, 0
    for index, section in enumerate(survey.sections):
        skipped = index < skip_to or bool(section.show_if and not section.show_if.holds(kept))
        sections.append(_section(survey, index, section, entered, kept, seed, skipped))
        target = None if skipped else _target(section, kept)
        if target in ("end", "screen_out"):
            ending = Ending.SCREENED_OUT if target == "screen_out" else ending
            skip_to = len(survey.sections)
        elif target is not None:
            skip_to = next(n for n, each in enumerate(survey.sections) if each.code == target)
    in_order = shuffle_order(sections, seed) if survey.shuffle_sections else sections
    answers = {name: values for name, values in kept.items() if not name.startswith(LINK)}
    return Course(tuple(in_order), ending, answers, partial(words_entered, survey, kept))


def _target(section: Section, kept: Entered) -> str | None:
    return next((jump.to for jump in section.jumps if jump.when is None or jump.when.holds(kept)), None)


def _section(
    survey: Survey, index: int, section: Section, entered: Entered, kept: dict[str, Sequence[str]], seed: str,
    skipped: bool,
) -> CourseSection:  # fmt: skip
    steps = [
        Step(question, None if skipped else _asked(survey, question, entered, kept))
        for question in (_shuffled_parts(question.for_respondent(seed), seed) for question in section.questions)
    ]
    # The order is one of all questions, so that it stays when some come and go.
    return CourseSection(index, section, tuple(shuffle_order(steps, f"{seed}:{index}") if section.shuffle else steps))


def _asked(survey: Survey, question: Question, entered: Entered, kept: dict[str, Sequence[str]]) -> Question | None:
    """The question with the parts and wording that fit, its entries added to *kept*; None when it is hidden."""
    if question.show_if and not question.show_if.holds(kept):
        return None
    offered, hidden = _offered(question, kept)
    if hidden and not offered:
        return None
    for name in (*question.fields(), *question.heard_fields()):
        part = name.partition(".")[2]
        values = entered.get(name, ())
        if hidden and name == question.code:
            values = [each for each in values if trim_value(each) not in hidden]
        if values and part not in hidden:
            kept[name] = [_normal(question, each) for each in values]
    return _worded(survey, question.with_parts(offered) if hidden else question, kept)


def _normal(question: Question, value: str) -> str:
    """What was typed in its plain form, so that conditions see the number in １,280元; as it is, where it has none."""
    try:
        return question.normal(value)
    except NotAcceptable:
        return value


def _offered(question: Question, kept: Entered) -> tuple[list[Option], set[str]]:
    """The parts that are offered, and the codes of those that are not."""
    parts = question.parts()
    offered = [part for part in parts if _part_condition(question, part, kept)]
    return offered, {part.code for part in parts} - {part.code for part in offered}


def _part_condition(question: Question, part: Option, kept: Entered) -> bool:
    return all(condition.holds(kept) for condition in part_conditions(question, part))


def part_conditions(question: Question, part: Option) -> list[Condition]:
    """What must hold for an option or row to be offered: its own condition, and what is carried forward."""
    conditions = [part.show_if] if part.show_if else []
    if isinstance(question, Choice) and question.options_from:
        chosen = {"item": question.options_from, "is": Comparison.INCLUDES, "value": part.code}
        conditions.append(Condition.model_validate(chosen))
    return conditions


def _worded(survey: Survey, question: Question, kept: Entered) -> Question:
    """The question with earlier answers and link values put into its texts."""
    if not question.title.placeholders() and not (question.hint and question.hint.placeholders()):
        return question

    texts = {"title": question.title, "hint": question.hint}
    words = partial(words_entered, survey, kept)
    filled: dict[str, Text] = {name: text.filled(words) for name, text in texts.items() if text is not None}
    return question.model_copy(update=filled)


def words_entered(survey: Survey, entered: Entered, name: str, language: str) -> str:
    """What was entered under a placeholder's name, as a person reads it; an ellipsis while there is nothing."""
    if name.startswith(LINK):
        return " ".join(entered.get(name, ())) or "…"
    question = survey.question(name)
    try:
        return question.words(question.read(entered), language) or "…"
    except NotAcceptable:
        return "…"


def _shuffled_parts(question: Question, seed: str) -> Question:
    parts = question.parts()
    if not parts or not getattr(question, "shuffle", False):
        return question
    # "other" and "none of these" stay at the foot of the list, where people look for them.
    last = [part for part in parts if getattr(part, "asks_text", False) or getattr(part, "exclusive", False)]
    rest = [part for part in parts if part not in last]
    return question.with_parts([*shuffle_order(rest, f"{seed}:{question.code}"), *last])


def shuffle_order(things: Sequence[T], seed: str) -> list[T]:
    """The same things in an order that the seed decides."""
    order = list(things)
    random.Random(seed).shuffle(order)  # noqa: S311  an order of options is no secret
    return order


def is_shuffled(survey: Survey) -> bool:
    """Whether any order in it is random."""
    return survey.shuffle_sections or any(
        section.shuffle or any(map(_differs_by_chance, section.questions))
        for section in survey.sections
    )


def _differs_by_chance(question: Question) -> bool:
    return bool(getattr(question, "shuffle", False)) or getattr(question, "versions", 1) > 1


def link_names(survey: Survey) -> set[str]:
    """The link values that conditions, texts, quotas and thanks refer to."""
    names: set[str] = set()
    for section in survey.sections:
        conditions = [section.show_if, *(jump.when for jump in section.jumps)]
        for question in section.questions:
            conditions += [question.show_if, *(part.show_if for part in question.parts())]
            for text in (question.title, question.hint):
                names |= text.placeholders() if text else set()
        names |= {name for condition in conditions if condition for name in condition.fields()}
    names |= {name for quota in survey.quotas if quota.when for name in quota.when.fields()}
    names |= {name for thanks in survey.thanks_by_answer for name in thanks.when.fields()}
    return {name.removeprefix(LINK) for name in names if name.startswith(LINK)}


def link_parameters(survey: Survey) -> dict[str, str]:
    """The link values that are answers themselves: name of the parameter by question code."""
    return {each.code: each.link_parameter for each in survey.questions() if isinstance(each, Hidden)}


def program(survey: Survey) -> list[dict[str, Any]]:
    """The rule of `course` as data for the browser: one entry per section, in the order of the definition."""
    index = {section.code: n for n, section in enumerate(survey.sections)}
    heard = listened_to(survey)
    ends = {"end": -1, "screen_out": -2}
    return [
        {
            "if": section.show_if.as_data() if section.show_if else None,
            "questions": [_question_program(question, question.code in heard) for question in section.questions],
            "jumps": [
                {"if": jump.when.as_data() if jump.when else None, "to": ends.get(jump.to, index.get(jump.to))}
                for jump in section.jumps
            ],
        }
        for section in survey.sections
    ]


def _question_program(question: Question, heard: bool) -> dict[str, Any]:
    units = question.number_units()
    conditions = {part.code: [each.as_data() for each in part_conditions(question, part)] for part in question.parts()}
    return {
        "code": question.code,
        "fields": [*question.fields(), *(question.heard_fields() if heard else ())],
        "if": question.show_if.as_data() if question.show_if else None,
        "parts": {code: {"all": each} for code, each in conditions.items() if each},
        "of": len(conditions),
        **({} if units is None else {"ends": endings(units)}),
    }
