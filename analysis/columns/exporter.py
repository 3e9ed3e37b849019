"""Keeps the copies up to date in the background, so that whoever opens a page finds the figures ready."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic

from analysis.columns.copies import Copies
from surveys.operations.worker import Lease, Worker

PAUSE_SECONDS = 5.0
START_SECONDS = 20.0  # after which the first copies are made: a server that begins has others waiting for it
REST = 4.0  # times as long as it worked, a portion is followed by rest: who fills in a form comes first


class Exporter:
    """Renews every copy that is behind by half of the *age* that its readers put up with, so that they seldom wait."""

    def __init__(self, copies: Copies, age: timedelta, *, start: float = START_SECONDS) -> None:
        self._copies, self._age, self._start = copies, age, start
        self._stopping = Event()
        self._begun = self._since = monotonic()
        self._first = True

    def worker(self, lease: Lease | None = None, *, pause: float = PAUSE_SECONDS) -> Worker:
        return Worker("columnar copy", self._later_turn, stopping=self._stopping, pause=pause, lease=lease)

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
            self._copies.current(survey, self._age / 2, breathe=self._rest, fold=True)
        return 0

    def _rest(self) -> None:
        self._stopping.wait(REST * (monotonic() - self._since))
        self._since = monotonic()
