"""All questions against the same groups at once, and weighted tests: the family is kept, weights are reckoned with."""

import numpy as np
import pandas as pd

from analysis.differences.all_questions import differences_of_all
from analysis.exploring.weighted_figures import weighted_tests


def test_many_questions_without_a_difference_name_hardly_any():
    """Of 30 questions some have p < .05 by chance; with the family kept a page names none of them, but once in 20."""
    rng, named, alone = np.random.default_rng(95), [], []
    columns = [f"q{each}" for each in range(30)]
    for _ in range(40):
        rows = pd.DataFrame(rng.integers(1, 6, (200, 30)).astype(float), columns=columns)
        found = differences_of_all(rows.assign(g=rng.choice(list("abc"), 200)), columns, "g")
        named.append(any(each.named for each in found))
        alone.append(any((each.test.p or 1) < 0.05 for each in found))
    assert np.mean(named) < 0.15 < 0.6 < np.mean(alone)


def test_what_differs_is_named_first_and_the_empty_is_left_last():
    rng = np.random.default_rng(96)
    groups = pd.Series(rng.choice(list("ab"), 300))
    rows = pd.DataFrame({"same": rng.integers(1, 6, 300) * 1.0, "none": np.nan, "differs": 3.0 + (groups == "a")})
    found = differences_of_all(rows.assign(g=groups), ["same", "none", "differs"], "g")
    assert [each.column for each in found] == ["differs", "same", "none"]
    assert found[0].named and not found[1].named and found[2].q is None


def test_weighted_tests_are_those_of_the_weights():
    """A rating gets the weighted rank test by each segment, a choice that of Rao and Scott; both see it."""
    rng = np.random.default_rng(97)
    district = pd.Series(rng.choice(["东", "西"], 500, p=[0.8, 0.2]))
    rows = pd.DataFrame({
        "district": district, "touchpoint": "t", "q": rng.integers(1, 5, 500) + 1.0 * (district == "西"),
        "way": np.where(rng.random(500) < 0.3 + 0.4 * (district == "西"), "app", "hall"),
    })  # fmt: skip
    table = pd.DataFrame({"特征": ["区域"] * 2, "分类": ["东", "西"], "人数": [50, 50]})
    for column, measure in (("q", "rating"), ("way", "nominal")):
        names = {"district": "区域"}
        [(segment, label, test)] = weighted_tests(rows, table, names, 5.0, column, measure, clustered=False)
        assert segment == "district" and test.p is not None and test.p < 0.001
        assert ("秩" in str(label)) == (measure == "rating")
