"""What keeps everyone from answering a question, however willing: settings that no entry fits together with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from surveys.definition.questions import Hidden, Question
from surveys.definition.questions.choices import MultipleChoice
from surveys.definition.questions.entries import Number, ShortText

Obstacle = tuple[str, str]  # the setting, and what is wrong with it and how to mend it

_SHORTEST = {"phone": 7, "email": 5, "customer_number": 10}  # what fits each pattern


def obstacles(question: Question) -> Iterator[Obstacle]:
    """Every setting that makes the question impossible to answer."""
    for kind, check in CHECKS:
        if isinstance(question, kind):
            yield from check(question)


def _hidden(question: Hidden) -> Iterator[Obstacle]:
    if question.required:
        yield "required", "nobody can fill in what they don't see, and a link may not bring it; leave required out"


def _number(question: Number) -> Iterator[Obstacle]:
    if question.minimum is None or question.maximum is None:
        return
    step = Decimal(1).scaleb(-question.decimals)
    first = (Decimal(str(question.minimum)) / step).to_integral_value(ROUND_CEILING)
    last = (Decimal(str(question.maximum)) / step).to_integral_value(ROUND_FLOOR)
    if first > last:
        what = f"no number with {question.decimals} decimals lies between the two limits; move them apart"
        yield "maximum", what


def _short_text(question: ShortText) -> Iterator[Obstacle]:
    shortest = _SHORTEST.get(question.pattern or "", 0)
    if question.max_length < shortest:
        yield "max_length", f"no {question.pattern} is as short as {question.max_length} characters; allow {shortest}"


def _multiple_choice(question: MultipleChoice) -> Iterator[Obstacle]:
    together = [option for option in question.options if not option.exclusive]
    if len(together) == len(question.options) or question.at_least <= max(1, len(together)):
        return
    what = f"at_least is {question.at_least} but only {len(together)} options go together; lower it"
    yield "at_least", what


CHECKS: tuple[tuple[type[Question], Callable[[Any], Iterator[Obstacle]]], ...] = (
    (Hidden, _hidden),
    (Number, _number),
    (ShortText, _short_text),
    (MultipleChoice, _multiple_choice),
)
