"""A slice as a query over the files of a copy. Names come from the project alone; values are bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.columns.manifest import Manifest, month_of
from analysis.columns.source import Slice
from analysis.frames import CONTEXT


@dataclass(frozen=True)
class Query:
    """SQL with the values of its question marks."""

    text: str
    values: tuple[Any, ...] = ()


def rows_of(kind: str, manifest: Manifest, folder: Path, wanted: Slice) -> Query:
    """All rows of a kind in the months of the slice, each once: a day's own file stands for what its month has."""
    months = [part.files[kind] for month, part in manifest.months.items() if _touches(month, wanted)]
    days = [part.files[kind] for day, part in manifest.days.items() if _touches(month_of(day), wanted)]
    paths = [[str(folder / name) for name in (manifest.empty[kind], *names)] for names in (months, days)]
    text = """(SELECT * FROM read_parquet(?) WHERE NOT list_contains(?::DATE[], received_on)
        UNION ALL BY NAME SELECT * FROM read_parquet(?))"""
    return Query(text, (paths[0], list(manifest.days), paths[1]))


def _touches(month: str, wanted: Slice) -> bool:
    after = wanted.first is None or month >= month_of(wanted.first)
    return after and (wanted.last is None or month <= month_of(wanted.last))


def condition(wanted: Slice) -> Query:
    """What has to hold of a response for it to be in the slice."""
    parts = [Query("true")]
    if wanted.departments is not None:
        parts.append(Query("list_contains(?::VARCHAR[], department)", (list(wanted.departments),)))
    for column, code in wanted.where:
        parts.append(Query(f"{_context(column)} = ?", (code,)))
    if wanted.first is not None:
        parts.append(Query("received_on >= ?::DATE", (wanted.first,)))
    if wanted.last is not None:
        parts.append(Query("received_on <= ?::DATE", (wanted.last,)))
    if wanted.until is not None:
        departments, days = [name for name, _ in wanted.until], [day for _, day in wanted.until]
        last = "list_extract(?::DATE[], list_position(?::VARCHAR[], coalesce(department, '')))"
        parts.append(Query(f"received_on <= {last}", (days, departments)))
    return Query(" AND ".join(part.text for part in parts), tuple(value for part in parts for value in part.values))


def _context(column: str) -> str:
    if column not in CONTEXT:
        raise ValueError(f"responses can't be filtered by {column!r}; there are {', '.join(CONTEXT)}")
    return column


MOMENT = "moment"
"""When a response came: where only the day is known its beginning, in the time zone that is bound."""
_WITH_MOMENT = """(SELECT *, coalesce(received_at AT TIME ZONE 'UTC', received_on::TIMESTAMP AT TIME ZONE ?) AS moment
    FROM {rows})"""


def responses(source: Query, wanted: Slice, columns: Sequence[str], zone: str) -> Query:
    """These stored columns in the order of receipt."""
    chosen, where = ", ".join(columns) or "response", condition(wanted)
    rows = _WITH_MOMENT.format(rows=source.text)
    text = f"SELECT {chosen} FROM {rows} WHERE {where.text} ORDER BY moment, response"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


def counts(source: Query, wanted: Slice, columns: Sequence[str], zone: str) -> Query:
    """How many responses there are of each combination."""
    where = condition(wanted)
    chosen = "".join(f"{column}, " for column in columns)
    places = ", ".join(str(place) for place in range(1, len(columns) + 1))
    grouped = f"GROUP BY {places} ORDER BY {places}" if columns else ""
    rows = _WITH_MOMENT.format(rows=source.text)
    text = f"SELECT {chosen}count(*) AS n FROM {rows} WHERE {where.text} {grouped}"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


def beside(source: Query, answers: Query, wanted: Slice, columns: Sequence[str], order: str) -> Query:
    """Comments or mentions of the responses in the slice, joined by their key."""
    chosen, where = ", ".join(f'"{column}"' for column in columns), condition(wanted)
    text = f"""SELECT {chosen} FROM {source.text} WHERE response IN
        (SELECT response FROM {answers.text} WHERE {where.text}) ORDER BY {order}"""  # noqa: S608  see above
    return Query(text, (*source.values, *answers.values, *where.values))
