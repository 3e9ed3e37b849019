"""How the form of a survey guards itself against abuse, as its designers have set it."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.fieldwork.tablets import PER_MINUTE


@dataclass(frozen=True)
class Protection:
    """All that costs honest people something is off until someone turns it on."""

    puzzle: bool = False  # the browser must work for a second, or the person answer a small sum
    once_per_device: bool = False  # a second answer from the same device is not counted
    kiosk_per_minute: int = PER_MINUTE  # answers that are taken a minute from the tablets of one touchpoint


NO_PROTECTION = Protection()
