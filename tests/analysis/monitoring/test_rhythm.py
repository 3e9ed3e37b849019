"""Silence is told of when it is longer than is usual for those who are silent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from analysis.monitoring.arrival_rhythm import silent_for, usual_gap

TODAY = pd.Timestamp("2026-11-29")


def days_ago(ago: Iterable[int]) -> pd.Series:
    return pd.Series([TODAY - pd.Timedelta(days=each) for each in ago])


def rounds(every: int, lasting: int, times: int, last: int) -> list[int]:
    """Rounds of so many days, the newest of which ended *last* days ago."""
    return [last + every * number + day for number in range(times) for day in range(lasting)]


@pytest.mark.parametrize(
    "ago, silence",
    [
        (rounds(91, 10, 4, 60), None),
        (rounds(91, 10, 2, 80), None),
        (rounds(91, 10, 4, 130), 130),
        (rounds(91, 1, 3, 90), None),
        (range(8, 90), 8),
        (range(7, 90), None),
        ([each for each in range(8, 365) if not 200 < each < 230], 8),
        (range(12, 200, 12), None),
        (range(20, 200, 12), 20),
        (range(10, 14), None),
        (range(30, 34), 30),
        ([], None),
    ],
    ids=[
        "asked each quarter", "twice so far", "a quarter missed", "rounds of a day", "daily, then silent", "a week",
        "a holiday is no rhythm", "every twelfth day", "late by a week", "too new to have a rhythm",
        "new and long silent", "no answers",
    ],
)  # fmt: skip
def test_silence_is_measured_by_the_own_rhythm(ago: Iterable[int], silence: int | None) -> None:
    assert silent_for(days_ago(ago), TODAY) == silence


def test_many_answers_on_a_day_are_one_day_and_order_does_not_matter() -> None:
    days = days_ago(rounds(91, 10, 4, 60))
    busy = pd.concat([days, *[days[:7]] * 50]).sample(frac=1, random_state=1)
    assert usual_gap(busy) == usual_gap(days) == 82
    assert usual_gap(pd.Series([pd.NaT] * 3)) is None


def test_answers_that_come_by_chance_seldom_seem_silent() -> None:
    """Every twelfth day on average: of many looks on many years, at most one in twenty finds a silence."""
    chance = np.random.default_rng(7)
    found = 0
    for _ in range(400):
        day = np.cumsum(np.ceil(chance.exponential(12, 60))).astype(int)
        today = int(chance.integers(300, 500))
        days = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(day[day <= today], unit="D"))
        found += silent_for(days, pd.Timestamp("2025-01-01") + pd.Timedelta(days=today)) is not None
    assert found <= 20
