"""How quickly answers come from tablets at counters: capped by touchpoint and minute, conspicuous before that."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from datetime import datetime

from surveys.web.protection.rate_limits import Seconds

_MOST_KEYS = 50_000
_USUAL = ((60, 6), (3600, 120))  # seconds, answers: at one screen a customer each ten seconds, in an hour each thirty


class PerMinute:
    """Counts by key and minute of the clock: in none more than so many, whenever they come."""

    def __init__(self, now: Seconds = time.monotonic) -> None:
        self._now = now
        self._taken: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, key: str, most: int) -> int:
        """Take one of *most*; returns 0, or the whole seconds until there are some again."""
        now = self._now()
        minute = int(now // 60)
        since, taken = self._taken.pop(key, (minute, 0))
        taken = taken if since == minute else 0
        full = taken >= most
        self._taken[key] = (minute, taken + (not full))
        if len(self._taken) > _MOST_KEYS:
            self._taken.popitem(last=False)
        return math.ceil(60 - now % 60) if full else 0


class TabletPace:
    """Whether a tablet's answers lie closer together, by when it says they were given, than people give them.

    When they arrive says nothing: a tablet without network brings the answers of a day at once.
    """

    def __init__(self) -> None:
        self._given: OrderedDict[tuple[str, int, int], int] = OrderedDict()

    def hurried(self, tablet: str, given_at: datetime) -> bool:
        """Note an answer; whether there are too many in its minute or hour by now."""
        over = [self._count(key, 1) > most for key, most in _windows(tablet, given_at)]
        while len(self._given) > _MOST_KEYS:
            self._given.popitem(last=False)
        return any(over)

    def undo(self, tablet: str, given_at: datetime) -> None:
        """It was no answer, or one that was kept before."""
        for key, _ in _windows(tablet, given_at):
            self._count(key, -1)

    def _count(self, key: tuple[str, int, int], more: int) -> int:
        self._given[key] = self._given.pop(key, 0) + more
        return self._given[key]


def _windows(tablet: str, given_at: datetime) -> list[tuple[tuple[str, int, int], int]]:
    at = int(given_at.timestamp())
    return [((tablet, seconds, at // seconds), most) for seconds, most in _USUAL]
