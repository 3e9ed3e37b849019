"""False alarms of a page in a quiet quarter on real kinds of data, the power beside them, and the time it takes.

`python -m tests.benchmarks alarms`. Each page has five questions and runs what the console runs; seeds are fixed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.monitoring.joint_watch import Alarm
from analysis.monitoring.watched_questions import WatchedQuestion, watch_question
from tests.support.watched_worlds import WORLDS, World, page_of

PAGES, FALLEN = 100, 30
SIZES = (1_000, 100_000, 1_000_000)


def main() -> None:
    for table in (quiet_quarters, speed):
        print(f"### {(table.__doc__ or '').splitlines()[0]}\n", flush=True)
        for line in table():
            print(line, flush=True)
        print()


def quiet_quarters() -> Iterator[str]:
    """False alarms a quarter over a page of five questions (promised: at most 1), and falls of ten points seen"""
    yield "| data | alarms, 26 weeks before | power | alarms, 8 weeks before | power |\n|---|---|---|---|---|"
    for world in WORLDS:
        cells = [cell for baseline in (26, 8) for cell in _quarter(world, baseline)]
        yield f"| {world} | {' | '.join(cells)} |"


def _quarter(world: World, baseline: int) -> tuple[str, str]:
    rng = np.random.default_rng(1759)
    alarms = np.mean([page_of(world, rng, baseline=baseline).alarms for _ in range(PAGES)])
    seen = np.mean([page_of(world, rng, baseline=baseline, fallen=True).seen for _ in range(FALLEN)])
    return f"{alarms:.2f}", f"{seen:.0%}"


def speed() -> Iterator[str]:
    """A question watched through its counts by day, for so many answers"""
    yield "| answers | rows of counts | seconds |\n|---|---|---|"
    question = WatchedQuestion("q", above=3.0)
    for size in SIZES:
        rng = np.random.default_rng(size)
        days = pd.date_range("2025-01-01", periods=730)
        amounts = rng.multinomial(size, np.full(730 * 5, 1 / (730 * 5)))
        counted = pd.DataFrame({"day": np.repeat(days, 5), "q": np.tile([1.0, 2, 3, 4, 5], 730), "n": amounts})
        started = time.perf_counter()
        found = watch_question(counted, question, alpha=0.001)
        assert found.alarm is not Alarm.TOO_SHORT
        yield f"| {size:,} | {len(counted):,} | {time.perf_counter() - started:.3f} |"
