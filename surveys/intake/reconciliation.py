"""Whether the counts of a survey add up, drop-outs too: each form has an end that is counted, each answer is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.intake.submission import Event
from surveys.localisation.ordering import natural

# How a form that was sent can end, in the order in which people ask about it.
ENDS = (
    Event.ACCEPTED, Event.DUPLICATE, Event.REJECTED, Event.BROUGHT_UP, Event.STALE, Event.SIGNED_OUT, Event.LINK_ENDED,
    Event.NOT_SAVED, Event.SCREENED_OUT, Event.QUOTA_FULL,
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CountsAccount:
    """The counts of a survey, or of one day or touchpoint of it, held against the answers that are there."""

    events: Counter[str]
    kept: int

    @property
    def sent(self) -> int:
        """Forms that were sent in, repeats included."""
        return sum(self.events[event] for event in ENDS)

    @property
    def expected(self) -> int:
        """The answers that must be there."""
        return (
            self.events[Event.ACCEPTED] + self.events[Event.BROUGHT_IN] + self.events[Event.COUNTED_AGAIN]
            - self.events[Event.WITHDRAWN] - self.events[Event.TAKEN_BACK] - self.events[Event.EXPIRED]
            - self.events[Event.SET_APART]
        )  # fmt: skip

    @property
    def difference(self) -> int:
        """Answers that are there beyond those expected; negative when some are missing, 0 when all adds up."""
        return self.kept - self.expected


def reconcile(tallies: Iterable[Row], kept: Iterable[Row]) -> CountsAccount:
    """The account of everything in these rows: *tallies* of (event, times), *kept* of (times)."""
    events = Counter[str]()
    for row in tallies:
        events[row["event"]] += row["times"]
    return CountsAccount(events, sum(row["times"] for row in kept))


def reconciled_by(column: str, tallies: Sequence[Row], kept: Sequence[Row]) -> dict[str, CountsAccount]:
    """An account for each value of *column*, ``day`` or ``touchpoint``; their sum is the account of everything.

    A withdrawal counts on its own day, so days need not add up by themselves; touchpoints do.
    """
    parts: defaultdict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in tallies:
        parts[row[column]][0].append(row)
    for row in kept:
        parts[row[column]][1].append(row)
    return {value: reconcile(*parts[value]) for value in sorted(parts, key=natural)}


def by_month(rows: Iterable[Row]) -> list[Row]:
    """The same rows with months for days: of an anonymous survey a day may stand for one person."""
    return [{**row, "day": row["day"][:7]} for row in rows]


TYPED = "paper"  # the channel of answers that somebody typed in from a sheet


def typed_share(kept: Iterable[Row]) -> tuple[int, int]:
    """How many of the answers that are there somebody typed in, and how many there are."""
    channels = by_channel(kept)
    return channels[TYPED], channels.total()


def by_channel(kept: Iterable[Row]) -> Counter[str]:
    """The answers that are there, by the channel they came through."""
    channels = Counter[str]()
    for row in kept:
        channels[row["channel"]] += row["times"]
    return channels
