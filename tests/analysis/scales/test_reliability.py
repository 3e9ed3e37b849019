"""Reliability of scales and agreement of raters, against R psych and published tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.scales.factors import factor_adequacy, parallel_analysis
from analysis.scales.item_analysis import item_analysis, weak_indicators
from analysis.scales.pairwise_correlations import pairwise_covariance
from analysis.scales.reliability import (
    cronbach_alpha,
    intraclass_correlations,
    omega,
    omega_total,
    spearman_brown,
    two_item_reliability,
)
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying

REFERENCE = Path(__file__).parents[4] / "shared/reference/statistics"
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
needs_neuroticism = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not beside this checkout")


def neuroticism() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data_bfi_N_complete.csv")


def equally_correlated(r: float, k: int, n: int = 200) -> pd.DataFrame:
    """Data whose sample correlations are exactly *r*."""
    raw = np.random.default_rng(7).normal(size=(n, k))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False)).T)
    target = np.linalg.cholesky(np.full((k, k), r) + np.eye(k) * (1 - r))
    return pd.DataFrame(white @ target.T, columns=[f"q{i}" for i in range(k)])


@needs_neuroticism
def test_alpha_with_feldts_interval():
    """R psych: alpha(bfi[, 16:20]) on the 2,694 complete rows."""
    alpha = cronbach_alpha(neuroticism())
    assert alpha.figures() == pytest.approx((0.8133031432, 0.8019199905, 0.8242229228), abs=1e-8)
    assert alpha.n == 2694


@needs_neuroticism
def test_omega_of_one_factor():
    """R psych: omega(bfi[, 16:20], nfactors = 1)."""
    assert omega_total(neuroticism()) == pytest.approx(0.8184506994, abs=1e-6)


def test_alpha_and_omega_of_equally_correlated_items():
    """Both are k r / (1 + (k − 1) r)."""
    items = equally_correlated(0.5, 4)
    assert cronbach_alpha(items).value == pytest.approx(0.8)
    assert omega_total(items) == pytest.approx(0.8)


def test_spearman_brown_of_two_items():
    assert spearman_brown(equally_correlated(0.5, 2)) == pytest.approx(2 / 3)
    assert spearman_brown(equally_correlated(0.5, 3)) is None
    assert "Spearman-Brown" in in_words(cronbach_alpha(equally_correlated(0.5, 2)).caveats[0], "en")


def test_factor_adequacy_of_equally_correlated_items():
    """KMO from the partial correlation r / (1 + (k − 2) r); Bartlett from the determinant (1 − r)³ (1 + 3r)."""
    found = factor_adequacy(equally_correlated(0.5, 4))
    assert found.kmo == pytest.approx(0.25 / (0.25 + 0.25**2))
    assert found.chi_square == pytest.approx(-(199 - 13 / 6) * np.log(0.5**3 * 2.5))
    assert found.degrees == 6 and found.p < 1e-6


def test_parallel_analysis_counts_the_factors():
    rng = np.random.default_rng(1)
    factors = rng.normal(size=(400, 2))
    items = pd.DataFrame(np.repeat(factors, 4, axis=1) * 0.8 + rng.normal(size=(400, 8)) * 0.6)
    assert parallel_analysis(items, draws=20) == 2
    assert parallel_analysis(pd.DataFrame(rng.normal(size=(400, 6))), draws=20) == 0


def test_item_analysis_names_the_weak_item():
    items = equally_correlated(0.5, 4).assign(odd=np.random.default_rng(3).normal(size=200))
    table = item_analysis(items).set_index("item")
    assert table["weak"].tolist() == [False, False, False, False, True]
    assert table.loc["odd", "alpha_without"] == pytest.approx(0.8)


def test_intraclass_correlations_of_shrout_and_fleiss():
    """Shrout & Fleiss 1979, table 4: six targets, four judges."""
    found = intraclass_correlations(pd.DataFrame(SHROUT_FLEISS))
    assert (found.icc1, found.icc2, found.icc3) == pytest.approx((0.1657417684, 0.2897637795, 0.7148407148), abs=1e-8)
    assert (found.icc1k, found.icc2k, found.icc3k) == pytest.approx(
        (0.4427971337, 0.6200505476, 0.9093155424), abs=1e-8
    )


@pytest.mark.parametrize(
    "items",
    [
        pd.DataFrame({"a": [1.0, 2, 3]}),
        pd.DataFrame({"a": [], "b": []}, dtype=float),
        pd.DataFrame({"a": [1.0], "b": [2.0]}),
        pd.DataFrame({"a": [3.0] * 5, "b": [1.0, 2, 3, 4, 5]}),
        pd.DataFrame({"a": [np.nan] * 5, "b": [1.0, 2, 3, 4, 5]}),
        pd.DataFrame({"a": [np.inf] * 5, "b": [1.0, 2, 3, 4, 5]}),
        pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [4.0, 3, 2, 1]}),
    ],
    ids=["one item", "empty", "one row", "constant", "missing", "infinite", "opposed"],
)
def test_unusable_items_are_refused(items):
    alpha = cronbach_alpha(items)
    assert not alpha.ok and alpha.refusal
    assert omega_total(items) is None and parallel_analysis(items) is None and factor_adequacy(items) is None


def test_missing_cells_are_used_pairwise():
    items = equally_correlated(0.5, 4)
    holey = items.mask(np.random.default_rng(2).random(items.shape) < 0.1)
    assert cronbach_alpha(holey).value == pytest.approx(0.8, abs=0.03)
    assert cronbach_alpha(holey).n == int(holey.notna().all(axis=1).sum())


def test_omega_has_an_interval_that_covers():
    """The delta interval holds the true .8 of equally correlated normal items about 95 times in 100."""
    rng, inside = np.random.default_rng(1999), 0
    for _ in range(120):
        scores = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))  # r = .5, omega = 4·.5/(1 + 3·.5) = .8
        found = omega(pd.DataFrame(scores, columns=list("abcd")))
        inside += found.low < 0.8 < found.high
    assert inside >= 108


def test_two_items_have_spearman_brown_with_interval():
    items = equally_correlated(0.5, 2)
    found = two_item_reliability(items)
    assert found.value == pytest.approx(2 / 3) and found.low < 2 / 3 < found.high <= 1
    assert not two_item_reliability(equally_correlated(0.5, 3)).ok


def test_weak_items_are_named_with_the_reason():
    rng = np.random.default_rng(5)
    common = rng.normal(size=300)
    items = pd.DataFrame({name: common + rng.normal(size=300) for name in "abcdef"})
    items = items.assign(turned=-common + rng.normal(size=300), other=rng.normal(size=300), same=3.0)
    weak = weak_indicators(items.drop(columns="same"))
    assert set(weak) == {"turned", "other"} and "反向" in str(weak["turned"])
    assert weak_indicators(items[list("abcdef")]) == {}
    assert "全部相同" in str(weak_indicators(items[["a", "b", "same"]])["same"])


def test_an_item_with_infinite_answers_is_weak_and_leaves_the_others_alone():
    """It has no figures itself; those of the sound items are as if it was not there."""
    sound = pd.DataFrame({"a": [1.0, 2, 4, 5, 3], "b": [2.0, 2, 5, 5, 3], "c": [1.0, 3, 4, 4, 2]})
    table = item_analysis(sound.assign(broken=[1.0, np.inf, 3, 4, 5]))
    pd.testing.assert_frame_equal(table.iloc[:3], item_analysis(sound))
    assert table.loc[3, ["mean", "sd", "item_rest", "alpha_without"]].isna().all() and table.loc[3, "n"] == 5
    endless = saying("有答案是无穷大，请核对数据")
    broken = weak_indicators(sound.assign(broken=[1.0, np.inf, 3, 4, 5]))
    assert broken == weak_indicators(sound) | {"broken": endless}


def test_covariances_are_those_of_all_pairs_of_answers():
    """As pandas has them, over blocks; infinite cells are left out, and a constant column has exactly no variance."""
    rng = np.random.default_rng(8)
    table = pd.DataFrame(rng.normal(1e4, 1, (120_000, 4)), columns=list("abcd")).assign(same=7.1)
    table = table.mask(rng.random(table.shape) < 0.2)
    table.loc[:60_000, "same"] = np.nan
    covariance, complete = pairwise_covariance(table.assign(a=table["a"].where(table.index > 5, np.inf)).to_numpy())
    kept = table.assign(a=table["a"].where(table.index > 5))
    np.testing.assert_allclose(covariance, kept.cov().to_numpy(), atol=1e-9)
    assert complete == kept.notna().all(axis=1).sum() and covariance[4, 4] == 0
