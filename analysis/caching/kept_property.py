"""A property that is worked out at its first use and kept, without one thread waiting for another one's.

`functools.cached_property` of Python 3.11 has one lock for all objects of a class: while a figure is worked out for one
page, every other page that asks for the property of quite another object stands still.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class kept_property(Generic[T]):  # noqa: N801  stands where a decorator stands
    """Two threads that ask at the same moment may both work it out; the value must be the same."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out, self.__doc__ = work_out, work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...
    @overload
    def __get__(self, holder: object, owner: type) -> T: ...
    def __get__(self, holder: object | None, owner: type) -> Self | T:
        if holder is None:
            return self
        found = holder.__dict__[self._name] = self._work_out(holder)
        return found
