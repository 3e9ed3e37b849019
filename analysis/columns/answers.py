"""The answers as the analysis reads them: from the columnar copy, which is brought up to date as its age demands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pandas as pd
import pyarrow as pa

from analysis.columns import queries
from analysis.columns.conversion import frame_of, series, stored_column
from analysis.columns.copies import Copies, Copy
from analysis.columns.engine import Failure
from analysis.columns.queries import Query
from analysis.columns.source import Slice, SourceState
from analysis.columns.tables import ANSWERS, COMMENTS, MENTIONS
from analysis.frames import COMMENT_TYPES, CONTEXT, MENTION_TYPES

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

    def state(self, survey: str) -> SourceState:
        copy = self._copies.readable(survey, self._age)
        return SourceState(f"{copy.manifest.name}·{copy.manifest.until}", copy.at)

    def stands(self, survey: str) -> bool:
        return self._copies.stands(survey)

    def columns(self, survey: str) -> tuple[str, ...]:
        layout = self._copies.readable(survey, self._age).layout
        return ("response", "received_at", "day", *CONTEXT, *layout.facts, *(each.name for each in layout.items()))

    def responses(self, wanted: Slice, columns: Sequence[str]) -> pd.DataFrame:
        def query(copy: Copy) -> Query:
            ordered, rows = copy.manifest.in_order, _rows(ANSWERS, copy, wanted)
            return queries.responses(rows, wanted, _stored(copy, columns), copy.manifest.zone, in_order=ordered)

        copy, table = self._read(wanted.survey, query)
        return frame_of(table, columns, copy.layout)

    def counts(self, wanted: Slice, by: Sequence[str]) -> pd.DataFrame:
        def query(copy: Copy) -> Query:
            return queries.counts(_rows(ANSWERS, copy, wanted), wanted, _stored(copy, by), copy.manifest.zone)

        copy, table = self._read(wanted.survey, query)
        return frame_of(table, by, copy.layout).assign(n=series(table.column("n"), "int64"))

    def comments(self, wanted: Slice) -> pd.DataFrame:
        return self._beside(COMMENTS, wanted, COMMENT_TYPES, "received_on, response, item")

    def mentions(self, wanted: Slice) -> pd.DataFrame:
        return self._beside(MENTIONS, wanted, MENTION_TYPES, "received_on, response, item, place")

    def _beside(self, kind: str, wanted: Slice, types: Mapping[str, str], order: str) -> pd.DataFrame:
        def query(copy: Copy) -> Query:
            found, answers = (_rows(each, copy, wanted) for each in (kind, ANSWERS))
            return queries.beside(found, answers, wanted, list(types), order)

        _, table = self._read(wanted.survey, query)
        return pd.DataFrame({name: series(table.column(name), kind) for name, kind in types.items()})

    def _read(self, survey: str, query: Callable[[Copy], Query]) -> tuple[Copy, pa.Table]:
        """The result of a query over the files there are. A copy whose files can't be read is made anew."""
        for left in reversed(range(_TRIES)):
            copy = self._copies.readable(survey, self._age)
            asked = query(copy)
            try:
                return copy, self._copies.engine.table(asked.text, asked.values)
            except Failure as failure:
                if not left:
                    raise
                if left == 1:
                    _log.warning("the copy of %s is made anew after %s", survey, type(failure).__name__)
                    self._copies.void(survey)
        raise AssertionError("unreachable")


def _rows(kind: str, copy: Copy, wanted: Slice) -> Query:
    return queries.rows_of(kind, copy.manifest, copy.folder, wanted)


def _stored(copy: Copy, columns: Sequence[str]) -> list[str]:
    return [f"{stored_column(copy.layout, name)} AS x{place}" for place, name in enumerate(columns)]
