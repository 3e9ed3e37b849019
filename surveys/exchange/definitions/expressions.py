"""Conditions in the expression languages of other formats: the part of each that conditions here can say.

How such expressions are built says `grammar`; what they mean here is said below.

A `Dialect` names the signs of one language, both for reading and for writing. What a language says and a condition
can't (sums, dates counted from today, answers of repeated groups) raises Untranslatable with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Any

from lark import Lark, Transformer_NonRecursive
from lark.exceptions import VisitError

from surveys.definition.conditions import Comparison, Condition
from surveys.exchange.definitions.grammar import Untranslatable, parse_expression, parser, unfit
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

LONGEST = 4_000  # characters

Data = dict[str, Any]
Literal = str | int | float


class Constant(Untranslatable):
    """An expression that no answer decides: it always holds, or never."""

    def __init__(self, holds: bool) -> None:
        super().__init__(marked("不取决于任何回答"))
        self.holds = holds


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


# The comparisons that signs and functions stand for, and what each makes of a field and a value.
def _equal(item: str, value: Any, target: Target) -> Data:
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
    return {"item": item, "is": "includes", "value": value} if target.many else _equal(item, value, target)


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
    "eq": _equal, "ne": _unequal, "ge": _least, "le": _most, "gt": _above, "lt": _below,
    "contains": _all_of, "lacks": _not_all_of, "all_of": _all_of, "any_of": _any_of, "none_of": _none_of,
}  # fmt: skip
_MIRRORED = {"eq": "eq", "ne": "ne", "ge": "le", "le": "ge", "gt": "lt", "lt": "gt"}


def _numeric(value: Any) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value, re.ASCII):
        value = float(value)
        return int(value) if value.is_integer() else value
    if not isinstance(value, (int, float)):
        raise Untranslatable(saying(marked("“{value}”不是数字，不能比大小"), value=value))
    return value


def _number(token: str) -> int | float:
    return int(token) if "." not in token and len(token) <= 16 else float(token)


def condition_in(text: str, dialect: Dialect, resolve: Callable[[str], Target]) -> Data:
    """The condition that the expression says, as data; raises Untranslatable."""
    if len(text) > LONGEST:
        raise Untranslatable(marked("表达式太长"))
    tree, meaning = parse_expression(text, dialect.parser), _Meaning(dialect, resolve)
    try:
        return meaning.whole(meaning.transform(tree))
    except VisitError as error:
        raise error.orig_exc from None


class _Meaning(Transformer_NonRecursive[Any, Any]):
    """What each rule of the grammar says, from the innermost outwards: a condition, a reference or a value."""

    def __init__(self, dialect: Dialect, resolve: Callable[[str], Target]) -> None:
        super().__init__(visit_tokens=False)
        self.dialect, self.resolve = dialect, resolve

    def whole(self, found: Any) -> Data:
        """The condition that is left in the end."""
        condition = self._condition(found)
        if "always" in condition:
            raise Constant(condition["always"])
        return condition

    def either(self, parts: list[Any]) -> Data:
        return _either([self._condition(part) for part in parts])

    def both(self, parts: list[Any]) -> Data:
        return _both([self._condition(part) for part in parts])

    def negated(self, parts: list[Any]) -> Data:
        *negations, found = parts
        condition = self._condition(found)
        for _ in negations:
            condition = _negated(condition)
        return condition

    def compared(self, parts: list[Any]) -> Data:
        left, sign, right = parts
        return self._compared(left, self.dialect.signs[sign.lower()], right)

    def compared_with_nothing(self, parts: list[Any]) -> Data:
        left, sign = parts
        return self._compared(left, "eq" if self.dialect.signs[sign.lower()] == "empty" else "ne", "")

    def text(self, parts: list[str]) -> str:
        inside = parts[0][1:-1]
        return re.sub(r"\\(.)", r"\1", inside) if self.dialect.escape else str(inside)

    def number(self, parts: list[str]) -> int | float:
        return _number(parts[0])

    def word(self, parts: list[str]) -> bool | str:
        return {"true": True, "false": False}.get(parts[0].lower(), "")

    def reference(self, parts: list[str]) -> Reference:
        found = re.fullmatch(self.dialect.reference, parts[0])
        groups = found.groups() if found else tuple(parts)
        return Reference(next(group for group in groups if group).rpartition("/")[2])

    def arguments(self, parts: list[Any]) -> list[Any]:
        return parts

    def listed(self, parts: list[list[Any] | None]) -> list[Any]:
        if not self.dialect.lists:
            raise Untranslatable(unfit("["))
        return parts[0] or []

    def call(self, parts: list[Any]) -> Any:
        name, arguments = parts[0].rstrip("(").rstrip(), parts[1] or []
        meaning = self.dialect.functions.get(name)
        if meaning == "not" and len(arguments) == 1:
            return _negated(self._condition(arguments[0]))
        if meaning == "same" and arguments:
            return arguments[0]
        if meaning in ("true", "false") and not arguments:
            return meaning == "true"
        if meaning == "count" and len(arguments) == 1 and isinstance(arguments[0], Reference):
            return Counted(arguments[0].name, name)
        if meaning == "empty" and len(arguments) == 1:
            return self._compared(arguments[0], "eq", "")
        if meaning in MEANINGS and len(arguments) == 2:
            return self._compared(arguments[0], str(meaning), arguments[1])
        raise Untranslatable(saying(marked("函数 {name}() 没有对应的条件"), name=name))

    def _compared(self, left: Any, meaning: str, right: Any) -> Data:
        if isinstance(right, Reference) and not isinstance(left, Reference) and meaning in _MIRRORED:
            left, right, meaning = right, left, _MIRRORED[meaning]
        if isinstance(left, Counted):
            return self._counted(left, meaning, right)
        if isinstance(left, (str, int, float)) and isinstance(right, (str, int, float)):
            return _settled(left, meaning, right)
        if not isinstance(left, Reference):
            raise Untranslatable(marked("只能拿一道题的回答作比较"))
        if isinstance(right, (Reference, dict)):
            raise Untranslatable(marked("只能与一个固定的值比较，不能与另一道题比较"))
        target = self.resolve(left.name)
        right = [_spelled(each) for each in right] if isinstance(right, list) else _spelled(right)
        if target.member is not None:
            return _member(target, meaning, right)
        if meaning in ("eq", "ne") and target.many and isinstance(right, list) and len(right) == 1:
            right = right[0]
        values = [target.values.get(str(each), each) for each in (right if isinstance(right, list) else [right])]
        if not values or any(not isinstance(each, (str, int, float)) for each in values):
            raise Untranslatable(marked("比较的值读不懂"))
        several = isinstance(right, list)
        if several and meaning not in ("any_of", "none_of", "all_of", "contains", "lacks"):
            raise Untranslatable(marked("不能与多个值作这种比较"))
        return MEANINGS[meaning](target.field, values if several else values[0], target)

    def _counted(self, counted: Counted, meaning: str, number: Any) -> Data:
        """More than nothing is answered, nothing is unanswered."""
        if (meaning, number) in (("gt", 0), ("ge", 1), ("ne", 0)):
            return self._compared(Reference(counted.name), "ne", "")
        if (meaning, number) in (("lt", 1), ("le", 0), ("eq", 0)):
            return self._compared(Reference(counted.name), "eq", "")
        raise Untranslatable(saying(marked("函数 {name}() 没有对应的条件"), name=counted.function))

    def _bare(self, reference: Reference) -> Data:
        target = self.resolve(reference.name)
        if target.member is not None:
            return _member(target, "eq", "Y")
        if target.truth is not None:
            return _equal(target.field, target.values.get(target.truth, target.truth), target)
        return {"item": target.field, "is": "answered"}

    def _condition(self, found: Any) -> Data:
        if isinstance(found, (bool, int)):
            return {"always": bool(found)}
        if self.dialect.bare and isinstance(found, Reference):
            return self._bare(found)
        if not isinstance(found, dict):
            raise Untranslatable(marked("不是一个比较"))
        return found


def _member(target: Target, meaning: str, right: Any) -> Data:
    """Whether one option is among those chosen."""
    if meaning not in ("eq", "ne") or right not in ("Y", "N", ""):
        raise Untranslatable(marked("一个选项只能问选中与否"))
    chosen = {"item": target.field, "is": "includes", "value": target.member}
    return chosen if (meaning == "eq") is (right == "Y") else _negated(chosen)


def _negated(condition: Data) -> Data:
    """Not (not a) stays as it is: conditions say what the expression says."""
    return {"always": not condition["always"]} if "always" in condition else {"not": condition}


def _spelled(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _settled(left: Any, meaning: str, right: Any) -> Data:
    """The comparison of two fixed values."""
    if meaning not in ("eq", "ne"):
        raise Untranslatable(marked("只能拿一道题的回答作比较"))
    return {"always": (str(_spelled(left)) == str(_spelled(right))) is (meaning == "eq")}


def _undecided(parts: list[Data], absorbing: bool) -> list[Data]:
    """The parts that answers decide; one that settles the whole stands alone."""
    if any(part.get("always") is absorbing for part in parts):
        return [{"always": absorbing}]
    return [part for part in parts if "always" not in part] or [{"always": not absorbing}]


def _either(parts: list[Data]) -> Data:
    """Several equal comparisons of one item become one with several values."""
    parts = _undecided(parts, absorbing=True)
    if len(parts) == 1:
        return parts[0]
    items = {part.get("item") for part in parts}
    kinds = {part.get("is", "equals") for part in parts}
    if len(items) == 1 and None not in items and len(kinds) == 1 and kinds <= {"equals", "includes"}:
        kind = "one_of" if kinds == {"equals"} else "includes"
        if not any(isinstance(part["value"], list) for part in parts):
            return {"item": parts[0]["item"], "is": kind, "value": [part["value"] for part in parts]}
    return {"any": parts}


def _both(parts: list[Data]) -> Data:
    """Answered and not equal is what is called to differ."""
    parts = _undecided(parts, absorbing=False)
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2 and parts[0].get("is") == "answered":
        other = parts[1].get("not")
        if other and set(other) == {"item", "value"} and other["item"] == parts[0]["item"]:
            return {"item": other["item"], "is": "differs", "value": other["value"]}
    return {"all": parts}


def expression_of(condition: Condition, dialect: Dialect, named: Callable[[str], Named]) -> str:
    """The condition in this language; raises Untranslatable. `named` says how a field is written."""
    if condition.negated is not None:
        return dialect.negation.format(expression_of(condition.negated, dialect, named))
    parts = condition.all or condition.any
    if parts:
        written = [_in_brackets(expression_of(part, dialect, named)) for part in parts]
        return (" and " if condition.all else " or ").join(written)
    name = named(condition.field or "")
    pattern = dialect.writing_many.get(condition.compare) if name.many else None
    pattern = pattern or dialect.writing[condition.compare]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    literals = [_literal(name.values.get(str(value), value), dialect) for value in values if value is not None]
    return _comparison(pattern, dialect.write_reference.format(name.name), literals)


def _in_brackets(written: str) -> str:
    return f"({written})" if " and " in written or " or " in written else written


def _comparison(pattern: str, reference: str, values: Sequence[str]) -> str:
    if "{values}" in pattern:
        return pattern.format(field=reference, values=", ".join(values))
    several = [pattern.format(field=reference, value=value) for value in values or [""]]
    return several[0] if len(several) == 1 else f"({' or '.join(several)})"


def _literal(value: Literal, dialect: Dialect) -> str:
    if not isinstance(value, str):
        if "e" in (written := str(value)) or "n" in written:
            raise Untranslatable(saying(marked("数值 {value} 写不出来"), value=value))
        return written
    if "\n" in value or ("\\" in value) or ("'" in value and not dialect.escape):
        raise Untranslatable(saying(marked("“{value}”里的引号或换行写不出来"), value=value))
    return "'" + value.replace("'", f"{dialect.escape}'") + "'"
