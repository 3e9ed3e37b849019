"""Wrong codes, links and keys: who sends many has to wait, the administrator hears of it; right ones always pass.

They hold 59 random bits and more, so that looking at each costs nothing; it is the asking that is to be slowed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import anyio.to_thread

from surveys.localisation.wording import Message
from surveys.storage.records.protocols import Sessions
from surveys.web.protection.guesses import FORGET_AFTER, OVER_ALL, Throttle
from surveys.web.rendering.page import Refusal

GUESSED = "guessed codes"
"""The audit trail's word for it."""
MANY_NETWORKS = "many networks"


class CodeGuesses:
    """Misses by network, and over all; *what* is guessed at, such as withdrawal, link or set-up code."""

    def __init__(
        self, audit: Sessions, what: str, *, free: int, now: Callable[[], float] = time.monotonic
    ) -> None:  # fmt: skip
        self._audit = audit
        self._what = what
        self._free = free
        self._now = now
        self._misses = Throttle(free=free, longest=60, now=now)
        self._over_all: deque[float] = deque(maxlen=OVER_ALL)
        self._storm = False

    async def missed(self, network: str) -> None:
        """Count a miss; raises Refusal while this network, or whoever guesses, has to wait."""
        if wait := await self.count(network):
            raise Refusal(429, advice=Message("输错次数较多，请在 {wait} 秒后再试。", {"wait": wait}), wait=wait)

    async def count(self, network: str) -> int:
        """Count a miss; 0, or the seconds that this network, or whoever guesses, has to wait."""
        if wait := self._misses.wait(network):
            return wait
        self._over_all.append(self._now())
        if self._misses.failed(network) == self._free:
            await self._alarm(network)
        before, self._storm = self._storm, self._is_stormy()
        if self._storm and not before:
            await self._alarm(MANY_NETWORKS)
        return 1 if before and self._storm else 0

    def _is_stormy(self) -> bool:
        return len(self._over_all) == OVER_ALL and self._now() - self._over_all[0] < FORGET_AFTER

    async def _alarm(self, whence: str) -> None:
        await anyio.to_thread.run_sync(self._audit.record, "?", GUESSED, self._what, whence)
