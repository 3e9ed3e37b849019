"""Driver measures against R's relaimpo, their refusals, and their speed."""

from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drivers.drivers import relative_weights, shapley_shares
from analysis.drivers.routes import drivers_by_route
from analysis.drivers.variance_decomposition import variance_inflation
from analysis.scales.pairwise_correlations import positive_definite
from surveys.localisation.language import in_words

MTCARS = pd.DataFrame(
    [
        (21.0, 6, 160.0, 110, 2.62), (21.0, 6, 160.0, 110, 2.875), (22.8, 4, 108.0, 93, 2.32),
        (21.4, 6, 258.0, 110, 3.215), (18.7, 8, 360.0, 175, 3.44), (18.1, 6, 225.0, 105, 3.46),
        (14.3, 8, 360.0, 245, 3.57), (24.4, 4, 146.7, 62, 3.19), (22.8, 4, 140.8, 95, 3.15),
        (19.2, 6, 167.6, 123, 3.44), (17.8, 6, 167.6, 123, 3.44), (16.4, 8, 275.8, 180, 4.07),
        (17.3, 8, 275.8, 180, 3.73), (15.2, 8, 275.8, 180, 3.78), (10.4, 8, 472.0, 205, 5.25),
        (10.4, 8, 460.0, 215, 5.424), (14.7, 8, 440.0, 230, 5.345), (32.4, 4, 78.7, 66, 2.2),
        (30.4, 4, 75.7, 52, 1.615), (33.9, 4, 71.1, 65, 1.835), (21.5, 4, 120.1, 97, 2.465),
        (15.5, 8, 318.0, 150, 3.52), (15.2, 8, 304.0, 150, 3.435), (13.3, 8, 350.0, 245, 3.84),
        (19.2, 8, 400.0, 175, 3.845), (27.3, 4, 79.0, 66, 1.935), (26.0, 4, 120.3, 91, 2.14),
        (30.4, 4, 95.1, 113, 1.513), (15.8, 8, 351.0, 264, 3.17), (19.7, 6, 145.0, 175, 2.77),
        (15.0, 8, 301.0, 335, 3.57), (21.4, 4, 121.0, 109, 2.78),
    ],
    columns=["mpg", "cyl", "disp", "hp", "wt"],
)  # fmt: skip
SWISS = Path(__file__).parents[4] / "shared/reference/statistics/data_swiss.csv"


