"""Throttle of sign-ins and codes (brute force): some failures are free, then each doubles the wait.

What is waited for is a wrong guess: whatever is right passes, so that nobody is shut out by those who guess.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio

FORGET_AFTER = 15 * 60.0
OVER_ALL = 300  # failures, whosoever, within FORGET_AFTER: more are no people who mistype
PAUSE = 0.5  # seconds after a wrong guess before the next one of those who guess is looked at
WAITING_AT_ONCE = 8  # guesses of one network at one name that are looked at later rather than turned away
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

    def failed(self, key: str) -> int:
        """Count a failure; returns how many there were lately."""
        times, last = self._failures.pop(key, (0, 0.0))
        known = times if self._now() - last <= FORGET_AFTER else 0
        self._failures[key] = (known + 1, self._now())
        if len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)
        return known + 1

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)

    def undo(self, key: str) -> None:
        """Take one failure back: it was counted before its outcome was known, so that guesses can't race."""
        times, last = self._failures.get(key, (0, 0.0))
        if times > 1:
            self._failures[key] = (times - 1, last)
        else:
            self.succeeded(key)


class SignInGuesses:
    """Failed sign-ins by network and name, by network, and over all.

    Where there were many, further ones are looked at one after the other with a pause after each wrong one, all who
    guess together: that is the cap on guesses. Who is right gets in; a known device is looked at at once.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        # A person mistypes a few times; a hall of two hundred behind one address mistypes more.
        self._by_both = Throttle(free=5, longest=900, now=now)
        self._by_network = Throttle(free=200, longest=10, now=now)
        self._by_device = Throttle(free=10, longest=60, now=now)
        self._over_all: deque[float] = deque(maxlen=OVER_ALL)
        self._now = now
        self._turn = anyio.Lock()
        self._waiting: dict[str, int] = {}

    def wait(self, network: str, name: str, device: str) -> int:
        """Seconds until a further wrong guess would be answered; 0 where nothing is odd. *device*: that is known."""
        if device and not self._by_device.wait(device):
            return 0
        known = max(self._by_both.wait(_both(network, name)), self._by_network.wait(network))
        return known or (1 if self._stormy() else 0)

    @asynccontextmanager
    async def in_turn(self, network: str, name: str) -> AsyncIterator[Callable[[], None]]:
        """While this is entered no other guess is looked at; call what it gives when the guess was wrong.

        Raises TooManyAtOnce.
        """
        key = _both(network, name)
        if self._waiting.get(key, 0) >= WAITING_AT_ONCE:
            raise TooManyAtOnce
        self._waiting[key] = self._waiting.get(key, 0) + 1
        wrong: list[bool] = []
        try:
            async with self._turn:
                yield lambda: wrong.append(True)
                if wrong:
                    await anyio.sleep(PAUSE)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]

    def tried(self, network: str, name: str, device: str) -> None:
        """Count a guess as wrong before it is looked at, so that many at once are no way round."""
        self._by_both.failed(_both(network, name))
        self._by_network.failed(network)
        if device:
            self._by_device.failed(device)
        self._over_all.append(self._now())

    def succeeded(self, network: str, name: str, device: str) -> None:
        """It was right after all."""
        self._by_both.succeeded(_both(network, name))
        self._by_network.undo(network)
        if device:
            self._by_device.succeeded(device)
        self._over_all.pop()

    def _stormy(self) -> bool:
        return len(self._over_all) == OVER_ALL and self._now() - self._over_all[0] < FORGET_AFTER


class TooManyAtOnce(Exception):
    """So many guesses wait already that a further one is turned away unseen."""


def _both(network: str, name: str) -> str:
    return f"{network}\0{name}"
