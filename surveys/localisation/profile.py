"""How the organisation presents itself: name, colour and logo, and the language and time zone of its pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from surveys.localisation.palette import USUAL_COLOUR, Palette, palette
from surveys.localisation.wording import DEFAULT_LANGUAGE

PRODUCT = "心声"
LONGEST_NAME = 60
USUAL_ZONE = "Asia/Shanghai"
_JOINERS = "\u200c\u200d"  # within emoji and some scripts; other unseen characters would only mislead
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Profile:
    """What an organisation has said about itself; each as usual while it hasn't."""

    name: str = ""
    colour: str = USUAL_COLOUR  # as it was chosen; `palette` makes it readable
    logo: str = ""  # a data address of at most a kilobyte, for forms; empty for none
    printed_logo: str = ""  # the same, finer, for print and mail
    language: str = DEFAULT_LANGUAGE
    zone: str = USUAL_ZONE

    @property
    def palette(self) -> Palette:
        return palette(self.colour)

    @property
    def shown_name(self) -> str:
        return self.name or PRODUCT


UNNAMED = Profile()


def tidy_name(text: str) -> str:
    """The name on one line, without characters that nobody sees."""
    seen = (c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return re.sub(r"\s+", " ", "".join(seen)).strip().strip(_JOINERS)


@lru_cache
def _known_zones() -> frozenset[str]:
    """Looked up once: it takes a walk through the system's files."""
    return frozenset(available_timezones())


@lru_cache
def time_zones() -> tuple[str, ...]:
    """The time zones of places, by their IANA names."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return tuple(sorted(name for name in _known_zones() if name.split("/")[0] in regions and "/" in name))


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The time zone; the usual one when there is none of this name."""
    return ZoneInfo(name if name in _known_zones() else USUAL_ZONE)


_read: Callable[[], Profile] = lambda: UNNAMED  # noqa: E731


def follow(read: Callable[[], Profile]) -> None:
    """From now on this process speaks and dates as the organisation *read* gives wishes, also once it has changed."""
    global _read
    _read = read


_told: ContextVar[Profile | None] = ContextVar("profile", default=None)


@contextmanager
def presenting(profile: Profile) -> Iterator[None]:
    """What runs under this speaks and dates as *profile* wishes, without asking again: it may be on an event loop."""
    before = _told.set(profile)
    try:
        yield
    finally:
        _told.reset(before)


def present() -> Profile:
    """The profile of the organisation that this process serves."""
    return _told.get() or _read()
