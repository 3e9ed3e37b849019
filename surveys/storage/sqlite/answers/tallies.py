"""How often what happened to forms, by survey, day and touchpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlite_utils import Database

from surveys.intake.submission import Event, Outcome, Submission
from surveys.storage.sqlite.answers.key_order import rewrite

_COUNT = """
INSERT INTO tallies (survey, day, touchpoint, event, times) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (survey, day, touchpoint, event) DO UPDATE SET times = tallies.times + excluded.times"""

TALLIED = {
    Outcome.ACCEPTED: Event.ACCEPTED,
    Outcome.DUPLICATE: Event.DUPLICATE,
    Outcome.ALREADY_ANSWERED: Event.DUPLICATE,
    Outcome.LINK_ENDED: Event.LINK_ENDED,
    Outcome.CALL_ENDED: Event.LINK_ENDED,
    Outcome.QUOTA_FULL: Event.QUOTA_FULL,
}


def tally(db: Database, submissions: Sequence[Submission], events: Sequence[Event]) -> None:
    counts = Counter(
        (each.survey, each.received_on.isoformat(), each.touchpoint or "", event.value)
        for each, event in zip(submissions, events, strict=True)
    )
    add_tallies(db, [(*key, times) for key, times in counts.items()])


def add_tallies(db: Database, counts: Sequence[tuple[str, str, str, str, int]]) -> None:
    """Add to tallies; those of a day are written anew by key when there is a new one, or they told what came first."""
    there = "SELECT 1 FROM tallies WHERE survey = ? AND day = ? AND touchpoint = ? AND event = ?"
    new = {(key[0], key[1]) for *key, _ in counts if not db.conn.execute(there, key).fetchone()}
    db.conn.executemany(_COUNT, counts)
    for survey, day in sorted(new):
        rewrite(db, "tallies", "survey = ? AND day = ?", [survey, day])
