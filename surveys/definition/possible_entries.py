"""What can be entered in a field, as far as some comparisons tell it apart: few entries stand for all of them.

Where a field's entries can't be told, there is no listing; then nothing is said about the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations, pairwise
from typing import Any

from surveys.definition.conditions import Comparison, Condition, as_strings, is_number
from surveys.definition.listening import HEARD
from surveys.definition.questions import NOT_APPLICABLE, OneChoice, Option, Question, Scale
from surveys.definition.questions.choices import MultipleChoice, Ranking
from surveys.definition.questions.entries import FreeText, Number
from surveys.definition.questions.grids import ConstantSum, MatrixMultiple, MatrixRating, MatrixSingle
from surveys.definition.questions.pairs import Pair

Entry = Sequence[str]
Leaves = Sequence[Condition]  # comparisons of one field
_MOST_POINTS = 200
_FINEST = Decimal("1e-9")  # what numbers are told apart by
_MOST_NAMED = 8  # options; all subsets of them are tried


def link_entries(leaves: Leaves) -> Iterator[Entry]:
    """What a link may bring: anything."""
    yield from _free(_named(leaves))


def entries(question: Question, leaves: Leaves, limited: bool) -> Iterator[Entry] | None:
    """What may stand in a field of the question, nothing included; None where that can't be listed.

    *limited*: what must be sent as it is, so that it keeps to the limits of a choice.
    """
    for kind, listing in LISTINGS:
        if isinstance(question, kind):
            found: Iterator[Entry] | None = listing(question, leaves, limited)
            return found
    return None


def _named(leaves: Leaves) -> list[str]:
    return list(dict.fromkeys(value for leaf in leaves for value in as_strings(leaf.value)))


def _free(named: Sequence[str]) -> Iterator[Entry]:
    """Nothing, what is named, a number in each gap between the numbers named, and what is neither."""
    yield []
    yield from ([value] for value in named)
    limits = sorted({Decimal(value) for value in named if is_number(value)})
    if limits:
        halves = [(low + high) / 2 for low, high in pairwise(limits)]
        between = [each.quantize(_FINEST, ROUND_FLOOR) for each in halves]
        yield from ([f"{number:f}"] for number in (limits[0] - 1, *between, limits[-1] + 1))
    yield ["\N{REPLACEMENT CHARACTER}" * (1 + max(map(len, named), default=0))]


def _text(question: Question, leaves: Leaves, limited: bool) -> Iterator[Entry] | None:
    if any((leaf.field or "").endswith(HEARD) for leaf in leaves):
        return None
    return _free(_named(leaves))


def _number(question: Number, leaves: Leaves, limited: bool) -> Iterator[Entry]:
    """The numbers nearest to each limit and to each number named, within the limits."""
    step = Decimal(1).scaleb(-question.decimals)
    low, high = (None if each is None else Decimal(str(each)) for each in (question.minimum, question.maximum))
    named = {Decimal(value) for value in _named(leaves) if is_number(value)}
    near = named | {each for each in (low, high) if each is not None} or {Decimal(0)}
    down, up = (
        {(each / step).to_integral_value(rounding) * step for each in near}
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    )  # fmt: skip
    yield []
    for number in down | up | {each + step for each in down} | {each - step for each in up}:
        if (low is None or number >= low) and (high is None or number <= high):
            yield [f"{number:f}"]


def _scale(question: Scale | MatrixRating, leaves: Leaves, limited: bool) -> Iterator[Entry]:
    points = question.points_in_order()
    if len(points) > _MOST_POINTS:
        yield from _free(_named(leaves))
        return
    yield from ([], *([str(point)] for point in points))
    if question.not_applicable:
        yield [NOT_APPLICABLE]


def _one_of(options: Sequence[Option]) -> Iterator[Entry]:
    yield from ([], *([option.code] for option in options))


def _several(question: MultipleChoice, leaves: Leaves, limited: bool) -> Iterator[Entry] | None:
    alone = {option.code for option in question.options if option.exclusive}
    codes = [option.code for option in question.options]
    named = _told_apart(codes, leaves)
    if len(named) > _MOST_NAMED:
        return None
    rest = [code for code in codes if code not in named and code not in alone]
    if not limited:
        return _subsets([*named, *rest[:1], *[code for code in codes if code in alone - set(named)][:1]])
    together = [code for code in named if code not in alone]
    # Fewer options may be offered to some, who need choose no more than these.
    least = 0 if question.options_from or any(each.show_if for each in question.options) else question.at_least
    most = len(codes) if question.at_most is None else question.at_most
    fit = (
        chosen
        for chosen in _subsets([*together, *rest[:1]])
        if not chosen
        or (len(chosen) <= most and len(chosen) + (len(rest) - 1 if set(chosen) & set(rest) else 0) >= least)
    )
    return (each for group in (fit, ([code] for code in codes if code in alone)) for each in group)


def _told_apart(codes: Sequence[str], leaves: Leaves) -> list[str]:
    """The options that the comparisons name; all of them where points are compared."""
    if any(leaf.compare in (Comparison.AT_LEAST, Comparison.AT_MOST) for leaf in leaves):
        return list(codes)
    equal = [Condition.model_validate({"item": "x", "value": value}) for value in _named(leaves)]
    return [code for code in codes if any(each.holds({"x": [code]}) for each in equal)]


def _subsets(codes: Sequence[str]) -> Iterator[Entry]:
    for amount in range(len(codes) + 1):
        yield from map(list, combinations(codes, amount))


def _row_of_several(question: MatrixMultiple, leaves: Leaves, limited: bool) -> Iterator[Entry] | None:
    codes = [choice.code for choice in question.choices]
    named = _told_apart(codes, leaves)
    return None if len(named) > _MOST_NAMED else _subsets([*named, *[code for code in codes if code not in named][:1]])


LISTINGS: tuple[tuple[type[Question], Callable[[Any, Leaves, bool], Iterator[Entry] | None]], ...] = (
    (Scale, _scale),
    (MatrixRating, _scale),
    (OneChoice, lambda question, leaves, limited: _one_of(question.options)),
    (MatrixSingle, lambda question, leaves, limited: _one_of(question.choices)),
    (MultipleChoice, _several),
    (MatrixMultiple, _row_of_several),
    (Number, _number),
    (FreeText, _text),
    (Ranking, _text),
    (ConstantSum, _text),
    (Pair, _text),
)
