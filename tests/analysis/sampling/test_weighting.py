"""Weights against published raking ratios, their diagnostics, and estimates under a sampling design against R."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.level.satisfaction import mean_score, net_promoter_score, top_two_box
from analysis.sampling.complex_samples import Design, design_mean, design_net_promoter_score, design_top_two_box
from analysis.sampling.weighting import WeightingProblem, effective_n, kish_design_effect, post_stratified, rake
from surveys.localisation.language import in_words

REFERENCE = Path(__file__).parents[4] / "shared/reference/statistics"
SCHOOLS = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
needs_schools = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not beside this checkout")

KALTON_SAMPLE = [[20, 50, 100, 30], [40, 140, 50, 100], [40, 310, 50, 70]]
KALTON_POPULATION = [[80, 60, 170, 55], [40, 150, 60, 165], [55, 340, 200, 125]]
KALTON_RATIOS = [[1.8108, 1.4528, 2.0168], [1.0836, 0.8694, 1.2068], [2.1961, 1.7619, 2.4459], [1.8332, 1.4708, 2.0417]]

PEOPLE = pd.DataFrame({"district": ["东"] * 60 + ["西"] * 40, "kind": ["居民", "企业"] * 50})
HALF = {"district": {"东": 500, "西": 500}}


def schools(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"data_api{name}.csv")


def kalton() -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    sample, population = np.array(KALTON_SAMPLE), np.array(KALTON_POPULATION)
    cells = [(f"r{i}", f"c{j}") for i in range(3) for j in range(4) for _ in range(sample[i, j])]
    margins = {
        "row": {f"r{i}": float(total) for i, total in enumerate(population.sum(axis=1))},
        "column": {f"c{j}": float(total) for j, total in enumerate(population.sum(axis=0))},
    }
    return pd.DataFrame(cells, columns=["row", "column"]), margins


def test_raking_ratios_of_kalton_and_flores_cervantes():
    """Kalton & Flores-Cervantes 2003, table of raking ratio adjustments."""
    frame, margins = kalton()
    weighting = rake(frame, margins)
    ratio = weighting.weights * np.sum(KALTON_POPULATION) / len(frame)
    cells = ratio.groupby([frame["column"], frame["row"]]).first().unstack()
    assert cells.to_numpy() == pytest.approx(np.array(KALTON_RATIOS), abs=1e-3)
    assert weighting.converged and weighting.balance["after"].to_numpy() == pytest.approx(
        weighting.balance["population"].to_numpy(), abs=1e-9
    )


@needs_schools
@pytest.mark.parametrize(
    "name, columns, mean, error, effect",
    [
        ("srs", {}, 656.585, 9.249722039, 1.0),
        ("strat", {"strata": "stype"}, 662.2873632, 9.408940803, 1.20446),
        ("clus1", {"clusters": "dnum"}, 644.169399, 23.542241, 9.345869451),
    ],
)
def test_design_based_means(name, columns, mean, error, effect):
    """R survey: svymean(~api00, svydesign(…), deff = TRUE)."""
    frame = schools(name)
    design = Design(frame["pw"], population=frame["fpc"], **{role: frame[column] for role, column in columns.items()})
    estimate = design_mean(frame["api00"], design, low=0, high=1000)
    assert (estimate.value, estimate.standard_error) == pytest.approx((mean, error), abs=1e-6)
    assert estimate.design_effect == pytest.approx(effect, abs=1e-5)


@needs_schools
@pytest.mark.parametrize(
    "name, margins, mean, error",
    [
        ("clus1", ["stype"], 642.31079, 23.92048645),
        ("clus1", ["stype", "sch.wide"], 641.23032, 23.70361689),
        ("srs", ["stype", "sch.wide"], 657.7915463, 8.825678544),
    ],
)
def test_calibrated_means(name, margins, mean, error):
    """R survey: postStratify and rake on school type and school-wide growth."""
    frame = schools(name)
    weighting = rake(frame, {column: SCHOOLS[column] for column in margins})
    clusters = frame["dnum"] if name == "clus1" else None
    design = Design(weighting.weights, clusters=clusters, population=frame["fpc"], margins=frame[margins])
    estimate = design_mean(frame["api00"], design, low=0, high=1000)
    assert estimate.value == pytest.approx(mean, abs=1e-5)
    assert estimate.standard_error == pytest.approx(error, abs=1e-6)


@needs_schools
def test_kish_ignores_clusters():
    """Design effect of the raked weights alone: 1.05 where linearisation gives more than 9."""
    weighting = rake(schools("clus1"), SCHOOLS)
    assert weighting.design_effect == pytest.approx(1.051656696, abs=1e-8)
    assert weighting.effective_n == pytest.approx(174.0111585, abs=1e-6)


def test_post_stratification_is_one_division():
    weighting = post_stratified(PEOPLE, "district", HALF["district"])
    assert weighting.weights.iloc[0] == pytest.approx(50 / 60)
    assert weighting.weights.iloc[-1] == pytest.approx(50 / 40)
    assert weighting.converged


def test_shares_and_numbers_may_stand_side_by_side():
    weighting = rake(PEOPLE, HALF | {"kind": {"居民": 0.7, "企业": 0.3}})
    assert weighting.balance["after"].tolist() == pytest.approx([0.5, 0.5, 0.7, 0.3])


@pytest.mark.parametrize(
    "margins, words",
    [
        ({"district": {"东": 1, "西": 1, "南": 1}}, "合并"),
        ({"district": {"东": 10}}, "总体表中没有“西”"),
        ({"district": {"东": 10, "西": 0}}, "不能用"),
        ({"district": {"东": 10, "西": float("nan")}}, "不能用"),
        ({"town": {"a": 1}}, "没有“town”这一列"),
        (HALF | {"kind": {"居民": 900, "企业": 300}}, "合计不一致"),
        ({}, "没有给出总体数据"),
    ],
    ids=["empty cell", "unknown", "nobody", "nan", "no column", "conflicting totals", "nothing"],
)
def test_a_population_that_does_not_fit_is_refused(margins, words):
    with pytest.raises(WeightingProblem, match=words) as raised:
        rake(PEOPLE, margins)
    assert all(re.search("[a-z]{3}", in_words(each, "en")) for each in raised.value.problems)


def test_all_problems_are_told_at_once():
    with pytest.raises(WeightingProblem) as raised:
        rake(PEOPLE, {"district": {"东": 10, "南": 5}, "kind": {"居民": 1}})
    assert len(raised.value.problems) == 3


def test_trimming_limits_the_weights_and_owns_up():
    weighting = rake(PEOPLE, {"district": {"东": 1, "西": 9}}, largest=1.5)
    assert weighting.weights.max() <= 1.5 + 1e-6 or not weighting.converged
    assert weighting.trimmed == 40 and not weighting.converged
    assert any("未完全收敛" in str(caveat) for caveat in weighting.caveats)


def test_responses_without_category_are_left_out_and_counted():
    frame = PEOPLE.assign(district=PEOPLE["district"].where(PEOPLE.index > 4))
    weighting = rake(frame, HALF)
    assert weighting.weights.isna().sum() == 5 and any("5 份答卷" in str(caveat) for caveat in weighting.caveats)


def test_histogram_counts_every_weight():
    assert rake(PEOPLE, HALF).histogram(5)["n"].sum() == 100


def test_effective_n_of_equal_weights_is_n():
    assert effective_n(pd.Series([2.0] * 30)) == pytest.approx(30)
    assert kish_design_effect(pd.Series([1.0, 3.0])) == pytest.approx(1.25)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=3, max_size=30).filter(lambda x: len(set(x)) > 1))
def test_unit_weights_equal_no_weights(ratings):
    """Value and standard error of the mean are those of the plain estimate, whatever the weights' common factor."""
    column = pd.Series(ratings, dtype=float)
    design = Design(pd.Series(7.0, index=column.index))
    weighted, plain = design_mean(column, design, low=0, high=10), mean_score(column, low=0, high=10, interval="t")
    assert weighted.figures() == pytest.approx(plain.figures(), abs=1e-9)
    assert weighted.design_effect == pytest.approx(1)
    assert design_top_two_box(column, design, low=0, high=10).value in (
        None,
        pytest.approx(top_two_box(column, low=0, high=10).value),
    )
    assert design_net_promoter_score(column, design).value in (None, pytest.approx(net_promoter_score(column).value))


