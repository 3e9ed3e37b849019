"""The loop of all jobs in the background: it goes on after failures, pauses longer each time, and one process works."""

from __future__ import annotations

import logging
import select
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from surveys.operations.worker import LONGEST_PAUSE, Worker
from surveys.storage import Store
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.upkeep.leases import LASTS, LeaseTable
from tests.support.serving import ROOT


class Stopping(Event):
    """Notes how long it is waited for, and ends the loop after so many rests."""

    def __init__(self, rests: int) -> None:
        super().__init__()
        self.rests: list[float] = []
        self._most = rests

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0.0)
        if len(self.rests) >= self._most:
            self.set()
        return self.is_set()


def rests(turn: Callable[[], int], amount: int) -> list[float]:
    """How long a worker rests after each of its first turns."""
    stopping = Stopping(amount)
    run(Worker("a job", turn, stopping=stopping, pause=2.0), stopping)
    return stopping.rests


def run(worker: Worker, stopping: Stopping) -> None:
    """Until it has rested as often as it is to."""
    worker.start()
    while not stopping.is_set():
        time.sleep(0.001)
    worker.stop()


def in_turn(*results: int | Exception) -> Callable[[], int]:
    left = iter(results)

    def turn() -> int:
        result = next(left)
        if isinstance(result, Exception):
            raise result
        return result

    return turn


def test_it_rests_when_there_is_nothing_to_do_and_hardly_else() -> None:
    first, second, third = rests(in_turn(3, 0, 1), 3)
    assert second == 2.0 and first == third < 0.1


def test_failures_in_a_row_cost_longer_and_longer_pauses(caplog: pytest.LogCaptureFixture) -> None:
    """Up to a bound, forgotten with the first success; what was in hand is in no log."""
    caplog.set_level(logging.DEBUG)
    trouble = OSError("a customer's words")
    assert rests(in_turn(trouble, trouble, trouble, 0, trouble), 5) == [2.0, 4.0, 8.0, 2.0, 2.0]
    assert rests(in_turn(*[trouble] * 12), 12)[-1] == LONGEST_PAUSE
    assert "OSError" in caplog.text and "customer" not in caplog.text


def test_it_ends_soon_after_it_is_asked_to() -> None:
    worker = Worker("a job", lambda: 0, stopping=Event(), pause=60.0)
    worker.start()
    begun = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun < 5


def test_of_two_processes_one_works_and_the_other_follows_when_it_is_gone(store: Store) -> None:
    """At once after an end in order, when the lease has run out after a death."""
    now = [datetime(2026, 3, 2, 8, tzinfo=UTC)]
    one, other = (LeaseTable(Connections(store.path), clock=lambda: now[0]) for _ in range(2))
    assert one.hold("sending") and one.hold("sending") and not other.hold("sending")
    assert other.hold("scheduling")
    other.release("sending")  # not its own: nothing happens
    assert not other.hold("sending")
    one.release("sending")
    assert other.hold("sending")
    now[0] += LASTS - timedelta(seconds=1)
    assert not one.hold("sending")
    now[0] += timedelta(seconds=1)
    assert one.hold("sending") and not other.hold("sending")


def test_without_the_lease_nothing_is_done(store: Store) -> None:
    turns: list[int] = []

    def turn() -> int:
        turns.append(1)
        return 1

    held = LeaseTable(Connections(store.path))
    assert held.hold("a job")
    stopping = Stopping(2)
    worker = Worker("a job", turn, stopping=stopping, pause=2.0, lease=store.leases)
    run(worker, stopping)
    assert not turns and stopping.rests == [2.0, 2.0]
    assert held.hold("a job")


def test_a_long_turn_keeps_its_lease(store: Store) -> None:
    """Longer than the lease lasts, by its clock; one failed renewal costs nothing."""
    now, tries, others = [datetime(2026, 3, 2, 8, tzinfo=UTC)], [0], []
    mine, other = (LeaseTable(Connections(store.path), clock=lambda: now[0]) for _ in range(2))

    class Shaky:
        def hold(self, job: str) -> bool:
            tries[0] += 1
            if tries[0] == 3:
                raise OSError
            return mine.hold(job)

        def release(self, job: str) -> None:
            mine.release(job)

    def turn() -> int:
        for _ in range(4):
            now[0] += LASTS / 3
            before = tries[0]
            while tries[0] < before + 2:  # one of two may be the one that fails
                time.sleep(0.001)
            others.append(other.hold("a job"))
        return 0

    stopping = Stopping(1)
    run(Worker("a job", turn, stopping=stopping, pause=2.0, lease=Shaky(), renewed_after=0.01), stopping)
    assert others == [False] * 4 and other.hold("a job")


WORKING = """
import sys, time
from pathlib import Path
from threading import Event
from surveys.operations.worker import Worker
from surveys.storage import Store

def turn():
    print("working", flush=True)
    time.sleep(0.2)
    return 0

Worker("a job", turn, stopping=Event(), pause=0.2, lease=Store(Path(sys.argv[1])).leases).start()
time.sleep(90)
"""


def test_after_a_kill_another_process_works_within_half_a_minute(store: Store) -> None:
    """SIGKILL leaves the lease behind; until it runs out nobody works, before it nobody but one did."""
    command = [sys.executable, "-c", WORKING, str(store.path)]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None and first.stdout.readline() == b"working\n"
        second = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert second.stdout is not None
            assert not select.select([second.stdout], [], [], 3.0)[0]
            first.kill()
            killed = time.monotonic()
            assert second.stdout.readline() == b"working\n"
            assert time.monotonic() - killed <= 30.0
        finally:
            second.kill()
            second.wait()
    finally:
        first.kill()
        first.wait()


def test_the_end_gives_the_lease_to_others(store: Store) -> None:
    stopping = Stopping(1)
    run(Worker("a job", lambda: 0, stopping=stopping, pause=2.0, lease=store.leases), stopping)
    assert LeaseTable(Connections(store.path)).hold("a job")
