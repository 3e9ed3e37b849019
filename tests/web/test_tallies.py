"""Counts of what happens to forms: none is lost when the service ends."""

from __future__ import annotations

import asyncio
import threading
from datetime import date

from surveys.intake.submission import Event
from surveys.web.forms.tallies import Tallies


class Slow:
    """Keeps counts, the first of them only when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.kept: list[tuple[str, int]] = []

    def count(self, survey: str, day: date, touchpoint: str, event: Event, times: int) -> None:
        self.begun.set()
        self.go_on.wait(10)
        self.kept.append((touchpoint, times))


def test_what_comes_while_the_last_counts_are_written_is_written_too() -> None:
    intake = Slow()

    async def a_day() -> None:
        tallies = Tallies(intake, every=0.001)  # type: ignore[arg-type]  # only what is used of it
        async with tallies.running():
            tallies.add("s", date(2026, 1, 5), "first", Event.OPENED)
            while not intake.begun.is_set():
                await asyncio.sleep(0.001)
            tallies.add("s", date(2026, 1, 5), "second", Event.OPENED)
            asyncio.get_running_loop().call_later(0.05, intake.go_on.set)

    asyncio.run(a_day())
    assert intake.kept == [("first", 1), ("second", 1)]
