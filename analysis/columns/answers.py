"""The answers as the analysis reads them: from the columnar copy, which is brought up to date as its age demands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from analysis.columns import queries
from analysis.columns.contact_files import TABLE
from analysis.columns.conversion import filter_column, frame_of, series, stored_column
from analysis.columns.copies import Copies, Copy
from analysis.columns.engine import Failure
from analysis.columns.layout import CopyLayout
from analysis.columns.queries import Query
from analysis.columns.small_slices import SmallSlices
from analysis.columns.source import Slice, SourceState
from analysis.columns.tables import ANSWERS, COMMENTS, MENTIONS
from analysis.facts import is_of_file
from analysis.frames import COMMENT_TYPES, CONTEXT, MENTION_TYPES
from surveys.definition.breakdowns.breakdown import OF_FILE

Files = Mapping[str, str]  # attributes of people's files, by name: the columns of their table
Asked = Callable[[Copy, Files], Query]
_log = logging.getLogger(__name__)
_TRIES = 3  # files may be replaced between the look at what there is and the reading


class ColumnarAnswers:
    """Implements `AnswerSource` over Parquet files and DuckDB.

    What it gives is at most *age* old: within it, changes of the database are left for later; beyond it the copy is
    renewed before it is read, unless somebody is about to renew it. Of an anonymous survey it has the days that are
    over.
    """

    def __init__(self, copies: Copies, *, age: timedelta = timedelta(0)) -> None:
        self._copies, self._age = copies, age
        self._small = SmallSlices(self._responses, lambda wanted: int(self.counts(wanted, ())["n"].sum()))

    def state(self, survey: str) -> SourceState:
        copy = self._copies.readable(survey, self._age)
        files = "" if copy.layout.anonymous else f"·{self._copies.files.stamp()}"
        return SourceState(f"{_state_of(copy)}{files}", copy.at)

    def stands(self, survey: str) -> bool:
        return self._copies.stands(survey)

    def columns(self, survey: str) -> tuple[str, ...]:
        layout = self._copies.readable(survey, self._age).layout
        own = ("response", "received_at", "day", *CONTEXT, *layout.facts, *(each.name for each in layout.items()))
        return (*own, *self._attributes(layout))

    def responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        copy = self._copies.readable(wanted.survey, self._age)
        state = self.state(wanted.survey).name if any(map(is_of_file, dict(wanted.where))) else _state_of(copy)
        kept = self._small.responses(state, copy.layout, wanted, columns)
        return self._responses(wanted, columns) if kept is None else kept

    def _responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        def query(copy: Copy, files: Files) -> Query:
            ordered, rows = copy.manifest.in_order, _rows(ANSWERS, copy, wanted, files)
            stored, zone = _stored(copy, columns, files), copy.manifest.zone
            return queries.responses(rows, wanted, stored, zone, _filters(copy, files), in_order=ordered and not files)

        copy, table = self._read(wanted, columns, query)
        return frame_of(table, columns, copy.layout)

    def counts(self, wanted: Slice, by: Sequence[str]) -> pd.DataFrame:
        def query(copy: Copy, files: Files) -> Query:
            rows, stored = _rows(ANSWERS, copy, wanted, files), _stored(copy, by, files)
            return queries.counts(rows, wanted, stored, copy.manifest.zone, _filters(copy, files))

        copy, table = self._read(wanted, by, query)
        return frame_of(table, by, copy.layout).assign(n=series(table.column("n"), "int64"))

    def spread(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        def query(copy: Copy, files: Files) -> Query:
            rows, stored = _rows(ANSWERS, copy, wanted, files), _plain(copy, columns, files)
            return queries.spread(rows, wanted, stored, copy.manifest.zone, _filters(copy, files))

        return self._ends(wanted, columns, query) if columns else {}

    def quartiles(self, wanted: Slice, columns: Sequence[str]) -> dict[str, tuple[float | None, list[float] | None]]:
        def query(copy: Copy, files: Files) -> Query:
            rows, stored = _rows(ANSWERS, copy, wanted, files), _plain(copy, columns, files)
            return queries.quartiles(rows, wanted, stored, copy.manifest.zone, _filters(copy, files))

        return self._ends(wanted, columns, query) if columns else {}

    def _ends(self, wanted: Slice, columns: Sequence[str], query: Asked) -> dict[str, tuple[Any, Any]]:
        _, table = self._read(wanted, columns, query)
        [row] = table.to_pylist()
        return {name: (row[f"a{place}"], row[f"b{place}"]) for place, name in enumerate(columns)}

    def comments(self, wanted: Slice) -> pd.DataFrame:
        return self._beside(COMMENTS, wanted, COMMENT_TYPES, "received_on, response, item")

    def mentions(self, wanted: Slice) -> pd.DataFrame:
        return self._beside(MENTIONS, wanted, MENTION_TYPES, "received_on, response, item, place")

    def _beside(self, kind: str, wanted: Slice, types: Mapping[str, str], order: str) -> pd.DataFrame:
        def query(copy: Copy, files: Files) -> Query:
            found, answers = _rows(kind, copy, wanted, {}), _rows(ANSWERS, copy, wanted, files)
            return queries.beside(found, answers, wanted, list(types), order, _filters(copy, files))

        _, table = self._read(wanted, (), query)
        return pd.DataFrame({name: series(table.column(name), kind) for name, kind in types.items()})

    def _attributes(self, layout: CopyLayout) -> tuple[str, ...]:
        """What stands in people's files, which answers to an anonymous survey lead to none of."""
        return () if layout.anonymous else tuple(f"{OF_FILE}{each}" for each in self._copies.files.attributes())

    def _files(self, layout: CopyLayout, names: Iterable[str]) -> Files:
        """The columns of people's files among these, as their table has them; empty where it need not be looked at."""
        wanted = [each.removeprefix(OF_FILE) for each in names if is_of_file(each) and not layout.anonymous]
        stored = {each: self._copies.files.stored_attribute(each) for each in wanted}
        return {f"{OF_FILE}{name}": column for name, column in stored.items() if column is not None}

    def _read(self, wanted: Slice, columns: Sequence[str], query: Asked) -> tuple[Copy, pa.Table]:
        """The result of a query over the files there are. A copy whose files can't be read is made anew."""
        names = [*columns, *(column for column, _code in wanted.where)]
        for left in reversed(range(_TRIES)):
            copy = self._copies.readable(wanted.survey, self._age)
            files = self._files(copy.layout, names)
            asked = query(copy, files)
            try:
                frames = {TABLE: self._copies.files.table()} if files else None
                return copy, self._copies.engine.table(asked.text, asked.values, frames)
            except Failure as failure:
                if not left:
                    raise
                if left == 1:
                    _log.warning("the copy of %s is made anew after %s", wanted.survey, type(failure).__name__)
                    self._copies.void(wanted.survey)
        raise AssertionError("unreachable")


def _state_of(copy: Copy) -> str:
    return f"{copy.manifest.name}·{copy.manifest.until}"


def _rows(kind: str, copy: Copy, wanted: Slice, files: Files) -> Query:
    found = queries.rows_of(kind, copy.manifest, copy.folder, wanted)
    return queries.with_files(found, TABLE) if files else found


def _filters(copy: Copy, files: Files) -> queries.Filters:
    return lambda name: filter_column(copy.layout, name, files)


def _plain(copy: Copy, columns: Sequence[str], files: Files) -> list[str]:
    return [stored_column(copy.layout, name, files) for name in columns]


def _stored(copy: Copy, columns: Sequence[str], files: Files) -> list[str]:
    return [f"{each} AS x{place}" for place, each in enumerate(_plain(copy, columns, files))]
