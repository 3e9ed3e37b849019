"""Display logic, when something is shown: conditions over earlier answers and link values, as data.

A condition is decided over what was entered, field by field, as strings. So one small rule holds on the server and in
the browser, where `html/form.js` decides the same. Something not answered makes every comparison false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Entered = Mapping[str, Sequence[str]]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[\w\-]{1,60})?$")]

LINK = "link."  # link values stand among the fields under this prefix

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)


class Comparison(StrEnum):
    """How an answer is held against a value."""

    EQUALS = "equals"
    DIFFERS = "differs"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    INCLUDES = "includes"  # one of several chosen
    ONE_OF = "one_of"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class Condition(BaseModel):
    """A comparison of one item or link value; or all, any, or not of other conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    item: FieldName | None = None
    link: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None
    compare: Comparison = Field(Comparison.EQUALS, alias="is")
    value: str | int | float | tuple[str | int | float, ...] | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    negated: Condition | None = Field(None, alias="not")

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = [self.item is not None, self.link is not None, bool(self.all), bool(self.any), self.negated is not None]
        if sum(kinds) != 1:
            raise ValueError("a condition names exactly one of item, link, all, any, not; split it with all or any")
        bare = self.compare in (Comparison.ANSWERED, Comparison.UNANSWERED)
        if (kinds[0] or kinds[1]) and bare is not (self.value is None):
            wanted = "takes no value; leave it out" if bare else "needs a value to compare with; add `value:`"
            raise ValueError(f'"{self.compare}" {wanted}')
        return self

    @property
    def field(self) -> str | None:
        """The field compared, None for a combination."""
        return f"{LINK}{self.link}" if self.link else self.item

    def fields(self) -> Iterator[str]:
        """All fields this condition looks at."""
        if self.field is not None:
            yield self.field
        for part in (*self.all, *self.any, *([self.negated] if self.negated else ())):
            yield from part.fields()

    def holds(self, entered: Entered) -> bool:
        """Whether it holds for what was entered."""
        if self.negated is not None:
            return not self.negated.holds(entered)
        if self.all:
            return all(part.holds(entered) for part in self.all)
        if self.any:
            return any(part.holds(entered) for part in self.any)
        values = [trim_value(value) for value in entered.get(self.field or "", ()) if trim_value(value)]
        return _compared(values, self.compare, as_strings(self.value))

    def as_data(self) -> dict[str, Any]:
        """The plain form that the browser's script reads."""
        if self.negated is not None:
            return {"not": self.negated.as_data()}
        if self.all or self.any:
            return {("all" if self.all else "any"): [part.as_data() for part in self.all or self.any]}
        return {"field": self.field, "is": self.compare.value, "value": as_strings(self.value)}


def trim_value(value: str) -> str:
    """Without the blanks around it; a list of our own, because Python and JavaScript know different blanks."""
    return value.strip(" \t\r\n\u00a0\u3000")


def as_strings(value: object) -> list[str]:
    """What a condition's value is compared as."""
    if value is None:
        return []
    return [_string(each) for each in (value if isinstance(value, tuple) else (value,))]


def _string(value: object) -> str:
    """A number as a form enters it: 4.0 is 4."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _compared(values: list[str], compare: Comparison, against: list[str]) -> bool:
    if compare is Comparison.ANSWERED:
        return bool(values)
    if compare is Comparison.UNANSWERED:
        return not values
    if not values:
        return False
    if compare in (Comparison.INCLUDES, Comparison.ONE_OF):
        return any(_same(value, each) for value in values for each in against)
    if compare is Comparison.EQUALS:
        return len(values) == 1 and _same(values[0], against[0])
    if compare is Comparison.DIFFERS:
        return not (len(values) == 1 and _same(values[0], against[0]))
    left, right = _number(values[0]), _number(against[0])
    if len(values) != 1 or left is None or right is None:
        return False
    return left >= right if compare is Comparison.AT_LEAST else left <= right


def is_number(text: str) -> bool:
    """Whether a text is compared as a number."""
    return _NUMBER.fullmatch(text) is not None


def _number(text: str) -> float | None:
    return float(text) if is_number(text) else None


def _same(left: str, right: str) -> bool:
    """Equal as text, or as numbers: 4 and 4.0 are the same."""
    numbers = _number(left), _number(right)
    return left == right or (None not in numbers and numbers[0] == numbers[1])
