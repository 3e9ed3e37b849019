"""A database that may not be asked on an event loop: whoever does makes everybody else wait for the disk."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from surveys.storage.sqlite.connection import Connections


class OnTheEventLoop(AssertionError):
    """The database was asked in the thread of an event loop."""


@contextmanager
def database_off_the_event_loop() -> Iterator[None]:
    """While this is entered such a call fails where it stands; at the end the places are told, also of those caught."""
    places: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("reading", "stamp"):
            patch.setattr(Connections, name, _refusing(getattr(Connections, name), places))
        yield
    assert not places, f"the database is asked on the event loop: {sorted(set(places))}"


def _refusing(method: Callable[..., Any], places: list[str]) -> Callable[..., Any]:
    def asked(*arguments: Any) -> Any:
        if _in_a_loop():
            ours = [each for each in traceback.extract_stack() if "/surveys/" in each.filename]
            places.append(" < ".join(f"{each.filename.rpartition('/')[2]}:{each.lineno}" for each in ours[-2:-5:-1]))
            raise OnTheEventLoop(places[-1])
        return method(*arguments)

    return asked


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
