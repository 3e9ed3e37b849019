"""Who answers for what: dimensions and topics, by their codes, each with the department that owns it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
RESPONSIBILITIES = "responsibilities"  # the setting under which they are kept


class OwnedTwice(ValueError):
    """A topic was given to two departments; `topics` are their codes."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self.topics = topics
        super().__init__(f"{', '.join(topics)}: given to more than one department; leave each to one")


def owners(kept: str | None) -> dict[str, str]:
    """The owning department by the code of the dimension or topic, as the setting keeps it."""
    return {str(topic): str(department) for topic, department in json.loads(kept or "{}").items()}


def as_setting(owned: Mapping[str, tuple[str, ...]]) -> str:
    """The setting for what each department owns. Raises OwnedTwice."""
    every = [topic for topics in owned.values() for topic in topics]
    if twice := tuple(sorted({each for each in every if every.count(each) > 1})):
        raise OwnedTwice(twice)
    return json.dumps({topic: department for department, topics in owned.items() for topic in topics}, sort_keys=True)


def theirs(kept: str | None, departments: tuple[str, ...]) -> frozenset[str]:
    """The codes of what these departments own."""
    return frozenset(topic for topic, department in owners(kept).items() if department in departments)


def theirs_first(things: Sequence[T], owned: Collection[str], code: Callable[[T], str]) -> list[T]:
    """The same things, those whose code is *owned* before the others, either in the order they had."""
    return sorted(things, key=lambda each: code(each) not in owned)
