"""Pages are drawn a few at a time: of all threads of a process one computes, and more would only slow each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

AT_ONCE = 3
PATIENCE = 2.0  # seconds; then a page is drawn beside the others, which may be waiting for a long computation

_FREE = Semaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Draw a page when it is its turn."""
    given = _FREE.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if given:
            _FREE.release()
