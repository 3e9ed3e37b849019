"""The rows that stand for the parts which a page names: the gate alone asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.exploring import Selection
from analysis.frames import PERSON
from analysis.released.parts import Column, Columns, Comments, CountedAnswers, Mentions, SelectionInView, When
from analysis.released.released_rows import Rows


def resolved(rows: Callable[[], Rows], part: Any) -> Any:
    """The rows that a part stands for; anything else is itself, and no rows are read for it."""
    resolve = _RESOLVED.get(type(part))
    return part if resolve is None else resolve(rows(), part)


def _column(rows: Rows, part: Column) -> pd.Series:
    frame = rows.columns([part.name], part.when)
    return frame[part.name] if part.name in frame else pd.Series(None, index=frame.index, dtype=float)


def _columns(rows: Rows, part: Columns) -> pd.DataFrame:
    found = rows.columns([*(["response"] if part.ids else []), *part.names], part.when)
    return found.assign(**{PERSON: rows.people(part.when)}) if part.people else found


def _counted(rows: Rows, part: CountedAnswers) -> pd.DataFrame:
    return rows.counted(part.names)


def _comments(rows: Rows, part: Comments) -> pd.DataFrame:
    return rows.comments(part.kinds, part.when, part.places)


def _mentions(rows: Rows, part: Mentions) -> pd.DataFrame:
    return rows.mentions(part.language, part.when)


def _selection(rows: Rows, part: SelectionInView) -> Selection:
    now, earlier = (rows.columns(part.wanted, when) for when in (When.NOW, When.BEFORE))
    return Selection(now, None if earlier.empty else earlier, part.dimensions, part.overall, part.segments, part.dated)


_RESOLVED: dict[type, Callable[[Rows, Any], Any]] = {
    Column: _column, Columns: _columns, CountedAnswers: _counted, Comments: _comments, Mentions: _mentions,
    SelectionInView: _selection,
}  # fmt: skip
