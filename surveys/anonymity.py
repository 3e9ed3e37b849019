"""How few answers to an anonymous survey would tell what somebody answered: one definition for everyone.

The organisation may ask for larger groups, never for smaller ones, and what it has raised is never lowered: two views
of the same answers under different minimums could be subtracted. For the same reason a raise counts from its day on:
which answers were released before stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

MINIMUM_GROUP = 5
"""Figures, reminders and deletions that concern fewer people than this are held back."""
MINIMUM_COMMENTS = 10
"""Words tell more about their author than scores do: of fewer people no comments are read."""
LARGEST_MINIMUM = 100


@dataclass(frozen=True)
class Raise:
    """From this day on more are asked for."""

    since: date
    group: int
    comments: int


@dataclass(frozen=True)
class Minimums:
    """What the organisation asks for, as it was raised over time; at least what is built in."""

    raises: tuple[Raise, ...] = ()

    @property
    def group(self) -> int:
        return max([MINIMUM_GROUP, *(each.group for each in self.raises)])

    @property
    def comments(self) -> int:
        return max([MINIMUM_COMMENTS, *(each.comments for each in self.raises)])

    def group_on(self, day: date) -> int:
        """The smallest group of the answers of that day, by which they are released in batches."""
        return max([MINIMUM_GROUP, *(each.group for each in self.raises if each.since <= day)])

    def raised(self, group: int, comments: int, since: date) -> Minimums:
        """With more asked for from this day on; raises NotHigher for less than there is, or more than makes sense."""
        fits = self.group <= group <= LARGEST_MINIMUM and self.comments <= comments <= LARGEST_MINIMUM
        if not fits or comments < group:
            raise NotHigher(group, comments)
        return Minimums((*self.raises, Raise(since, group, comments)))

    def as_setting(self) -> str:
        return json.dumps([[each.since.isoformat(), each.group, each.comments] for each in self.raises])


class NotHigher(ValueError):
    """Smaller groups than are asked for already, larger ones than make sense, or comments of fewer than figures."""


def minimums_from(setting: str | None) -> Minimums:
    """What is kept as a setting; of what can't be read nothing less than the built-in."""
    if not setting:
        return Minimums()
    return Minimums(tuple(Raise(date.fromisoformat(day), int(g), int(c)) for day, g, c in json.loads(setting)))


_read: Callable[[], Minimums] = Minimums


def follow(read: Callable[[], Minimums]) -> None:
    """From now on this process keeps to what *read* gives, also once it has changed."""
    global _read
    _read = read


def minimums() -> Minimums:
    """What the organisation that this process serves asks for."""
    return _read()
