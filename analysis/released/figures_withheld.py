"""Withholds figures of too few people from whatever a function gives, and what a refusal says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from analysis.drivers.routes import DriversByRoute
from analysis.estimates import Estimate
from surveys.localisation.wording import Message, saying

_PEOPLE = frozenset(("n", "at_end", "count"))
"""The values of a message that count people; others count questions, or say how many there have to be."""


def withhold_small(result: Any, minimum: int) -> Any:
    """The same with every figure of 1 to *minimum* − 1 people refused; a result as a whole of so few is None."""
    if isinstance(result, Estimate):
        return _refused(result, minimum) if _tells_of_few(result, minimum) else result
    if isinstance(result, Mapping):
        return {key: withhold_small(each, minimum) for key, each in result.items()}
    if type(result) in (list, tuple):
        return type(result)(withhold_small(each, minimum) for each in result)
    n = getattr(result, "n", None)
    if isinstance(n, int) and 0 < n < minimum:
        return None
    if isinstance(result, DriversByRoute):
        return _routes(result, minimum)
    return _within(result, minimum) if is_dataclass(result) and not isinstance(result, type) else result


def _routes(result: DriversByRoute, minimum: int) -> DriversByRoute:
    """None of the routes where one, or what all leave over, is of so few that the others would tell of them."""
    if all(n == 0 or n >= minimum for n in (*(each.n for each in result.routes), result.others)):
        return result
    reason = saying("有的组合不足 {minimum} 人，不予显示", minimum=minimum)
    return DriversByRoute((), 0, result.n, result.refusal or reason)


def _within(result: Any, minimum: int) -> Any:
    """A result that is made of figures, such as a change of its two sides or a penalty and a reward."""
    figures = {
        each.name: value
        for each in fields(result)
        if each.init and isinstance(value := getattr(result, each.name), Estimate)
    }
    withheld = {name: withhold_small(value, minimum) for name, value in figures.items()}
    changed = {name: value for name, value in withheld.items() if value is not figures[name]}
    return replace(result, **changed) if changed else result


def _tells_of_few(estimate: Estimate, minimum: int) -> bool:
    said = estimate.refusal.values if isinstance(estimate.refusal, Message) else {}
    counts = [estimate.n, *(said[name] for name in _PEOPLE & said.keys())]
    return any(isinstance(n, int) and 0 < n < minimum for n in counts)


def _refused(estimate: Estimate, minimum: int) -> Estimate:
    reason = saying("评分不足 {minimum} 份，不予显示", minimum=minimum)
    gone = dict.fromkeys(("value", "low", "high", "standard_error", "effective_n"))
    return replace(estimate, **gone, n=0, refusal=reason)  # type: ignore[arg-type]
