"""Charts are valid Vega-Lite, show no refused figure as a number, and carry n and interval in their tooltips."""

import json

import altair as alt
import numpy as np
import pandas as pd
import pytest

from analysis.charts.charts import dimension_chart, heat_chart, importance_chart, net_promoter_chart
from analysis.charts.drawing import PALETTE
from analysis.charts.time_charts import control_chart, trend_chart
from analysis.differences.comparison import segment_cells
from analysis.drivers.drivers import relative_weights
from analysis.level.satisfaction import mean_score, top_two_box
from analysis.monitoring.control_charts import p_chart
from analysis.monitoring.trends import weekly_trend

RNG = np.random.default_rng(2)
DAYS = pd.Series(pd.date_range("2026-01-01", periods=40).repeat(8))
RATINGS = pd.DataFrame(RNG.integers(1, 6, (320, 3)).astype(float), columns=["a", "b", "c"])
OVERALL = RATINGS.mean(axis=1).round()
LABELS = {"a": "抢修", "b": "电费账单", "c": "营业厅"}
SCORES = {code: mean_score(RATINGS[code]) for code in LABELS}
EMPTY = mean_score(pd.Series(dtype=float))
PLACES = pd.Series(RNG.choice(["城东", "城西"], 320))
TOUCHPOINTS = pd.Series(RNG.choice(["营业厅", "电话", "网上国网"], 320))

CHARTS = {
    "trend": lambda: trend_chart(weekly_trend(RATINGS["a"], DAYS, top_two_box), title="满意率"),
    "dimensions": lambda: dimension_chart({LABELS[code]: score for code, score in SCORES.items()}),
    "importance": lambda: importance_chart(SCORES, relative_weights(RATINGS, OVERALL), LABELS),
    "nps": lambda: net_promoter_chart(60, 25, 15),
    "control": lambda: control_chart(p_chart(pd.Series([40, 45, 20]), pd.Series([50] * 3)), title="满意率"),
    "heat": lambda: heat_chart(segment_cells(RATINGS["a"], TOUCHPOINTS, PLACES)),
}
EMPTY_CHARTS = {
    "trend": lambda: trend_chart(weekly_trend(RATINGS["a"].head(0), DAYS.head(0), top_two_box), title="满意率"),
    "sparse trend": lambda: trend_chart(weekly_trend(RATINGS["a"].head(2), DAYS.head(2), top_two_box), title="满意率"),
    "dimensions": lambda: dimension_chart({"抢修": EMPTY}),
    "importance": lambda: importance_chart(SCORES, relative_weights(RATINGS.head(5), OVERALL.head(5)), LABELS),
    "nps": lambda: net_promoter_chart(0, 0, 0),
    "heat": lambda: heat_chart(segment_cells(RATINGS["a"].head(3), TOUCHPOINTS.head(3), PLACES.head(3))),
    "no cells": lambda: heat_chart(segment_cells(RATINGS["a"].head(0), TOUCHPOINTS.head(0), PLACES.head(0))),
}


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_charts_are_valid_and_as_wide_as_their_place(draw):
    chart = draw()
    assert isinstance(chart, alt.LayerChart)
    spec = chart.to_dict()
    assert spec["width"] == "container" and spec["height"] > 0
    titles = {tooltip["title"] for layer in spec["layer"] for tooltip in layer["encoding"].get("tooltip", [])}
    assert titles & {"n", "控制限"}


@pytest.mark.parametrize("draw", EMPTY_CHARTS.values(), ids=EMPTY_CHARTS)
def test_charts_of_nothing_are_valid_and_show_no_nan(draw):
    assert "NaN" not in json.dumps(draw().to_dict(), ensure_ascii=False)


def test_all_colours_come_from_the_palette():
    for draw in CHARTS.values():
        text = json.dumps(draw().to_dict())
        colours = {part[:7].upper() for part in text.split('"') if part.startswith("#")}
        assert colours <= {*PALETTE.values(), "#FFFFFF"}


def test_a_withheld_cell_keeps_its_place_without_a_number():
    cells = segment_cells(RATINGS["a"].head(30), TOUCHPOINTS.head(30), PLACES.head(30), minimum=6)
    assert cells["value"].isna().any()
    data = next(iter(heat_chart(cells).to_dict()["datasets"].values()))
    assert [row["shown"] for row in data].count("·") == cells["value"].isna().sum()


def test_long_english_column_names_of_a_heat_chart_are_broken_into_lines_with_room_for_them():
    """Five columns on a phone are 60 pixels each: names in one line would lie on one another."""
    cells = segment_cells(RATINGS["a"], TOUCHPOINTS, PLACES)
    long = cells.assign(column=cells["column"].replace({"城东": "Supply reliability", "城西": "Courtesy"}))
    spec = heat_chart(long).to_dict()
    names = {row["column"] for data in spec["datasets"].values() for row in data}
    assert names == {"Supply\nreliability", "Courtesy"}
    assert spec["height"] > heat_chart(cells).to_dict()["height"]
    one, two = (chart["layer"][0]["encoding"]["x"]["axis"] for chart in (heat_chart(cells).to_dict(), spec))
    assert two["labelPadding"] > one["labelPadding"]  # the second line grows downwards, and not over the cells
