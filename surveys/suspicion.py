"""Why an answer looks suspicious. It is kept all the same: whether it counts is for people to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from surveys.language import marked
from surveys.questions import Question

HASTE = 0.15  # of the time that most people need; a quick reader needs about a third
LEAST_SECONDS = 2.0
TRAP = "_more"  # a field that people neither see nor reach, and programs fill in


class Flag(StrEnum):
    """What is odd about an answer."""

    TOO_FAST = "too_fast"
    TRAP = "trap"
    SAME_DEVICE = "same_device"
    BUSY_ADDRESS = "busy_address"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Flag.TOO_FAST: marked("填得太快"),
    Flag.TRAP: marked("填了人看不见的空格"),
    Flag.SAME_DEVICE: marked("同一台设备又填"),
    Flag.BUSY_ADDRESS: marked("同一网络地址短时间内很多份"),
    Flag.CLOCK: marked("设备时钟不对"),
}


def noted(odd: Mapping[Flag, bool]) -> list[Flag]:
    """The flags that hold."""
    return [flag for flag, is_odd in odd.items() if is_odd]


def too_fast(answered: Iterable[Question], seconds: float | None) -> bool:
    """Whether nobody reads and answers these questions in so few seconds. Unknown seconds are no reason."""
    least = max(LEAST_SECONDS, HASTE * sum(each.duration() for each in answered))
    return seconds is not None and seconds < least
