"""The rows of answers, of what was found in them and of what people said about that, by survey and day, as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.storage.records.changes import FINDING_COLUMNS, RESPONSE_COLUMNS, REVIEW_COLUMNS
from surveys.storage.sqlite.connection import Connections

Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Reading:
    """A statement over one day, in the order of the columns at the places *key*; *begin* comes before every key."""

    statement: str
    begin: Row
    key: tuple[int, ...] = (0, 1)


class RawAnswerTable:
    """Implements `surveys.storage.records.protocols.RawAnswers`.

    Between two chunks no transaction is open: a reader that takes its time keeps nothing in the write-ahead log.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def days(self) -> list[tuple[str, date, int]]:
        with self._connections.reading() as db:
            return [(survey, date.fromisoformat(day), n) for survey, day, n in db.execute(_DAYS)]

    def responses(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[Row]]:
        return self._read(_RESPONSES, survey, days, chunk)

    def findings(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[Row]]:
        return self._read(_FINDINGS, survey, days, chunk)

    def reviews(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[Row]]:
        for rows in self._read(_REVIEWS, survey, days, chunk):
            yield [row[1:] for row in rows]

    def _read(self, reading: _Reading, survey: str, days: Sequence[date], chunk: int) -> Iterator[list[Row]]:
        """Chunks of rows over all *days*, each full but the last one."""
        found: list[Row] = []
        for day in sorted(set(days)):
            after, more = reading.begin, True
            while more:
                wanted = chunk - len(found)
                with self._connections.reading() as db:
                    values = [survey, day.isoformat(), wanted, *after]
                    rows = db.conn.execute(reading.statement, values).fetchall()
                found += rows
                if more := len(rows) == wanted:
                    after = tuple(rows[-1][place] for place in reading.key)
                    yield found
                    found = []
        if found:
            yield found


_DAYS = "SELECT survey, received_on, count(*) FROM responses GROUP BY survey, received_on ORDER BY survey, received_on"

_RESPONSES = _Reading(
    f"SELECT {', '.join(RESPONSE_COLUMNS)} FROM responses "  # noqa: S608  columns that are named in the project
    "WHERE survey = ?1 AND received_on = ?2 AND id > ?4 ORDER BY id LIMIT ?3",
    begin=("",), key=(0,),
)  # fmt: skip


def _beside(table: str, columns: Sequence[str], key: str) -> str:
    """Rows that hang on the answers of a day: the index of the day gives the answers, the key of the table the rows."""
    return (
        f"SELECT {', '.join(columns)} FROM responses CROSS JOIN {table} ON {table}.response = responses.id "  # noqa: S608
        "WHERE responses.survey = ?1 AND responses.received_on = ?2 AND responses.id >= ?4 "
        f"AND (responses.id > ?4 OR {table}.{key} > ?5) ORDER BY responses.id, {table}.{key} LIMIT ?3"
    )


_FINDINGS = _Reading(_beside("findings", FINDING_COLUMNS, "item"), begin=("", ""))
_REVIEWS = _Reading(_beside("reviews", ("reviews.id", *REVIEW_COLUMNS), "id"), begin=("", 0), key=(1, 0))
