"""Why an answer looks suspicious. It is kept all the same: whether it counts is for people to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from surveys.definition.questions import Question
from surveys.localisation.language import marked

HASTE = 0.15  # of the time that most people need; a quick reader needs about a third
LEAST_SECONDS = 2.0  # for the way through a form of which little was answered; a form of one tap is sent sooner
_ROUNDED = 0.5  # seconds are told as whole ones
TRAP = "_more"  # a field that people neither see nor reach, and programs fill in


class Flag(StrEnum):
    """What is odd about an answer."""

    TOO_FAST = "too_fast"
    TRAP = "trap"
    SAME_DEVICE = "same_device"
    BUSY_ADDRESS = "busy_address"
    BUSY_TABLET = "busy_tablet"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Flag.TOO_FAST: marked("填得太快"),
    Flag.TRAP: marked("填了人看不见的空格"),
    Flag.SAME_DEVICE: marked("同一台设备又填"),
    Flag.BUSY_ADDRESS: marked("同一网络地址短时间内很多份"),
    Flag.BUSY_TABLET: marked("同一台平板短时间内很多份"),
    Flag.CLOCK: marked("设备时钟不对"),
}


def flags_of(odd: Mapping[Flag, bool]) -> list[Flag]:
    """The flags that hold."""
    return [flag for flag, is_odd in odd.items() if is_odd]


def too_fast(
    answered: Iterable[Question], seconds: float | None, form: Iterable[Question], *, from_first_touch: bool = False
) -> bool:  # fmt: skip
    """Whether nobody goes through this form and answers these of it in so few seconds; unknown ones are no reason.

    *from_first_touch*: counted as at a counter, where the first question was read before anyone touched the screen.
    """
    times = [each.duration() for each in answered]
    through = min(LEAST_SECONDS, HASTE * sum(each.duration() for each in form))
    least = HASTE * sum(times[1:]) if from_first_touch else max(through, HASTE * sum(times))
    return seconds is not None and seconds + _ROUNDED < least
