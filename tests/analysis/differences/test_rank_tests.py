"""Rank tests under a design, against R's survey package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.differences.rank_tests import weighted_rank_test
from analysis.sampling.complex_samples import Design

SCHOOLS = Path(__file__).parents[4] / "shared/reference/statistics/data_apiclus1.csv"
RNG = np.random.default_rng(2013)


@pytest.mark.skipif(not SCHOOLS.exists(), reason="the reference data are not beside this checkout")
def test_clustered_schools_as_in_r():
    """survey: svyranktest(ell ~ comp.imp, dclus1) and svyranktest(ell ~ stype, dclus1)."""
    schools = pd.read_csv(SCHOOLS)
    design = Design(schools["pw"], clusters=schools["dnum"], population=schools["fpc"])
    two = weighted_rank_test(schools["ell"], schools["comp.imp"], design)
    assert (two.statistic, two.degrees) == (pytest.approx(2.136724, abs=1e-5), (13.0,))
    assert two.p == pytest.approx(0.05220581, abs=1e-6)
    three = weighted_rank_test(schools["ell"], schools["stype"], design)
    assert three.statistic * 2 == pytest.approx(18.31, abs=5e-3) and three.p == pytest.approx(0.003851, abs=1e-6)


def test_equal_weights_agree_with_mann_whitney():
    """Without clusters and weights the population's ranks are the sample's."""
    values = pd.Series(RNG.integers(1, 6, 400).astype(float))
    groups = pd.Series(np.where(np.arange(400) % 2, "b", "a"))
    values[groups == "b"] = (values[groups == "b"] + (RNG.random(200) < 0.2)).clip(1, 5)
    found = weighted_rank_test(values, groups, Design(pd.Series(1.0, index=values.index)))
    plain = stats.mannwhitneyu(values[groups == "b"], values[groups == "a"], method="asymptotic")
    assert found.p == pytest.approx(plain.pvalue, abs=0.01)


@pytest.mark.parametrize(
    "values, groups",
    [
        ([], []),
        ([1.0], ["a"]),
        ([1.0, 2, 3, 4], list("aaaa")),
        ([np.nan] * 4, list("abab")),
    ],
    ids=["empty", "one row", "one group", "missing"],
)
def test_nothing_to_compare_is_refused(values, groups):
    column = pd.Series(values, dtype=float)
    design = Design(pd.Series(1.0, index=column.index))
    assert not weighted_rank_test(column, pd.Series(groups, dtype=object), design).ok
