"""The console's pages as data: where each lives and what it takes to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveys.permissions import Action


@dataclass(frozen=True)
class ConsolePage:
    """One page of the console. The guard at the door and the navigation read the same list of these."""

    path: str  # first part of the address, without slashes; "" is the start page
    title: str
    icon: str
    action: Action  # what an account must be permitted to do
    draw: Callable[[], None]
    group: str = ""
