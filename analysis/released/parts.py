"""What a page names of the answers without ever holding it: the gate puts the rows in its place.

A part stands among the arguments of `ReleasedAnswers.ask`, and the function gets the series or frame it stands for:
`answers.ask(top_two_box, Column("csat"), low=1, high=5)`. Parts are values and can be pickled, so that what is asked
can be worked out in another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.exploring import Item
from analysis.level.satisfaction import RatedDimension


class When(StrEnum):
    """Of which time: the period in view, the one before it, or both of them."""

    NOW = "now"
    BEFORE = "before"
    SINCE_BEFORE = "since before"


@dataclass(frozen=True)
class Column:
    """One column of the answers in view, as a series."""

    name: str
    when: When = When.NOW


@dataclass(frozen=True)
class Columns:
    """Several columns of the answers in view, as a frame. With *ids*, also the column `response`.

    With *people*, also `person`: what tells whose answer it is, missing where nobody knows.
    """

    names: tuple[str, ...]
    when: When = When.NOW
    ids: bool = False
    people: bool = False


@dataclass(frozen=True)
class CountedAnswers:
    """How many answers in view have each combination of these columns: a frame of them and `n`, however many they are.

    Empty for an anonymous survey, whose days could be subtracted from each other.
    """

    names: tuple[str, ...]


class Kinds(StrEnum):
    """Which comments: those that were judged, those in another language, or all that can be read."""

    JUDGED = "judged"
    OTHER_LANGUAGE = "other_language"
    READABLE = "readable"
    ALL = "all"


@dataclass(frozen=True)
class Comments:
    """The analysed comments in view, laid out as `analysis.frames` says; none where their authors are too few.

    *places*: columns of the response that stand beside each comment.
    """

    kinds: Kinds = Kinds.JUDGED
    when: When = When.NOW
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mentions:
    """The aspects in the comments in view, their labels in *language*."""

    language: str
    when: When = When.NOW


@dataclass(frozen=True)
class SelectionInView:
    """The `Selection` that methods are explored with; `of` narrows it to what a question is set against.

    `segments`: what answers may be split by, empty for an anonymous survey, as `dated` is False for it.
    """

    dimensions: Mapping[str, RatedDimension]
    overall: str | None
    segments: tuple[str, ...] = ()
    dated: bool = True
    columns: tuple[str, ...] = ()

    def of(self, *items: Item) -> SelectionInView:
        """With the columns of these questions, of the dimensions and of overall satisfaction."""
        return replace(self, columns=tuple(dict.fromkeys(_columns(items))))

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns that this takes, each once."""
        rated = [item for each in self.dimensions.values() for item in each.items]
        more = [self.overall] if self.overall else []
        return tuple(dict.fromkeys([*self.columns, *rated, *more, *self.segments, "day"]))


def _columns(items: Iterable[Item]) -> Iterable[str]:
    for item in items:
        yield from (item.column, item.other_side) if item.other_side else (item.column,)


Part = Column | Columns | CountedAnswers | Comments | Mentions | SelectionInView


def columns_of(dimensions: Mapping[str, RatedDimension], *more: str, when: When = When.NOW) -> Columns:
    """The items of these dimensions and *more* columns."""
    items = [item for each in dimensions.values() for item in each.items]
    return Columns(tuple(dict.fromkeys([*items, *filter(None, more)])), when)
