"""Keeps the copies up to date in the background, so that whoever opens a page finds the figures ready."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic

from analysis.columns.copies import Copies
from surveys.operations.worker import Lease, Worker

PAUSE_SECONDS = 5.0
START_SECONDS = 5.0  # after which the first copies are made: a server that begins has others waiting for it
REST = 4.0  # times as long as it worked, a portion is followed by rest: who fills in a form comes first
WORD_SECONDS = 15.0  # after which a turn that has not ended is no longer waited for


class Exporter:
    """Renews every copy that is behind by the *age* that its readers put up with: they go on with what stands.

    So that what they read is of the last minute, they renew it themselves where a turn takes too long, or another
    process has the job.
    """

    def __init__(self, copies: Copies, age: timedelta, *, start: float = START_SECONDS) -> None:
        self._copies, self._age, self._start = copies, age, start
        self._stopping = Event()
        self._begun = self._since = self._last = monotonic()
        self._first = True

    def worker(self, lease: Lease | None = None, *, pause: float = PAUSE_SECONDS) -> Worker:
        self._last = self._begun + self._start  # the first turn is waited for as well
        self._copies.soon_renewed = self._keeps_up
        return Worker("columnar copy", self._later_turn, stopping=self._stopping, pause=pause, lease=lease)

    def _keeps_up(self) -> bool:
        return not self._stopping.is_set() and monotonic() - self._last < WORD_SECONDS

    def _later_turn(self) -> int:
        return 0 if monotonic() - self._begun < self._start else self.turn()

    def turn(self) -> int:
        """Look at every survey once; 0, for what comes next can wait for the next turn."""
        self._copies.remove_others()
        known = self._copies.behind() | (self._copies.answered() if self._first else set())
        self._first = False
        for survey in sorted(known & set(self._copies.surveys())):
            if self._stopping.is_set():
                break
            self._since = monotonic()
            self._copies.current(survey, self._age, breathe=self._rest, fold=True)
        self._last = monotonic()
        return 0

    def _rest(self) -> None:
        if not self._copies.awaited:
            self._stopping.wait(REST * (monotonic() - self._since))
        self._since = monotonic()
