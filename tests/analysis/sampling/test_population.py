"""Population tables as managers write them."""

import pandas as pd
import pytest

from analysis.sampling.population import population_margins
from analysis.sampling.weighting import WeightingProblem

COLUMNS = {"区域": "district", "性别": "sex"}


def test_a_table_becomes_margins():
    """Thousands separators, blank rows and English headings are understood."""
    table = pd.DataFrame(
        {"特征": ["区域", "区域", None, "性别", "性别"], "分类": ["城东", "城西", None, "男", "女"],
         "人数": ["1,200", 800, None, 0.48, "0.52"]}
    )  # fmt: skip
    expected = {"district": {"城东": 1200.0, "城西": 800.0}, "sex": {"男": 0.48, "女": 0.52}}
    assert population_margins(table, COLUMNS) == expected
    english = table.set_axis(["Column", "category", "people"], axis=1)
    assert population_margins(english, COLUMNS) == expected


@pytest.mark.parametrize(
    "rows, told",
    [
        ([("区域", "城东", "many")], ["第 2 行", "不是人数"]),
        ([("区域", "城东", -3)], ["不能用"]),
        ([("区域", "城东", float("inf"))], ["不能用"]),
        ([("年龄", "老", 3), ("区域", "城东", 5), ("区域", "城东", 6)], ["没有“年龄”", "写了两次"]),
        ([], ["没有内容"]),
    ],
    ids=["no number", "negative", "infinite", "two problems at once", "empty"],
)
def test_every_row_that_cannot_be_used_is_named(rows, told):
    with pytest.raises(WeightingProblem) as caught:
        population_margins(pd.DataFrame(rows, columns=["特征", "分类", "人数"]), COLUMNS)
    assert all(words in str(caught.value) for words in told)


def test_a_missing_column_is_named():
    with pytest.raises(WeightingProblem, match="人数"):
        population_margins(pd.DataFrame({"特征": ["区域"], "分类": ["城东"]}), COLUMNS)
