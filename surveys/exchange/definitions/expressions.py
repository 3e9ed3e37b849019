"""Conditions read from the expression languages of other formats: the part of each that conditions here can say.

How such expressions are built says `grammar`, what the signs of each language are `dialects`; what they mean here is
said below. What a language says and a condition can't (sums, dates counted from today, answers of repeated groups)
raises Untranslatable with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lark import Transformer_NonRecursive
from lark.exceptions import VisitError

from surveys.exchange.definitions.comparisons import MEANINGS, MIRRORED, equal
from surveys.exchange.definitions.dialects import Counted, Data, Dialect, Reference, Target
from surveys.exchange.definitions.grammar import Untranslatable, parse_expression, unfit
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

LONGEST = 4_000  # characters


class Constant(Untranslatable):
    """An expression that no answer decides: it always holds, or never."""

    def __init__(self, holds: bool) -> None:
        super().__init__(marked("不取决于任何回答"))
        self.holds = holds


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
        if isinstance(right, Reference) and not isinstance(left, Reference) and meaning in MIRRORED:
            left, right, meaning = right, left, MIRRORED[meaning]
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
            return equal(target.field, target.values.get(target.truth, target.truth), target)
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
