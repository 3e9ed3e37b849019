"""Conditions in the expression languages of other formats: the part of each that conditions here can say.

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

from surveys.conditions import Comparison, Condition
from surveys.language import marked
from surveys.wording import Message, saying

LONGEST = 4_000  # characters
DEEPEST = 30

Data = dict[str, Any]
Literal = str | int | float


class Untranslatable(ValueError):
    """An expression or condition that the other side can't say; the message says why."""


@dataclass(frozen=True)
class Reference:
    """A question's name as the format writes it."""

    name: str


@dataclass(frozen=True)
class Target:
    """What a name of the format means here: its field, the field's values, and what kind of answer it holds."""

    field: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)  # the code here by the format's value
    many: bool = False
    whole: bool = False  # only whole numbers
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

    @cached_property
    def tokens(self) -> re.Pattern[str]:
        """What the language is made of."""
        words = sorted((sign for sign in self.signs), key=len, reverse=True)
        signs = "|".join(rf"{re.escape(sign)}(?!\w)" if sign[-1].isalpha() else re.escape(sign) for sign in words)
        return re.compile(
            rf"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
            rf"|(?P<sign>{signs})|(?P<call>[A-Za-z_][\w\-]*)\s*\(|(?P<name>{self.reference})|(?P<mark>[()\[\],])"
            r"|(?P<word>true|false)\b)",
        )


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


def _any_of(item: str, value: Any, target: Target) -> Data:
    return {"item": item, "is": "includes" if target.many else "one_of", "value": value}


def _none_of(item: str, value: Any, target: Target) -> Data:
    return {"not": _any_of(item, value, target)}


