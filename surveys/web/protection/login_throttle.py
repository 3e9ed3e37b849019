"""Slows down who guesses: some failures are free, then each doubles the wait."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

FORGET_AFTER = 15 * 60.0
_MOST_KEYS = 20_000


class Throttle:
    """Counts failures by key. Only failures count, so that a whole hall behind one address can sign in at eight."""

    def __init__(self, free: int, longest: float, now: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._longest = longest
        self._now = now
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Seconds until this key may try again; 0 when it may now."""
        times, last = self._failures.get(key, (0, 0.0))
        if times < self._free or self._now() - last > FORGET_AFTER:
            return 0
        pause = min(self._longest, 2.0 ** min(times - self._free, 30))
        return min(math.ceil(pause), max(0, math.ceil(last + pause - self._now())))  # the clock may be set back

    def failed(self, key: str) -> None:
        times, last = self._failures.pop(key, (0, 0.0))
        known = times if self._now() - last <= FORGET_AFTER else 0
        self._failures[key] = (known + 1, self._now())
        if len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)

    def undo(self, key: str) -> None:
        """Take one failure back: it was counted before its outcome was known, so that guesses can't race."""
        times, last = self._failures.get(key, (0, 0.0))
        if times > 1:
            self._failures[key] = (times - 1, last)
        else:
            self.succeeded(key)
