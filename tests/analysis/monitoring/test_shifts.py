"""Shift, drift, season and mix told apart."""

import numpy as np
import pandas as pd
import pytest

from analysis.monitoring.change_points import drift, mix_decomposition, season, shift_point, slope

NILE = pd.Series(
    [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
        781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
        744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ],
    index=range(1871, 1971),
)  # fmt: skip


def test_the_break_of_the_nile():
    """R strucchange: breakpoints(Nile ~ 1) at observation 28, the year 1898, with confidence interval 1895–1902."""
    found = shift_point(NILE)
    assert NILE.index[found.position] == 1898
    assert (found.before, found.after) == pytest.approx((1097.75, 849.9722222))
    assert NILE.index[found.low] == pytest.approx(1895, abs=1) and NILE.index[found.high] == pytest.approx(1902, abs=1)
    assert found.p < 0.01


def test_a_series_without_break_has_none():
    rng = np.random.default_rng(1)
    assert sum(shift_point(pd.Series(rng.normal(size=60)), draws=199) is not None for _ in range(60)) <= 6


def test_the_drift_of_the_nile():
    """R: cor.test(Nile, 1871:1970, method = "kendall")."""
    test = drift(NILE)
    assert test.statistic == pytest.approx(-4.131045, abs=1e-6) and test.p < 1e-4
    assert slope(NILE).high < 0


def test_mix_and_within_add_up_to_the_change():
    rng = np.random.default_rng(2)
    before, after = pd.Series(rng.integers(1, 6, 300).astype(float)), pd.Series(rng.integers(1, 6, 200).astype(float))
    kinds = [pd.Series(rng.choice(list("abc"), n)) for n in (300, 200)]
    found = mix_decomposition(before, after, *kinds)
    assert found.total == pytest.approx(after.mean() - before.mean())
    assert found.within + found.mix == pytest.approx(found.total)


def test_a_mere_change_of_mix_is_called_so():
    """Every segment keeps its level; only the unhappy one grows."""
    before, after = pd.Series([5.0] * 80 + [2.0] * 20), pd.Series([5.0] * 50 + [2.0] * 50)
    kinds = [pd.Series(["居民"] * 80 + ["企业"] * 20), pd.Series(["居民"] * 50 + ["企业"] * 50)]
    found = mix_decomposition(before, after, *kinds)
    assert found.within == pytest.approx(0) and found.mix == pytest.approx(-0.9)
    assert (found.segments["mix"] < 0).all()


def test_a_segment_in_one_period_only_cannot_be_decomposed():
    one = pd.Series([1.0, 2.0])
    assert mix_decomposition(one, one, pd.Series(["a", "b"]), pd.Series(["a", "a"])) is None


def test_season_needs_two_years_and_finds_the_month():
    months = pd.date_range("2023-01-01", periods=36, freq="MS")
    values = pd.Series(4.0 - 0.5 * (months.month == 7) + 0.01 * np.arange(36), index=months)
    effects = season(values)
    assert effects.idxmin() == 7 and effects[7] == pytest.approx(-0.5 * 11 / 12, abs=1e-9)
    assert effects.sum() == pytest.approx(0)
    assert season(values.head(23)) is None


@pytest.mark.parametrize("values", [[], [1.0], [np.nan] * 30, [np.inf] * 30], ids=["empty", "one", "missing", "inf"])
def test_poor_series_are_refused(values):
    series = pd.Series(values, dtype=float)
    assert not drift(series).ok and shift_point(series) is None and not slope(series).ok