def test_weights_are_not_frequencies():
    """Weights of 30 on 20 answers leave the uncertainty of 20 answers, not of 600."""
    ratings = pd.Series([10.0, 9, 8, 3, 10, 6, 7, 10, 9, 2] * 2)
    weights = pd.Series([30.0, 10, 50, 30, 20, 40, 30, 10, 60, 20] * 2)
    error = design_net_promoter_score(ratings, Design(weights)).standard_error
    assert error > 15


@pytest.mark.parametrize(
    "ratings",
    [[], [5.0], [np.nan] * 4, [np.inf, 1.0, 2.0]],
    ids=["empty", "one", "missing", "inf"],
)
def test_unusable_answers_are_refused(ratings):
    column = pd.Series(ratings, dtype=float)
    for measure in (design_mean, design_top_two_box, design_net_promoter_score):
        estimate = measure(column, Design(pd.Series(1.0, index=column.index)))
        assert not estimate.ok and estimate.refusal


def test_a_lone_cluster_in_its_stratum_widens_rather_than_fails():
    ratings = pd.Series([5.0, 4, 3, 5, 2, 4])
    design = Design(
        pd.Series(1.0, index=ratings.index), strata=pd.Series(list("aaaabb")), clusters=pd.Series([1, 1, 2, 2, 3, 3])
    )
    assert design_mean(ratings, design).standard_error > 0
