"""The console's pages as data: where each lives and which roles may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveys.accounts import Role


@dataclass(frozen=True)
class ConsolePage:
    """One page of the console. The guard at the door and the navigation read the same list of these."""

    path: str  # first part of the address, without slashes; "" is the start page
    title: str
    icon: str
    roles: frozenset[Role]
    draw: Callable[[], None]
    group: str = ""
