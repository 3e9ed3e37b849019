"""Withholds figures of too few people from whatever a function gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analysis.estimates import Change, Estimate
from surveys.localisation.wording import saying


def withhold_small(result: Any, minimum: int) -> Any:
    """The same with every figure of 1 to *minimum* − 1 people refused; a result as a whole of so few is None."""
    if isinstance(result, Estimate):
        return _refused(result, minimum) if 0 < result.n < minimum else result
    if isinstance(result, Change):
        sides = {name: withhold_small(getattr(result, name), minimum) for name in ("before", "after")}
        return replace(result, **sides) if any(sides[name] is not getattr(result, name) for name in sides) else result
    if isinstance(result, Mapping):
        return {key: withhold_small(each, minimum) for key, each in result.items()}
    if type(result) in (list, tuple):
        return type(result)(withhold_small(each, minimum) for each in result)
    n = getattr(result, "n", None)
    return None if isinstance(n, int) and 0 < n < minimum else result


def _refused(estimate: Estimate, minimum: int) -> Estimate:
    reason = saying("评分不足 {minimum} 份，不予显示", minimum=minimum)
    gone = dict.fromkeys(("value", "low", "high", "standard_error", "effective_n"))
    return replace(estimate, **gone, n=0, refusal=reason)  # type: ignore[arg-type]
