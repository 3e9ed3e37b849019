"""Charts as browsers are sent them: of the same figures drawn once, for drawing one takes a tenth of a second.

Vega-Lite as plain data, so that nobody has to hold or convert the chart itself again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import altair as alt
import pyarrow as pa

from analysis.caching.kept_property import kept_property
from analysis.caching.shared_results import SharedResults
from analysis.charts.chart_files import in_the_dark

MOST = 500  # charts that are kept, of some ten thousand bytes each


@dataclass(frozen=True)
class DrawnChart:
    """One chart. `spec` has its data as records and can stand alone. All have the same one, so nobody changes it."""

    spec: Mapping[str, Any]

    @kept_property
    def light(self) -> dict[str, Any]:
        """For a page: its data are Arrow streams."""
        datasets = self.spec.get("datasets", {})
        return {**self.spec, "datasets": {name: _stream(rows) for name, rows in datasets.items()}}

    @kept_property
    def dark(self) -> dict[str, Any]:
        """The same on a dark ground."""
        return in_the_dark(self.light)


def drawn(draw: Callable[..., alt.LayerChart], *shown: Any, **settings: Any) -> DrawnChart:
    """What *draw* makes of these figures: a function of a module, which gives the same for the same."""
    told = pickle.dumps((draw.__module__, draw.__qualname__, shown, sorted(settings.items())))
    key = blake2b(told, digest_size=16).digest()
    found: DrawnChart = _DRAWN.get(key, lambda: DrawnChart(draw(*shown, **settings).to_dict(validate=False)))
    return found


_DRAWN = SharedResults(MOST)


def _stream(rows: list[dict[str, Any]]) -> bytes | list[dict[str, Any]]:
    """Rows as Arrow writes a table; as they are where a column has values of several kinds."""
    try:
        table = pa.Table.from_pylist(rows)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return rows
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    written: bytes = sink.getvalue().to_pybytes()
    return written