def survey(
    n: int, *, seed: int = 1, missing: float = 0.0, weights: tuple[float, ...] = (0.6, 0.3, 0.1)
) -> pd.DataFrame:
    """Ratings from 1 to 5 that share a common mood, with *missing* cells left out at random, and an overall rating."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 0.6, n)
    drivers = np.column_stack([mood + rng.normal(0, 0.7, n) for _ in weights])
    overall = drivers @ np.array(weights) + rng.normal(0, 0.4, n)
    table = pd.DataFrame(np.clip(np.round(drivers + 4), 1, 5), columns=list("abcdefghij")[: len(weights)])
    table = table.mask(rng.random(table.shape) < missing)
    return table.assign(overall=np.clip(np.round(overall + 4), 1, 5))


def shares(analysis):
    return {driver.code: driver.share for driver in analysis.drivers}


def test_johnson_weights_of_mtcars(monkeypatch):
    """mpg ~ cyl + disp + hp + wt, published raw relative weights."""
    monkeypatch.setattr("analysis.drivers.drivers.ANSWERS_PER_DRIVER", 8)  # 32 cars
    analysis = relative_weights(MTCARS.drop(columns="mpg"), MTCARS["mpg"])
    raw = {code: share * analysis.r_squared for code, share in shares(analysis).items()}
    assert raw == pytest.approx({"cyl": 0.2096904, "disp": 0.1883043, "hp": 0.179959, "wt": 0.2706812}, abs=1e-7)


@pytest.mark.skipif(not SWISS.exists(), reason="the reference data are not beside this checkout")
@pytest.mark.parametrize(
    "method, expected",
    [
        (shapley_shares, [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265]),
        (relative_weights, [0.04841689581, 0.15470824981, 0.27196410465, 0.11468002995, 0.11696572138]),
    ],
    ids=["lmg", "genizi"],
)
def test_parts_of_r_squared_of_swiss(method, expected, monkeypatch):
    """R relaimpo: calc.relimp(lm(Fertility ~ ., swiss), type = c("lmg", "genizi"))."""
    monkeypatch.setattr("analysis.drivers.drivers.ANSWERS_PER_DRIVER", 9)  # 47 provinces
    swiss = pd.read_csv(SWISS, index_col=0)
    analysis = method(swiss.drop(columns="Fertility"), swiss["Fertility"])
    assert analysis.r_squared == pytest.approx(0.7067350016, abs=1e-8)
    drivers = list(swiss.columns[1:])
    assert [analysis.driver(code).share * analysis.r_squared for code in drivers] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("method", [relative_weights, shapley_shares])
def test_shares_sum_to_one_and_rank_as_simulated(method):
    table = survey(2000)
    analysis = method(table[["a", "b", "c"]], table["overall"])
    assert [driver.code for driver in analysis.drivers] == ["a", "b", "c"]
    assert sum(shares(analysis).values()) == pytest.approx(1)
    strongest = analysis.drivers[0]
    assert strongest.first > 0.99 and strongest.low < strongest.share < strongest.high


def test_missing_cells_leave_the_order_in_place():
    """With four cells in ten 不适用 hardly a row is complete; every response still counts, and the order stays."""
    complete, holey = survey(3000, seed=4), survey(3000, seed=4, missing=0.4)
    drivers = ["a", "b", "c"]
    full = relative_weights(complete[drivers], complete["overall"])
    partial = relative_weights(holey[drivers], holey["overall"])
    assert [each.code for each in partial.drivers] == [each.code for each in full.drivers]
    assert partial.n == 3000 and partial.r_squared < full.r_squared


def near_exclusive(n: int, seed: int) -> tuple[pd.DataFrame, pd.Series, float]:
    """Three services of which one in eight uses two; ratings explain .385 of overall satisfaction, use nothing."""
    rng = np.random.default_rng(seed)
    used = np.zeros((n, 3), dtype=bool)
    used[np.arange(n), rng.integers(0, 3, n)] = True
    used[np.arange(n), rng.integers(0, 3, n)] |= rng.random(n) < 0.18
    ratings = rng.integers(1, 6, (n, 3)).astype(float)
    signal = np.where(used, (ratings - 3) * [0.6, 0.5, 0.4], 0).sum(axis=1)
    variance = used.mean(axis=0) @ (2 * np.array([0.6, 0.5, 0.4]) ** 2)
    overall = 4 + signal + rng.normal(0, np.sqrt(variance * (1 - 0.385) / 0.385), n)
    return pd.DataFrame(np.where(used, ratings, np.nan), columns=list("abc")), pd.Series(overall), 0.385


def test_services_that_exclude_each_other_do_not_inflate_what_is_explained():
    found = [relative_weights(*near_exclusive(800, seed)[:2], draws=20) for seed in range(40)]
    explained = [each.explained() for each in found]
    assert np.mean([each.value for each in explained]) == pytest.approx(0.385, abs=0.02)
    assert np.mean([each.low <= 0.385 <= each.high for each in explained]) >= 0.85
    assert all(abs(each.used) < 0.03 and each.drivers[0].reach < 0.5 for each in found)


def test_what_is_explained_is_that_of_a_regression_with_indicators_of_use():
    scores, overall, _ = near_exclusive(700, 3)
    overall = overall + 0.8 * scores["a"].notna()
    columns = np.column_stack([np.ones(700), scores.notna(), scores.sub(scores.mean()).fillna(0.0)])
    left = overall - columns @ np.linalg.lstsq(columns, overall, rcond=None)[0]
    found = relative_weights(scores, overall)
    assert found.r_squared == pytest.approx(1 - left.var() / overall.var())
    assert found.used > 0.03 and sum(shares(found).values()) == pytest.approx(1)
    assert found.driver("a").slope == pytest.approx(0.6, abs=0.12)


def test_a_driver_rarely_answered_stays_in_and_one_with_too_few_is_left_out_with_its_n():
    table = survey(600).assign(b=lambda t: t["b"].where(t.index < 20), c=lambda t: t["c"].where(t.index < 7))
    analysis = relative_weights(table[["a", "b", "c"]], table["overall"])
    assert set(shares(analysis)) == {"a", "b"} and analysis.driver("b").n == 20
    assert set(analysis.left_out) == {"c"}
    told = [in_words(note, "zh") for note in analysis.caveats]
    assert any("“c”" in note and "7 份" in note for note in told)


def test_an_ordered_outcome_confirms_the_order():
    table = survey(2000)
    check = relative_weights(table[["a", "b", "c"]], table["overall"]).check
    assert check.agreement == 1 and check.n == 2000


def test_whole_clusters_are_redrawn():
    """Overall satisfaction that half comes from the branch: shares are less sure than the responses alone say."""
    rng = np.random.default_rng(8)
    branch = np.repeat(np.arange(20), 50)
    scores = pd.DataFrame(rng.normal(0, 1, (1000, 2)) + rng.normal(0, 1, (20, 2))[branch], columns=["a", "b"])
    slopes = rng.normal(0.5, 0.4, (20, 2))[branch]
    overall = (scores * slopes).sum(axis=1) + rng.normal(0, 1, 1000)
    alone = relative_weights(scores, overall, draws=400).driver("a")
    together = relative_weights(scores, overall, draws=400, clusters=pd.Series(branch))
    assert together.driver("a").high - together.driver("a").low > 1.5 * (alone.high - alone.low)
    assert together.effective_n < 500 and together.explained().high - together.explained().low > 0.1
    few = relative_weights(scores, overall, clusters=pd.Series(branch % 3))
    assert not few.ok and "3 个" in in_words(few.refusal, "zh")


def test_routes_are_told_apart():
    scores, overall, _ = near_exclusive(2000, 5)
    found = drivers_by_route(scores, overall, draws=50)
    single = [each for each in found.routes if len(each.codes) == 1]
    assert len(single) == 3 and all(each.shares[each.codes[0]].value == 1 for each in single)
    assert sum(each.n for each in found.routes) + found.others == 2000
    assert drivers_by_route(survey(200)[["a", "b"]], survey(200)["overall"]).refusal


@pytest.mark.parametrize(
    "table",
    [
        survey(15),
        survey(600).assign(overall=5.0),
        survey(600).assign(overall=np.nan),
        survey(600).assign(overall=np.random.default_rng(0).integers(1, 6, 600)),
        survey(600).iloc[:0],
        survey(600).assign(a=np.inf, b=np.nan),
    ],
    ids=["too few", "constant overall", "no overall", "unrelated", "empty", "one driver left"],
)
def test_refusals_give_their_reason(table):
    analysis = relative_weights(table[["a", "b", "c"]], table["overall"].astype(float))
    assert not analysis.ok and analysis.drivers == () and analysis.r_squared is None
    assert analysis.refusal and in_words(analysis.refusal, "en")


def test_near_ties_are_said():
    table = survey(400, weights=(0.4, 0.4))
    assert any("难以区分" in str(note) for note in relative_weights(table[["a", "b"]], table["overall"]).caveats)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), missing=st.sampled_from([0.0, 0.3]))
def test_row_order_does_not_matter(seed, missing):
    table = survey(200, seed=seed, missing=missing)
    shuffled = table.sample(frac=1, random_state=seed)
    one, other = (relative_weights(t[["a", "b", "c"]], t["overall"], draws=20) for t in (table, shuffled))
    assert one.refusal == other.refusal
    for left, right in zip(one.drivers, other.drivers, strict=True):
        assert (left.share, left.low, left.high) == pytest.approx((right.share, right.low, right.high), abs=1e-9)


def test_contradicting_correlations_are_mended():
    contradiction = np.array([[[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]])
    mended = positive_definite(contradiction)
    assert np.linalg.eigvalsh(mended).min() > 0
    assert np.allclose(np.diagonal(mended[0]), 1)
    assert np.allclose(positive_definite(mended), mended, atol=1e-5)
    assert positive_definite(np.eye(3)[None]).tolist() == [np.eye(3).tolist()]


def test_variance_inflation():
    """Two drivers correlated at r have VIF 1/(1 − r²)."""
    table = survey(500)[["a", "b"]]
    r = table.corr().iloc[0, 1]
    assert list(variance_inflation(table).values()) == pytest.approx([1 / (1 - r * r)] * 2)


def test_a_thousand_draws_of_ten_thousand_rows_are_quick():
    """Five drivers, 10,000 responses, 1,000 draws: under 2 s of processor time."""
    table = survey(10_000, weights=(0.5, 0.3, 0.2, 0.1, 0.1), missing=0.2)
    started = process_time()
    analysis = relative_weights(table.drop(columns="overall"), table["overall"], draws=1000)
    assert process_time() - started < 2
    assert all(a.share >= b.share for a, b in pairwise(analysis.drivers))
