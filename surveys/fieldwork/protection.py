"""How the form of a survey guards itself against abuse, as its designers have set it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """All off until someone turns it on: each costs honest people something."""

    puzzle: bool = False  # the browser must work for a second, or the person answer a small sum
    once_per_device: bool = False  # a second answer from the same device is not counted


NO_PROTECTION = Protection()
