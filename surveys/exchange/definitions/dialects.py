"""The signs of one expression language, for reading and for writing, and what its names mean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Any

from lark import Lark

from surveys.definition.conditions import Comparison
from surveys.exchange.definitions.grammar import parser

Data = dict[str, Any]
Literal = str | int | float


@dataclass(frozen=True)
class Reference:
    """A question's name as the format writes it."""

    name: str


@dataclass(frozen=True)
class Counted(Reference):
    """How much was answered there: only whether it is anything at all can be asked."""

    function: str


@dataclass(frozen=True)
class Target:
    """What a name of the format means here: its field, the field's values, and what kind of answer it holds."""

    field: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)  # the code here by the format's value
    many: bool = False
    whole: bool = False  # only whole numbers
    truth: str | None = None  # the value that makes the bare name hold; without one any answer does
    member: str | None = None  # the name stands for one option of several, and holds Y when that is chosen


@dataclass(frozen=True)
class Named:
    """How a field is written in the format: the inverse of a Target."""

    name: str
    many: bool = False
    values: Mapping[str, str] = dataclass_field(default_factory=dict)  # the format's value by the code here


@dataclass(frozen=True)
class Dialect:
    """The signs of one expression language.

    `reference` matches a question's name in its first filled group. `signs` and `functions` map the language's
    operators and functions to the comparisons below; `writing` gives the pattern of each comparison, with {field},
    {value} and for each of several values the pattern repeated.
    """

    reference: str
    signs: Mapping[str, str]
    functions: Mapping[str, str]
    write_reference: str
    writing: Mapping[Comparison, str]
    writing_many: Mapping[Comparison, str] = dataclass_field(default_factory=dict)
    negation: str = "not({})"
    lists: bool = False  # whether `['a', 'b']` may stand for several values
    escape: str = ""  # what goes before a quotation mark inside quotes; empty when none can stand there
    bare: bool = False  # whether a name alone is a condition
    ignored: str | None = None  # a pattern that says nothing

    @cached_property
    def parser(self) -> Lark:
        """What reads the language."""
        return parser(self.reference, self.signs, self.ignored)
