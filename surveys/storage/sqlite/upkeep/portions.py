"""What is over, and how it is taken out: so much at a time, so that nobody waits for the write lock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlite_utils import Database

from surveys.localisation.clock import zone


class Over(NamedTuple):
    """What is from before a day, of a survey (empty for what is of none)."""

    survey: str
    before: date

    @property
    def values(self) -> dict[str, str]:
        moment = datetime.combine(self.before, time(), zone()).astimezone(UTC)
        return {"survey": self.survey, "before": self.before.isoformat(), "moment": moment.isoformat()}


class RemovedPortion(NamedTuple):
    """How much went, and the keys of files to be unlinked after the commit."""

    amount: int
    files: list[str]


def found(db: Database, query: str, over: Over, most: int) -> list[str]:
    """The first keys of what a query finds."""
    rows = db.execute(f"{query} ORDER BY 1 LIMIT :most", over.values | {"most": most}).fetchall()
    return [row[0] for row in rows]
