"""What a measure saves or costs, by a formula of the organisation's own, with every step of working it out.

`20000 × (19 − 8)` and names of figures (`户数 × 停电减少小时`) with + − × ÷ and brackets, as people write them.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from surveys.localisation.wording import saying

LONGEST_FORMULA = 300
MOST_STEPS = 60
_TOO_LARGE = 1e15
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "（": "(", "）": ")", "＋": "+", "＊": "*", "／": "/"})
_SHOWN: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}
_RANKS: dict[type[ast.operator], int] = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2}


class UnfitFormula(ValueError):
    """A formula that can't be worked out; its only argument is a `Message`."""


@dataclass(frozen=True)
class Working:
    """What a formula comes to, and the formula as it becomes shorter by one operation at a time, as people write it."""

    value: Decimal
    steps: tuple[str, ...]


@dataclass(frozen=True)
class _Node:
    operator: type[ast.operator]
    left: _Node | Decimal
    right: _Node | Decimal


def worked_out(formula: str, figures: Mapping[str, Decimal] | None = None) -> Working:
    """*figures*: what the names in the formula stand for. Raises `UnfitFormula`, saying what is wrong where."""
    term = _term(_parsed(formula), figures or {})
    steps = [_shown(term)]
    while isinstance(term, _Node):
        term = _shortened(term)
        steps.append(_shown(term))
        if len(steps) > MOST_STEPS:
            raise UnfitFormula(saying("公式太长，最多 {most} 步", most=MOST_STEPS))
    return Working(term, tuple(steps))


def names_in(formula: str) -> list[str]:
    """The names of figures in it, in order; raises `UnfitFormula`."""
    found = [each.id for each in ast.walk(_parsed(formula)) if isinstance(each, ast.Name)]
    return list(dict.fromkeys(found))


def _parsed(formula: str) -> ast.expr:
    text = formula.translate(_SIGNS).replace(",", "").replace("，", "").strip()
    if not text:
        raise UnfitFormula(saying("公式是空的"))
    if len(text) > LONGEST_FORMULA:
        raise UnfitFormula(saying("公式最多 {most} 个字", most=LONGEST_FORMULA))
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        wanted = saying("看不懂公式“{formula}”；只用数字、指标名称、+ − × ÷ 和括号", formula=formula)
        raise UnfitFormula(wanted) from None


def _term(part: ast.expr, figures: Mapping[str, Decimal]) -> _Node | Decimal:
    if isinstance(part, ast.Constant) and _plain(part.value):
        return Decimal(str(part.value))
    if isinstance(part, ast.Name):
        if part.id not in figures:
            raise UnfitFormula(saying("没有叫“{name}”的数", name=part.id))
        return figures[part.id]
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        inner = _term(part.operand, figures)
        return -inner if isinstance(inner, Decimal) else _Node(ast.Sub, Decimal(0), inner)
    if isinstance(part, ast.BinOp) and type(part.op) in _SHOWN:
        return _Node(type(part.op), _term(part.left, figures), _term(part.right, figures))
    raise UnfitFormula(saying("公式里有不能用的部分“{part}”", part=ast.unparse(part)))


def _plain(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _TOO_LARGE


def _shortened(node: _Node) -> _Node | Decimal:
    """The same with its leftmost operation on two numbers carried out."""
    if isinstance(node.left, _Node):
        return _Node(node.operator, _shortened(node.left), node.right)
    if isinstance(node.right, _Node):
        return _Node(node.operator, node.left, _shortened(node.right))
    return _carried_out(node.operator, node.left, node.right)


def _carried_out(operator: type[ast.operator], left: Decimal, right: Decimal) -> Decimal:
    try:
        if operator is ast.Add:
            return left + right
        if operator is ast.Sub:
            return left - right
        return left * right if operator is ast.Mult else left / right
    except (DivisionByZero, InvalidOperation, Overflow):
        raise UnfitFormula(saying("{left} 除以 0 没有结果", left=_number(left))) from None


def _shown(term: _Node | Decimal, rank: int = 0, right: bool = False) -> str:
    if isinstance(term, Decimal):
        return f"({_number(term)})" if term < 0 and rank else _number(term)
    own = _RANKS[term.operator]
    words = f"{_shown(term.left, own)} {_SHOWN[term.operator]} {_shown(term.right, own, True)}"
    return f"({words})" if own < rank or (own == rank and right) else words


def _number(value: Decimal) -> str:
    shown = f"{value:,.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return shown.replace("-", "−")
