"""A job done in the background, turn by turn, until the server ends: the one loop that all such jobs share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

LONGEST_PAUSE = 60.0  # seconds between tries, however often a job has failed
RENEWED_AFTER = 5.0  # seconds of a turn: a few tries may fail before the lease of a process that lives runs out
_AT_ONCE = 0.01  # seconds: there may be more to do, but others want the processor too

_log = logging.getLogger(__name__)


class Lease(Protocol):
    """The right to do a job of this name, held by one process at a time."""

    def hold(self, job: str) -> bool:
        """Take or renew it; False while another process has it."""

    def release(self, job: str) -> None:
        """Leave it to others at once."""


class Worker:
    """Takes one turn after the other in a thread of its own; a failure costs a pause, never the thread.

    *turn* does a part of the job and returns how much it did. After none the worker pauses, after failures in a row
    twice as long each time. *stopping* is set when the thread is to end, so that a long turn can look at it. With a
    *lease* several processes may have the same worker, and one of them works; it is renewed while a turn lasts.
    """

    def __init__(
        self, name: str, turn: Callable[[], int], *, stopping: Event, pause: float, lease: Lease | None = None,
        renewed_after: float = RENEWED_AFTER,
    ) -> None:  # fmt: skip
        self._name, self._turn, self._stopping, self._pause, self._lease = name, turn, stopping, pause, lease
        self._renewed_after = renewed_after
        self._failures = 0
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after what it has in hand, and wait for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._once())
        self._leave()

    def _once(self) -> float:
        """Take a turn; returns for how many seconds to rest."""
        try:
            done = self._turn() if self._lease is None else self._turn_of_the_holder(self._lease)
        except Exception as error:  # whatever it was, what comes later must still be done
            self._failures += 1
            # The error's text may hold what people wrote.
            _log.warning("%s pauses after %s", self._name, type(error).__name__)
            return min(LONGEST_PAUSE, self._pause * 2.0 ** (self._failures - 1))
        self._failures = 0
        return _AT_ONCE if done else self._pause

    def _turn_of_the_holder(self, lease: Lease) -> int:
        if not lease.hold(self._name):
            return 0
        with self._renewing(lease):
            return self._turn()

    @contextmanager
    def _renewing(self, lease: Lease) -> Iterator[None]:
        """Keep the lease while a turn takes long: others wait for those that live, not for those that died."""
        over = Event()
        renewing = Thread(target=self._renew, args=(lease, over), name=f"{self._name}: lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()  # a renewal after the release would keep others waiting

    def _renew(self, lease: Lease, over: Event) -> None:
        while not over.wait(self._renewed_after):
            try:
                lease.hold(self._name)
            except Exception as error:  # the next try may succeed; the lease has some time left
                _log.warning("%s could not renew its lease: %s", self._name, type(error).__name__)

    def _leave(self) -> None:
        if self._lease is None:
            return
        try:
            self._lease.release(self._name)
        except Exception as error:  # it runs out by itself
            _log.warning("%s keeps its lease after %s", self._name, type(error).__name__)
