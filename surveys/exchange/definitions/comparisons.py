"""The comparisons that signs and functions of other formats stand for, and what each makes of a field and a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from surveys.exchange.definitions.dialects import Data, Target
from surveys.exchange.definitions.grammar import Untranslatable
from surveys.localisation.language import marked
from surveys.localisation.wording import saying


def equal(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "unanswered"} if value == "" else {"item": item, "value": value}


def _unequal(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "answered"} if value == "" else {"not": {"item": item, "value": value}}


def _least(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "at_least", "value": _numeric(value)}


def _most(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "at_most", "value": _numeric(value)}


def _above(item: str, value: Any, target: Target) -> Data:
    number = _numeric(value)
    if target.whole and isinstance(number, int):
        return _least(item, number + 1, target)
    return {"all": [{"item": item, "is": "answered"}, {"not": _most(item, number, target)}]}


def _below(item: str, value: Any, target: Target) -> Data:
    number = _numeric(value)
    if target.whole and isinstance(number, int):
        return _most(item, number - 1, target)
    return {"all": [{"item": item, "is": "answered"}, {"not": _least(item, number, target)}]}


def _contains(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "includes", "value": value} if target.many else equal(item, value, target)


def _lacks(item: str, value: Any, target: Target) -> Data:
    return {"not": _contains(item, value, target)}


def _all_of(item: str, value: Any, target: Target) -> Data:
    parts = [_contains(item, each, target) for each in (value if isinstance(value, list) else [value])]
    return parts[0] if len(parts) == 1 else {"all": parts}


def _not_all_of(item: str, value: Any, target: Target) -> Data:
    return {"not": _all_of(item, value, target)}


def _any_of(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "includes" if target.many else "one_of", "value": value}


def _none_of(item: str, value: Any, target: Target) -> Data:
    return {"not": _any_of(item, value, target)}


MEANINGS: dict[str, Callable[[str, Any, Target], Data]] = {
    "eq": equal, "ne": _unequal, "ge": _least, "le": _most, "gt": _above, "lt": _below,
    "contains": _all_of, "lacks": _not_all_of, "all_of": _all_of, "any_of": _any_of, "none_of": _none_of,
}  # fmt: skip
MIRRORED = {"eq": "eq", "ne": "ne", "ge": "le", "le": "ge", "gt": "lt", "lt": "gt"}


def _numeric(value: Any) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value, re.ASCII):
        value = float(value)
        return int(value) if value.is_integer() else value
    if not isinstance(value, (int, float)):
        raise Untranslatable(saying(marked("“{value}”不是数字，不能比大小"), value=value))
    return value
