"""Wrong codes and links: who sends many is made to wait, and the administrator hears of it. Right ones always pass.

They hold 59 random bits and more, so that looking at each costs nothing; it is the asking that is to be slowed.
"""

from __future__ import annotations

import anyio.to_thread

from surveys.localisation.wording import Message
from surveys.storage.records.protocols import Sessions
from surveys.web.protection.guesses import Throttle
from surveys.web.rendering.page import Refusal

GUESSED = "guessed codes"
"""The audit trail's word for it."""


class CodeGuesses:
    """Misses by network; *what* is guessed at: withdrawal, case or link."""

    def __init__(self, audit: Sessions, what: str, *, free: int) -> None:
        self._audit = audit
        self._what = what
        self._free = free
        self._misses = Throttle(free=free, longest=60)

    async def missed(self, network: str) -> None:
        """Count a miss; raises Refusal while this network has to wait."""
        if wait := self._misses.wait(network):
            raise Refusal(429, advice=Message("输错次数较多，请在 {wait} 秒后再试。", {"wait": wait}), wait=wait)
        if self._misses.failed(network) == self._free:
            await anyio.to_thread.run_sync(self._audit.record, "?", GUESSED, self._what, network)
