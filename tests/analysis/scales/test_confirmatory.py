"""Confirmatory factor analysis against R's lavaan on the 301 pupils of Holzinger & Swineford (1939)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.scales.confirmatory import confirmatory_factors

PUPILS = Path(__file__).parents[4] / "shared/reference/statistics/data_hs1939.csv"
FACTORS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
RNG = np.random.default_rng(1969)


def two_factors(n=400):
    """Items with loadings .8, .7, .6 on each of two factors that correlate .3."""
    factors = RNG.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], n)
    loadings = np.array([0.8, 0.7, 0.6])
    parts = [factors[:, [i]] * loadings + RNG.normal(size=(n, 3)) * np.sqrt(1 - loadings**2) for i in (0, 1)]
    return pd.DataFrame(np.hstack(parts), columns=list("abcdef"))


@pytest.mark.skipif(not PUPILS.exists(), reason="the reference data are not beside this checkout")
def test_fit_and_loadings_are_those_of_lavaan():
    """lavaan: cfa(model, HolzingerSwineford1939); standardizedSolution()."""
    found = confirmatory_factors(pd.read_csv(PUPILS), FACTORS)
    assert (found.degrees, found.n) == (24, 301)
    assert found.chi_square == pytest.approx(85.306, abs=1e-3)
    assert (found.cfi, found.tli, found.rmsea, found.srmr) == pytest.approx((0.931, 0.896, 0.092, 0.065), abs=5e-4)
    assert (found.rmsea_low, found.rmsea_high) == pytest.approx((0.071, 0.114), abs=5e-4)
    first = found.loadings["x1"]
    assert (first.value, first.standard_error) == pytest.approx((0.772, 0.055), abs=5e-4)


def test_a_structure_that_is_there_is_found():
    """Loadings are recovered within their intervals, and a wrong grouping of the items fits clearly worse."""
    items = two_factors()
    right = confirmatory_factors(items, {"one": list("abc"), "two": list("def")})
    wrong = confirmatory_factors(items, {"one": list("abd"), "two": list("cef")})
    assert right.ok and right.p > 0.01 and right.cfi > 0.97
    assert all(e.low < t < e.high for e, t in zip(right.loadings.values(), [0.8, 0.7, 0.6] * 2, strict=True))
    assert not wrong.ok or wrong.cfi < right.cfi - 0.1


@pytest.mark.parametrize(
    "items, factors",
    [
        (two_factors(20), {"one": list("abc"), "two": list("def")}),
        (two_factors().assign(a=3.0), {"one": list("abc"), "two": list("def")}),
        (two_factors().assign(b=lambda frame: frame["a"]), {"one": list("abc"), "two": list("def")}),
        (two_factors() * np.nan, {"one": list("abc")}),
        (two_factors().replace(to_replace=0.0, value=np.inf) * np.inf, {"one": list("abc")}),
        (two_factors(), {"one": list("ab")}),
    ],
    ids=["too few", "constant", "repeated", "missing", "infinite", "two items in all"],
)
def test_what_cannot_be_fitted_is_refused(items, factors):
    found = confirmatory_factors(items, factors)
    assert not found.ok and found.chi_square is None and found.refusal and not found.loadings
