"""What is kept of a date or a number that would tell too much: its month, its quarter, or the band it lies in.

A value that is coarse already stays as it is, so that what was kept may be read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from surveys.definition.breakdowns.bands import bands_of
from surveys.definition.context.fields import Coarse, ContextField, ContextType

_MONTH, _QUARTER = re.compile(r"\d{4}-(0[1-9]|1[0-2])"), re.compile(r"\d{4}-Q[1-4]")

FITTING = {ContextType.DATE: (Coarse.MONTH, Coarse.QUARTER), ContextType.NUMBER: (Coarse.BAND,)}
"""How a fact of a type can be kept coarsely; others can't."""


def is_coarse(field: ContextField, text: str) -> bool:
    """Whether a text is a value of the fact as it is kept coarsely."""
    if field.coarse is None:
        return False
    if field.coarse is Coarse.BAND:
        return text in bands_of(field.bands)
    return (_MONTH if field.coarse is Coarse.MONTH else _QUARTER).fullmatch(text) is not None


def coarsened(field: ContextField, value: str) -> str:
    """What is kept of a value that was read: a day as 2026-11-20, a number as 4.5."""
    return value if field.coarse is None else _WAYS[field.coarse](field, value)


def _band(field: ContextField, value: str) -> str:
    below = sum(each <= float(value) for each in field.bands)
    return bands_of(field.bands)[below] if field.bands else ""


_WAYS: dict[Coarse, Callable[[ContextField, str], str]] = {
    Coarse.MONTH: lambda _, value: value[:7],
    Coarse.QUARTER: lambda _, value: f"{value[:4]}-Q{(int(value[5:7]) + 2) // 3}",
    Coarse.BAND: _band,
}
