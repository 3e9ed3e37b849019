"""Proportional odds as a check on comparisons of means."""

import numpy as np
import pandas as pd
import pytest

from analysis.differences.groups import mann_whitney
from analysis.differences.ordinal import ordinal_comparison


def ratings(shift: float, n: int = 2000, seed: int = 1) -> tuple[pd.Series, pd.Series]:
    """Ratings 1–5 from a logistic latent variable; group b lies *shift* higher."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(["a", "b"], n // 2)
    latent = rng.logistic(size=n) + shift * (groups == "b")
    return pd.Series(np.digitize(latent, [-2, -1, 0, 1.5]) + 1.0), pd.Series(groups)


def test_two_ratings_are_a_two_by_two_table():
    """With two rating points the log odds ratio is log(ad / bc) with standard error √(1/a + 1/b + 1/c + 1/d)."""
    values = pd.Series([1.0] * 30 + [5.0] * 20 + [1.0] * 15 + [5.0] * 35)
    found = ordinal_comparison(values, pd.Series(["a"] * 50 + ["b"] * 50))
    assert found.reference == "a"
    assert found.log_odds["b"].value == pytest.approx(np.log(30 * 35 / (20 * 15)), abs=1e-6)
    assert found.log_odds["b"].standard_error == pytest.approx(np.sqrt(1 / 30 + 1 / 20 + 1 / 15 + 1 / 35), abs=1e-5)
    expected = 2 * sum(n * np.log(n / e) for n, e in ((30, 22.5), (20, 27.5), (15, 22.5), (35, 27.5)))
    assert found.test.statistic == pytest.approx(expected, abs=1e-6)


def test_the_simulated_shift_is_recovered():
    found = ordinal_comparison(*ratings(0.5))
    assert found.log_odds["b"].low < 0.5 < found.log_odds["b"].high
    assert found.test.p < 1e-6


def test_it_agrees_with_the_rank_test():
    """The score test of the model is the Wilcoxon test, so both p-values are close."""
    values, groups = ratings(0.2, n=600, seed=4)
    p = mann_whitney(values[groups == "a"], values[groups == "b"]).p
    assert ordinal_comparison(values, groups).test.p == pytest.approx(p, rel=0.1)


@pytest.mark.parametrize(
    "values, groups",
    [([], []), ([3.0], ["a"]), ([1.0, 2, 3], list("aaa")), ([np.nan, np.inf], list("ab"))],
    ids=["empty", "one row", "one group", "missing and infinite"],
)
def test_nothing_to_compare_is_refused(values, groups):
    found = ordinal_comparison(pd.Series(values, dtype=float), pd.Series(groups, dtype=object))
    assert not found.test.ok and found.log_odds == {}


def test_groups_whose_ratings_do_not_overlap_differ_without_a_ratio():
    values = pd.Series([1.0, 2, 2, 1, 4, 5, 5, 4] * 15)
    found = ordinal_comparison(values, pd.Series(list("aaaabbbb") * 15))
    assert found.test.p < 1e-6
    assert found.log_odds["b"].refusal is not None
