"""Answers that come without a form: a text message such as 「5 抢修很快」, or the keys pressed on a phone.

Numbers answer the questions of numbers and choices in the order they are asked; an option is named by its place in
the list. What is left of a message is its first question of free text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from surveys.definition.questions import Entered, FreeText, Hidden, OneChoice, Question, Scale
from surveys.definition.routing import course
from surveys.definition.survey import Survey

# A number that stands for itself: at the end, before a break, or called points; the first may touch the words after it
# unless they count something, so that 「3天才修好」 is no 3.
_COUNTED = r"(?:分钟|天|日|次|个|小时|点|号|月|年|元|块|度|户|人|遍|周)"
_FIRST = re.compile(rf"\s*(\d{{1,3}})(?!\d)(?!\s*{_COUNTED})\s*[分星]?[\s,，、。;；.:：]*")
_NEXT = re.compile(r"\s*(\d{1,3})(?:\s*[分星](?!钟)[\s,，、。;；.:：]*|[\s,，、。;；.:：]+|$)")
_OPT_OUT = re.compile(r"(?:t|td|n|退订|退訂|取消|不要再发|stop|unsubscribe)", re.IGNORECASE)


class UnfitKeys(ValueError):
    """A key press that answers no question: *position* from 1, the key, and what would have been an answer."""

    def __init__(self, position: int, key: str, expected: str) -> None:
        self.position, self.key, self.expected = position, key, expected
        super().__init__(f"keys · {position}: {key!r} is no answer here; expected {expected}")


def is_opt_out(text: str) -> bool:
    """Whether a message asks for no more messages, and says nothing else."""
    return _OPT_OUT.fullmatch(unicodedata.normalize("NFKC", text).strip(" .。!！")) is not None


def entered_by_message(survey: Survey, text: str) -> Entered:
    """A message's answers as they would have been entered into the form."""
    rest, entered = unicodedata.normalize("NFKC", text), dict[str, list[str]]()
    while (found := (_NEXT if entered else _FIRST).match(rest)) and (question := _next_asked(survey, entered)):
        value = _entry(question, found[1])
        if value is None:
            break
        entered[question.code], rest = [value], rest[found.end() :]
    texts = (each for each in survey.questions() if isinstance(each, FreeText) and not isinstance(each, Hidden))
    words = next(texts, None)
    return entered | ({words.code: [rest.strip()]} if words and rest.strip() else {})


def entered_by_keys(survey: Survey, keys: Sequence[str], link: Mapping[str, str] | None = None) -> Entered:
    """The answers of keys pressed one question after the other, each by the survey's logic over those before.

    An empty entry leaves a question out. Raises UnfitKeys.
    """
    entered: dict[str, list[str]] = {}
    for position, key in enumerate(keys, 1):
        question = _next_asked(survey, entered, link)
        if question is None:
            raise UnfitKeys(position, key, "no more keys")
        value = _entry(question, key.strip()) if key.strip() else ""
        if value is None:
            raise UnfitKeys(position, key, _expected(question))
        entered[question.code] = [value] if value else []
    return {code: values for code, values in entered.items() if values}


def _next_asked(survey: Survey, entered: Entered, link: Mapping[str, str] | None = None) -> Question | None:
    """The first question not yet answered that a number can answer, where these entries lead."""
    asked = course(survey, entered, link or {}, "").questions()
    by_number = (each for each in asked if isinstance(each, (Scale, OneChoice)))
    return next((each for each in by_number if each.code not in entered), None)


def _entry(question: Question, number: str) -> str | None:
    """The form entry that a number stands for; None when it stands for none."""
    if not (number.isascii() and number.isdigit()):
        return None
    if isinstance(question, Scale):
        return str(int(number)) if int(number) in question.points_in_order() else None
    options = question.parts()
    return options[int(number) - 1].code if 1 <= int(number) <= len(options) else None


def _expected(question: Question) -> str:
    if isinstance(question, Scale):
        points = question.points_in_order()
        return f"{points[0]} to {points[-1]}"
    return f"1 to {len(question.parts())}"
