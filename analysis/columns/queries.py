"""A slice as a query over the files of a copy. Names come from the project alone; values are bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analysis.columns import receipt
from analysis.columns.manifest import Manifest, month_of
from analysis.columns.source import Slice
from surveys.definition.breakdowns.bands import band_ends


@dataclass(frozen=True)
class Query:
    """SQL with the values of its question marks."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class FilterColumn:
    """A column of the files that answers can be filtered by."""

    text: str
    numeric: bool = False


Filters = Callable[[str], FilterColumn]
"""From the name that a column has in frames; raises ValueError for what is none."""


def rows_of(kind: str, manifest: Manifest, folder: Path, wanted: Slice) -> Query:
    """All rows of a kind in the months of the slice, each once, by day: a day's own file stands for what its month has.

    Whole months in a row are read as one; a month with days of their own falls into the days before and after each.
    """
    parts, together = list[Query](), [str(folder / manifest.empty[kind])]
    own = {day: str(folder / part.files[kind]) for day, part in sorted(manifest.days.items())}
    for month in sorted({*manifest.months, *map(month_of, own)}):
        if not _touches(month, wanted):
            continue
        whole = manifest.months.get(month)
        path = str(folder / whole.files[kind]) if whole else None
        days = [day for day in own if month_of(day) == month]
        if not days and path:
            together.append(path)
            continue
        parts += [_files(together)] if together else []
        after = date.min
        for day in days:
            parts += [_files([path], after, day)] if path else []
            parts.append(_files([own[day]]))
            after = day + timedelta(days=1)
        parts += [_files([path], after)] if path else []
        together = []
    parts += [_files(together)] if together else []
    return Query(f"({' UNION ALL BY NAME '.join(part.text for part in parts)})", _values(parts))


def _files(paths: list[str], first: date | None = None, before: date | None = None) -> Query:
    bounds = [Query("received_on >= ?::DATE", (first,))] if first else []
    bounds += [Query("received_on < ?::DATE", (before,))] if before else []
    where = f" WHERE {' AND '.join(each.text for each in bounds)}" if bounds else ""
    return Query(f"SELECT * FROM read_parquet(?){where}", (paths, *_values(bounds)))  # noqa: S608  words of this file


def _values(parts: Iterable[Query]) -> tuple[Any, ...]:
    return tuple(value for part in parts for value in part.values)


def _touches(month: str, wanted: Slice) -> bool:
    after = wanted.first is None or month >= month_of(wanted.first)
    return after and (wanted.last is None or month <= month_of(wanted.last))


def condition(wanted: Slice, filters: Filters) -> Query:
    """What has to hold of a response for it to be in the slice."""
    parts = [Query("true")]
    if wanted.departments is not None:
        parts.append(Query("list_contains(?::VARCHAR[], department)", (list(wanted.departments),)))
    if wanted.rounds is not None:
        parts.append(Query("list_contains(?::VARCHAR[], round)", (list(wanted.rounds),)))
    for column, code in wanted.where:
        parts.append(_is(filters(column), code))
    if wanted.first is not None:
        parts.append(Query("received_on >= ?::DATE", (wanted.first,)))
    if wanted.last is not None:
        parts.append(Query("received_on <= ?::DATE", (wanted.last,)))
    if wanted.until is not None:
        departments, days = [name for name, _ in wanted.until], [day for _, day in wanted.until]
        last = "list_extract(?::DATE[], list_position(?::VARCHAR[], coalesce(department, '')))"
        parts.append(Query(f"received_on <= {last}", (days, departments)))
    return Query(" AND ".join(part.text for part in parts), _values(parts))


def _is(column: FilterColumn, code: str) -> Query:
    """That a column has this code; that a number lies in this band, or is this one."""
    if not column.numeric:
        return Query(f"{column.text} = ?", (code,))
    ends = band_ends(code)
    if ends is None:
        return Query(f"{column.text} = TRY_CAST(?::VARCHAR AS DOUBLE)", (code,))
    low, high = ([Query(f"{column.text} {how} ?", (end,))] for how, end in zip((">=", "<"), ends, strict=True))
    bounds = (low if ends[0] is not None else []) + (high if ends[1] is not None else [])
    return Query(" AND ".join(part.text for part in bounds) or "true", _values(bounds))


def with_files(source: Query, table: str) -> Query:
    """The answers with what stands in the files of those who gave them: of a *table* of files by their `file`."""
    return Query(f"(SELECT * FROM {source.text} AS given LEFT JOIN {table} ON file = given.contact)", source.values)  # noqa: S608


def spread(source: Query, wanted: Slice, columns: Sequence[str], zone: str, filters: Filters) -> Query:
    """One row: of each column its smallest and its largest value."""
    where = condition(wanted, filters)
    chosen = ", ".join(f"min({column}) AS a{place}, max({column}) AS b{place}" for place, column in enumerate(columns))
    text = f"SELECT {chosen} FROM {_with_moment(source)} WHERE {where.text}"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


def quartiles(source: Query, wanted: Slice, columns: Sequence[str], zone: str, filters: Filters) -> Query:
    """One row: of each column of numbers its smallest value and its three quartiles."""
    where = condition(wanted, filters)
    chosen = ", ".join(
        f"min({column}) AS a{place}, quantile_cont({column}, [0.25, 0.5, 0.75]) AS b{place}"
        for place, column in enumerate(columns)
    )
    text = f"SELECT {chosen} FROM {_with_moment(source)} WHERE {where.text}"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


MOMENT = "moment"
"""When a response came: where only the day is known its beginning, in the time zone that is bound."""


def responses(
    source: Query, wanted: Slice, columns: Sequence[str], zone: str, filters: Filters, *, in_order: bool
) -> Query:  # fmt: skip
    """These stored columns in the order of receipt, which is that of the files where they are *in_order*."""
    chosen, where = ", ".join(columns) or "response", condition(wanted, filters)
    order = "" if in_order else "ORDER BY moment, response"
    text = f"SELECT {chosen} FROM {_with_moment(source)} WHERE {where.text} {order}"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


def _with_moment(source: Query) -> str:
    return f"(SELECT *, {receipt.MOMENT} AS moment FROM {source.text})"  # noqa: S608  words of the project


def counts(source: Query, wanted: Slice, columns: Sequence[str], zone: str, filters: Filters) -> Query:
    """How many responses there are of each combination."""
    where = condition(wanted, filters)
    chosen = "".join(f"{column}, " for column in columns)
    places = ", ".join(str(place) for place in range(1, len(columns) + 1))
    grouped = f"GROUP BY {places} ORDER BY {places}" if columns else ""
    text = f"SELECT {chosen}count(*) AS n FROM {_with_moment(source)} WHERE {where.text} {grouped}"  # noqa: S608  see above
    return Query(text, (zone, *source.values, *where.values))


def beside(
    source: Query, answers: Query, wanted: Slice, columns: Sequence[str], order: str, filters: Filters
) -> Query:  # fmt: skip
    """Comments or mentions of the responses in the slice, joined by their key; all of them stand in order already."""
    chosen, where = ", ".join(f'"{column}"' for column in columns), condition(wanted, filters)
    if not where.values:
        return Query(f"SELECT {chosen} FROM {source.text}", source.values)  # noqa: S608  see above
    text = f"""SELECT {chosen} FROM {source.text} WHERE response IN
        (SELECT response FROM {answers.text} WHERE {where.text}) ORDER BY {order}"""  # noqa: S608  see above
    return Query(text, (*source.values, *answers.values, *where.values))
