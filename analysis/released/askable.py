"""Which functions may be asked of the answers, and what they may give: never rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd

ROW = "one row per answer"
"""The name of the index of every frame that is handed out: what still bears it has rows of people."""


class NotAskable(TypeError):
    """The function is none that other processes and the tests know, or belongs to a page."""


class HoldsRows(RuntimeError):
    """A function gave back rows of answers instead of figures."""


def assert_askable(function: Callable[..., Any]) -> None:
    """Raises NotAskable for what is no function at the head of a module of the analysis outside its pages."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "<none>")
    inside = module.startswith("analysis.") and not module.startswith(("analysis.pages", "analysis.released"))
    if not inside or "<" in name or "." in name:
        raise NotAskable(f"{module}.{name}: ask a module-level function of `analysis` outside its pages")


def assert_no_rows(result: object, function: Callable[..., Any]) -> None:
    """Raises HoldsRows where anything in the result still has a row per answer."""
    if any(ROW in names for names in _index_names(result)):
        raise HoldsRows(f"{function.__module__}.{function.__qualname__} gives rows of answers back")


def _index_names(found: object) -> Iterator[list[object]]:
    if isinstance(found, pd.DataFrame):
        yield [*found.index.names, *found.columns]
    elif isinstance(found, pd.Series):
        yield list(found.index.names)
    elif isinstance(found, pd.Index):
        yield list(found.names)
    elif isinstance(found, Mapping):
        for each in found.values():
            yield from _index_names(each)
    elif isinstance(found, list | tuple | set | frozenset):
        for each in found:
            yield from _index_names(each)
    elif is_dataclass(found) and not isinstance(found, type):
        for each in fields(found):
            yield from _index_names(getattr(found, each.name))
