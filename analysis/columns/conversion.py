"""From tables of the engine to the frames of `analysis.frames`, type by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.columns.layout import CopyLayout
from analysis.columns.queries import MOMENT, FilterColumn
from analysis.frames import CONTEXT, PERSON
from surveys.definition.breakdowns.breakdown import OF_FILE
from surveys.definition.context.kinds import is_numeric
from surveys.localisation.clock import zone

_OWN = {"response": "response", PERSON: "contact", "received_at": MOMENT, "day": "received_on"}
_STORED = {**_OWN, **{name: name for name in CONTEXT}}


def stored_column(layout: CopyLayout, name: str, files: Mapping[str, str] = MappingProxyType({})) -> str:
    """What stands in the files for a column of the frames; raises KeyError. *files*: attributes of people's files."""
    own = {column.name: column.stored for column in layout.items()} | layout.fact_columns() | dict(files)
    if name not in _STORED and name not in own:
        raise KeyError(f"no column {name!r}; there are {', '.join([*_STORED, *own])}")
    return _STORED.get(name) or own[name]


def filter_column(layout: CopyLayout, name: str, files: Mapping[str, str]) -> FilterColumn:
    """The same to filter by; raises ValueError."""
    numbers = {column.name for column in layout.items() if column.numeric}
    numbers |= {each for each, fact in layout.facts.items() if is_numeric(fact)}
    numbers |= {each for each in files if each.startswith(f"{OF_FILE}worth.")}
    if name in ("response", PERSON, "received_at", "day"):
        raise ValueError(f"responses can't be filtered by {name!r}")
    try:
        return FilterColumn(f'"{stored_column(layout, name, files)}"', name in numbers)
    except KeyError as error:
        raise ValueError(f"responses can't be filtered by {name!r}: {error}") from None


def frame_of(table: pa.Table, columns: Sequence[str], layout: CopyLayout) -> pd.DataFrame:
    """A frame of these columns from a table that has them in this order, whatever they are called there."""
    items = {column.name: "float64" if column.numeric else "object" for column in layout.items()}
    numbers = {name: "float64" for name, fact in layout.facts.items() if is_numeric(fact)}
    numbers |= {name: "float64" for name in columns if name.startswith(f"{OF_FILE}worth.")}
    types = {"received_at": "moment", "day": "day"} | numbers | items
    return pd.DataFrame({name: series(table.column(n), types.get(name, "str")) for n, name in enumerate(columns)})


def series(column: pa.ChunkedArray, kind: str) -> pd.Series:
    """*kind*: a type of pandas, or `moment` or `day`."""
    return _SERIES.get(kind, _plain)(column, kind)


def _plain(column: pa.ChunkedArray, kind: str) -> pd.Series:
    return pd.Series(column.to_numpy().astype(kind, copy=False))


def _numbers(column: pa.ChunkedArray, kind: str) -> pd.Series:
    return pd.Series(column.cast(pa.float64()).to_numpy().astype("float64", copy=False))


def _texts(column: pa.ChunkedArray, kind: str) -> pd.Series:
    return pd.Series(pd.array(column.cast(pa.large_string()), dtype="str"))


def _objects(column: pa.ChunkedArray, kind: str) -> pd.Series:
    """Each different text is one object."""
    encoded = column.dictionary_encode().combine_chunks()
    chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    parts = [_looked_up(chunk) for chunk in chunks]
    return pd.Series(np.concatenate(parts) if parts else np.array([], dtype=object), dtype="object")


def _looked_up(encoded: pa.DictionaryArray) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    texts = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)  # what is missing is looked up last
    places: np.ndarray[tuple[int], np.dtype[np.int64]] = encoded.indices.fill_null(len(texts) - 1).to_numpy()
    return texts[places]


def _moments(column: pa.ChunkedArray, kind: str) -> pd.Series:
    naive = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")).to_numpy()
    return pd.Series(naive.astype("datetime64[us]")).dt.tz_localize("UTC").dt.tz_convert(zone())


def _days(column: pa.ChunkedArray, kind: str) -> pd.Series:
    return pd.Series(column.cast(pa.timestamp("s")).to_numpy().astype("datetime64[s]"))


_SERIES: Mapping[str, Callable[[pa.ChunkedArray, str], pd.Series]] = {
    "float64": _numbers, "str": _texts, "object": _objects, "moment": _moments, "day": _days,
}  # fmt: skip