MEANINGS: dict[str, Callable[[str, Any, Target], Data]] = {
    "eq": _equal, "ne": _unequal, "ge": _least, "le": _most, "gt": _above, "lt": _below,
    "contains": _contains, "lacks": _lacks, "any_of": _any_of, "none_of": _none_of,
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
    return _Parser(_tokens(text, dialect), dialect, resolve).whole()


def _tokens(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    found, at, text = list[tuple[str, str]](), 0, text.strip()
    while at < len(text):
        token = dialect.tokens.match(text, at)
        if token is None or token.lastgroup is None or token.end() == at:
            raise Untranslatable(saying(marked("“{token}”处的写法没有对应的条件"), token=text[at : at + 20]))
        kind = next(kind for kind in ("text", "number", "sign", "call", "name", "mark", "word") if token[kind])
        found.append((kind, token[kind]))
        at = token.end()
    return found


class _Parser:
    """Reads tokens by precedence: or, and, not, comparison."""

    def __init__(self, tokens: list[tuple[str, str]], dialect: Dialect, resolve: Callable[[str], Target]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0
        self.dialect, self.resolve = dialect, resolve

    def whole(self) -> Data:
        condition = self._condition(self.either())
        if self.at < len(self.tokens):
            raise Untranslatable(saying(marked("“{token}”处的写法没有对应的条件"), token=self.tokens[self.at][1]))
        return condition

    def either(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Untranslatable(marked("括号嵌套太深"))
        parts = [self.both()]
        while self._sign("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _either([self._condition(part) for part in parts])

    def both(self) -> Any:
        parts = [self.single()]
        while self._sign("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else _both([self._condition(part) for part in parts])

    def single(self) -> Any:
        negations = 0
        while self._sign("not"):
            negations += 1
        found = self.comparison()
        for _ in range(negations):
            found = _negated(self._condition(found))
        return found

    def comparison(self) -> Any:
        left = self.operand()
        for bare, meaning in (("empty", "eq"), ("notempty", "ne")):
            if self._sign(bare):
                return self._compared(left, meaning, "")
        for meaning in MEANINGS:
            if self._sign(meaning):
                return self._compared(left, meaning, self.operand())
        return left

    def operand(self) -> Any:
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        self.at += 1
        readers: dict[str, Callable[[str], Any]] = {
            "text": self._quoted,
            "number": _number,
            "word": str,
            "name": self._reference,
            "call": self._call,
            "mark": self._bracket,
        }
        if kind not in readers:
            raise Untranslatable(saying(marked("“{token}”处缺少内容"), token=token or Message(marked("结尾"))))
        return readers[kind](token)

    def _quoted(self, token: str) -> str:
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if self.dialect.escape else token[1:-1]

    def _reference(self, token: str) -> Reference:
        found = re.fullmatch(self.dialect.reference, token)
        return Reference(next(group for group in (found.groups() if found else (token,)) if group))

    def _bracket(self, token: str) -> Any:
        if token == "(":  # noqa: S105  a bracket
            inside = self.either()
            self._expect(")")
            return inside
        if token == "[" and self.dialect.lists:  # noqa: S105  a bracket
            return self._arguments("]")
        raise Untranslatable(saying(marked("“{token}”处的写法没有对应的条件"), token=token))

    def _arguments(self, closing: str) -> list[Any]:
        arguments: list[Any] = []
        while not self._mark(closing):
            if arguments:
                self._expect(",")
            arguments.append(self.either())
        return arguments

    def _call(self, name: str) -> Any:
        arguments = self._arguments(")")
        meaning = self.dialect.functions.get(name)
        if meaning == "not" and len(arguments) == 1:
            return _negated(self._condition(arguments[0]))
        if meaning == "same" and arguments:
            return arguments[0]
        if meaning in ("true", "false") and not arguments:
            return meaning
        if meaning == "empty" and len(arguments) == 1:
            return self._compared(arguments[0], "eq", "")
        if meaning in MEANINGS and len(arguments) == 2:
            return self._compared(arguments[0], str(meaning), arguments[1])
        raise Untranslatable(saying(marked("函数 {name}() 没有对应的条件"), name=name))

    def _compared(self, left: Any, meaning: str, right: Any) -> Data:
        if isinstance(right, Reference) and not isinstance(left, Reference) and meaning in _MIRRORED:
            left, right, meaning = right, left, _MIRRORED[meaning]
        if not isinstance(left, Reference):
            raise Untranslatable(marked("只能拿一道题的回答作比较"))
        if isinstance(right, (Reference, dict)):
            raise Untranslatable(marked("只能与一个固定的值比较，不能与另一道题比较"))
        target = self.resolve(left.name)
        if target.member is not None:
            return _member(target, meaning, right)
        if meaning in ("eq", "ne") and target.many and isinstance(right, list) and len(right) == 1:
            right = right[0]
        values = [target.values.get(str(each), each) for each in (right if isinstance(right, list) else [right])]
        if not values or any(not isinstance(each, (str, int, float)) for each in values):
            raise Untranslatable(marked("比较的值读不懂"))
        several = isinstance(right, list)
        if several and meaning not in ("any_of", "none_of"):
            raise Untranslatable(marked("不能与多个值作这种比较"))
        return MEANINGS[meaning](target.field, values if several else values[0], target)

    def _condition(self, found: Any) -> Data:
        if not isinstance(found, dict):
            raise Untranslatable(marked("不是一个比较"))
        return found

    def _sign(self, meaning: str) -> bool:
        return self._next("sign", lambda token: self.dialect.signs[token] == meaning)

    def _mark(self, mark: str) -> bool:
        return self._next("mark", lambda token: token == mark)

    def _next(self, kind: str, fits: Callable[[str], bool]) -> bool:
        there = self.at < len(self.tokens) and self.tokens[self.at][0] == kind and fits(self.tokens[self.at][1])
        self.at += there
        return there

    def _expect(self, mark: str) -> None:
        if not self._mark(mark):
            raise Untranslatable(saying(marked("缺少“{mark}”"), mark=mark))


def _member(target: Target, meaning: str, right: Any) -> Data:
    """Whether one option is among those chosen."""
    if meaning not in ("eq", "ne") or right not in ("Y", "N", ""):
        raise Untranslatable(marked("一个选项只能问选中与否"))
    chosen = {"item": target.field, "is": "includes", "value": target.member}
    return chosen if (meaning == "eq") is (right == "Y") else _negated(chosen)


def _negated(condition: Data) -> Data:
    """Not (not a) stays as it is: conditions say what the expression says."""
    return {"not": condition}


def _either(parts: list[Data]) -> Data:
    """Several equal comparisons of one item become one with several values."""
    items = {part.get("item") for part in parts}
    kinds = {part.get("is", "equals") for part in parts}
    if len(items) == 1 and None not in items and len(kinds) == 1 and kinds <= {"equals", "includes"}:
        kind = "one_of" if kinds == {"equals"} else "includes"
        if not any(isinstance(part["value"], list) for part in parts):
            return {"item": parts[0]["item"], "is": kind, "value": [part["value"] for part in parts]}
    return {"any": parts}


def _both(parts: list[Data]) -> Data:
    """Answered and not equal is what is called to differ."""
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
