"""A sheet of paper while it is typed in: where it comes from, what was typed, and what is to be looked at again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from surveys.definition.conditions import Entered
from surveys.definition.questions import Answer, NotAcceptable, Question
from surveys.definition.questions.records import Consent
from surveys.definition.routing import Course
from surveys.definition.survey import Survey
from surveys.fieldwork.paper import paper_fields, sheet
from surveys.localisation.wording import Message
from surveys.web.forms.rendered_questions import check_answers

_AGAIN = Message("两遍不同：第一遍是“{first}”")


@dataclass(frozen=True)
class SheetBatch:
    """Where a sheet comes from: a stack of paper, the number written on it, when and where it was filled in."""

    name: str = ""
    sheet: str = "1"
    day: str = ""
    touchpoint: str = ""
    double: bool = False
    notice: str = ""  # the version of the privacy notice that the sheet says it was printed with

    def next(self) -> SheetBatch:
        return replace(self, sheet=str(int(self.sheet) + 1))


@dataclass(frozen=True)
class Typed:
    """What stands on the page that is typed into."""

    batch: SheetBatch
    keys: Mapping[str, str] = field(default_factory=dict)  # by form field
    problems: Mapping[str, Message] = field(default_factory=dict)
    first: str | None = None  # what was typed the first time, where it is typed twice
    asked: Collection[str] = ()  # fields that are to be left as they are on paper, if the clerk says so
    left: Collection[str] = ()  # those of which the clerk has said so
    done: Message | None = None
    kept: bool = False


def judge_sheet(
    interview: Course, survey: Survey, typed: Entered
) -> tuple[dict[str, Answer], dict[str, Message], dict[str, Message]]:
    """The answers, what is wrong with others, and what is to be asked about, which paper may leave so; by form field.

    That is what is missing, but for a consent, without which nothing is kept; closed questions without a mark, and what
    was marked but not asked.
    """
    answers, problems = check_answers(interview)
    missing: dict[str, Message] = {}
    for question in interview.questions():
        if question.code in problems and _left_empty(question, interview) and not isinstance(question, Consent):
            missing[question.code] = problems.pop(question.code)
    places = {each.code: next(iter(paper_fields(each)), None) for each in survey.questions()}
    numbers = {q.question.code: q.number for section in sheet(survey) for q in section.questions}

    def placed(found: Mapping[str, Message]) -> dict[str, Message]:
        return {
            (place.name if (place := places.get(code)) else code): _numbered(numbers.get(code), problem)
            for code, problem in found.items()
        }

    doubtful = _unmarked(interview, numbers) | _not_asked(interview, survey, typed) | placed(missing)
    return answers, placed(problems), doubtful


def _unmarked(interview: Course, numbers: Mapping[str, int | None]) -> dict[str, Message]:
    """Fields with codes to choose from in which none was typed; a single box to tick may well stay empty."""
    return {
        place.name: _numbered(numbers.get(question.code), Message("没有键入编号"))
        for question in interview.questions()
        for place in paper_fields(question)
        if len(place.marks) > 1 and not interview.entered.get(place.name)
    }


def _not_asked(interview: Course, survey: Survey, typed: Entered) -> dict[str, Message]:
    """Fields filled in of questions that the other answers leave out."""
    asked = {question.code for question in interview.questions()}
    printed = [each for section in sheet(survey) for each in section.questions if each.question.code not in asked]
    return {
        place.name: _numbered(each.number, Message("按前面的回答不用答这一题，键入的不会计入"))
        for each in printed
        for place in each.fields
        if typed.get(place.name)
    }


def to_ask(doubtful: Mapping[str, Message], typed: Typed, unreadable: Collection[str]) -> dict[str, Message]:
    """What of the doubtful nobody has settled yet."""
    return {name: problem for name, problem in doubtful.items() if name not in unreadable and name not in typed.left}


def read_back(typed: Typed) -> str:
    """What was typed, in its order, for the eye to compare with the sheet."""
    return " · ".join(text[:12] + "…" * (len(text) > 12) for each in typed.keys.values() if (text := each.strip()))


def _left_empty(question: Question, interview: Course) -> bool:
    try:
        return question.read(interview.entered) is None
    except NotAcceptable:
        return False


def _numbered(number: int | None, problem: Message) -> Message:
    return Message("第 {number} 题：{problem}", {"number": number, "problem": problem}) if number else problem


def differences(typed: Typed) -> dict[str, Message]:
    """Where this typing is like none before it."""
    before = _before(typed)
    now = {name: text.strip() for name, text in typed.keys.items()}
    return {
        name: replace(_AGAIN, values={"first": before.get(name, [""])[0] or "—"})
        for name, text in now.items() if text not in before.get(name, [""])
    }  # fmt: skip


def seal_typed(typed: Typed) -> str:
    """What was typed before and now, for the next typing to agree with either."""
    before = _before(typed)
    now = {name: text.strip() for name, text in typed.keys.items()}
    return json.dumps({name: list(dict.fromkeys([*before.get(name, []), text])) for name, text in now.items()})


def _before(typed: Typed) -> dict[str, list[str]]:
    try:
        before = json.loads(typed.first or "{}")
    except (ValueError, RecursionError):  # no page of ours sent this
        return {}
    items = before.items() if isinstance(before, dict) else ()
    return {name: [str(each) for each in texts] for name, texts in items if isinstance(texts, list)}
