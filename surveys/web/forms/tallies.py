"""Counts what happens to forms without making anyone wait: gathered in memory, written once a second."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date

import anyio.to_thread

from surveys.intake.protocols import Intake
from surveys.intake.submission import Event

_Counts = Counter[tuple[str, date, str, Event]]

MOST_UNPLACED = 50  # different ones that are told by name, in one run of the program
LONGEST_UNPLACED = 40
OTHERS = "…"

_log = logging.getLogger(__name__)


class Tallies:
    """Numbers by survey, day, touchpoint and event. A crash may cost the last second's, never an answer."""

    def __init__(self, intake: Intake, every: float = 1.0) -> None:
        self._intake = intake
        self._every = every
        self._waiting: _Counts = Counter()
        self._unplaced: set[str] = set()
        self._stopping = asyncio.Event()

    def add(self, survey: str, day: date, touchpoint: str | None, event: Event) -> None:
        self._waiting[survey, day, touchpoint or "", event] += 1

    def add_unplaced(self, survey: str, day: date, said: str) -> None:
        """Count an opening by a link that names a touchpoint there is not.

        Anybody can write such links: only so many of them, and so much of each, are kept by what they say.
        """
        shown = "".join(each for each in said if each.isprintable())[:LONGEST_UNPLACED] or OTHERS
        if len(self._unplaced) < MOST_UNPLACED:
            self._unplaced.add(shown)
        self.add(survey, day, shown if shown in self._unplaced else OTHERS, Event.UNPLACED)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, counts are written; what is left at the end too."""
        task = asyncio.create_task(self._keep_writing(), name="tallies")
        try:
            yield
        finally:
            self._stopping.set()
            await task

    async def _keep_writing(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every)
            await self._write_waiting()
        await self._write_waiting()  # what came while the last of them were being written

    async def _write_waiting(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, Counter()
            # What could not be written waits for the next time.
            self._waiting.update(await anyio.to_thread.run_sync(self._write, waiting))

    def _write(self, counts: _Counts) -> _Counts:
        """Write these; returns what could not be written."""
        rest: _Counts = Counter()
        for key, times in counts.items():
            try:
                self._intake.count(*key, times)
            except Exception as error:
                rest[key] = times
                _log.warning("a tally was not written (%s); it waits", type(error).__name__)
        return rest
