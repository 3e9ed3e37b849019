"""Charts are drawn once for all who see the same figures, and sent as browsers want them."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest

from analysis.charts.charts import heat_chart, net_promoter_chart, weight_histogram
from analysis.charts.drawing import calm
from analysis.charts.drawn import DrawnChart, drawn

CELLS = pd.DataFrame({
    "row": ["城东", "城西"], "column": ["态度", "态度"], "value": [3.2, None], "low": [3.0, None], "high": [3.4, None],
    "n": [30, 2],
})  # fmt: skip
BEGUN: list[object] = []


def counted(value: float) -> alt.LayerChart:
    BEGUN.append(value)
    return calm(50, alt.Chart(pd.DataFrame({"x": [value]})).mark_point().encode(x="x:Q"))


def test_the_same_figures_are_drawn_once() -> None:
    """Equal frames are the same figures; another number, or another language, is another chart."""
    first = drawn(heat_chart, CELLS, language="zh-Hans")
    assert drawn(heat_chart, CELLS.copy(), language="zh-Hans") is first
    assert drawn(heat_chart, CELLS, language="en") is not first
    assert drawn(heat_chart, CELLS.assign(n=[31, 2]), language="zh-Hans") is not first
    BEGUN.clear()
    for _ in range(3):
        drawn(counted, 1.5)
    assert BEGUN == [1.5]


@pytest.mark.parametrize(("draw", "shown"), [(heat_chart, (CELLS,)), (net_promoter_chart, (5, 3, 2))])
def test_a_page_is_sent_all_values_of_the_chart(draw: object, shown: tuple[object, ...]) -> None:
    """As Arrow streams, in which stands what stands in the file to take along."""
    made = drawn(draw, *shown)  # type: ignore[arg-type]
    for kind in (made.light, made.dark):
        assert kind["datasets"].keys() == made.spec["datasets"].keys()
        for name, stream in kind["datasets"].items():
            assert pa.ipc.open_stream(stream).read_all().to_pylist() == made.spec["datasets"][name]
    assert made.light["layer"] == made.spec["layer"] and made.dark["config"] != made.spec["config"]


def test_values_of_several_kinds_are_sent_as_they_are() -> None:
    """Arrow has columns of one kind; nothing is lost or turned into something else."""
    chart = DrawnChart({"datasets": {"some": [{"x": 1}, {"x": "a"}]}})
    assert chart.light == chart.spec and chart.dark == chart.spec


def test_what_is_drawn_is_vega_lite() -> None:
    """Drawing leaves the check out, as it costs more than the chart; so it is made here."""
    bins = pd.DataFrame({"low": [0.5, 1.0], "high": [1.0, 1.5], "n": [3, 9]})
    chart = weight_histogram(bins, x_title="权重", y_title="答卷数")
    assert chart.to_dict(validate=True)["layer"][0]["mark"]["type"] == "bar"
