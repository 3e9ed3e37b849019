"""The satisfaction index against R plspm, its refusals and its advice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.interpretation.satisfaction_index import index_told
from analysis.scales.index_models import INDEX_MODELS
from analysis.scales.pls import InnerScheme, PathSettings, fit
from analysis.scales.satisfaction_index import satisfaction_index

DATA = Path(__file__).parents[4] / "shared/reference/statistics/data_satisfaction.csv"
ECSI = INDEX_MODELS["ecsi"]
PREFIXES = {
    "image": "imag",
    "expectation": "expe",
    "quality": "qual",
    "value": "val",
    "satisfaction": "sat",
    "loyalty": "loy",
}
needs_bank = pytest.mark.skipif(not DATA.exists(), reason="the reference data are not beside this checkout")


def bank_items(table: pd.DataFrame) -> dict[str, list[str]]:
    return {code: [name for name in table.columns if name.startswith(prefix)] for code, prefix in PREFIXES.items()}


def simulated(n: int = 400, seed: int = 1) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Quality goes with satisfaction, image doesn't; three items each on 1–10."""
    rng = np.random.default_rng(seed)
    z = {code: rng.normal(size=n) for code in ECSI.latents}
    z["quality"] = 0.7 * z["expectation"] + 0.7 * z["quality"]
    z["value"] = 0.6 * z["quality"] + 0.8 * z["value"]
    z["satisfaction"] = 0.7 * z["quality"] + 0.2 * z["value"] + 0.5 * z["satisfaction"]
    z["loyalty"] = 0.8 * z["satisfaction"] + 0.6 * z["loyalty"]
    table = pd.DataFrame(
        {
            f"{code}{i}": np.clip(np.round(6.5 + 1.5 * latent + rng.normal(0, 0.8, n)), 1, 10)
            for code, latent in z.items()
            for i in range(3)
        }
    )
    return table, {code: [f"{code}{i}" for i in range(3)] for code in ECSI.latents}


@needs_bank
def test_the_bank_of_plspm():
    """R plspm: plspm(satisfaction, …, modes = "A", scheme = "centroid", scaled = FALSE)."""
    table = pd.read_csv(DATA, index_col=0)
    result = satisfaction_index(table, ECSI, bank_items(table), low=0, draws=20)
    r_squared = {code: latent.r_squared for code, latent in result.latents.items() if code != "image"}
    assert list(r_squared.values()) == pytest.approx([0.335194, 0.719688, 0.590084, 0.707321, 0.509923], abs=1e-5)
    paths = {(path.source, path.target): path.estimate.value for path in result.paths}
    assert paths["image", "satisfaction"] == pytest.approx(0.200724200280665, abs=1e-5)
    assert paths["expectation", "satisfaction"] == pytest.approx(-0.00275399457916834, abs=1e-5)
    assert paths["quality", "satisfaction"] == pytest.approx(0.122144565609107, abs=1e-5)
    assert paths["value", "satisfaction"] == pytest.approx(0.589330650016017, abs=1e-5)
    assert paths["satisfaction", "loyalty"] == pytest.approx(0.495479, abs=1e-5)
    assert paths["image", "loyalty"] == pytest.approx(0.27515, abs=1e-5)
    assert result.latents["satisfaction"].ave == pytest.approx(0.758891, abs=1e-5)
    assert result.goodness_of_fit == pytest.approx(0.609741624338411, abs=1e-5)


@needs_bank
def test_the_blocks_of_the_bank():
    table = pd.read_csv(DATA, index_col=0)
    latents = satisfaction_index(table, ECSI, bank_items(table), low=0, draws=5).latents
    alphas = [
        0.830226690205339,
        0.84658407892526,
        0.871324954769643,
        0.835722840511797,
        0.894010912676559,
        0.819421641029961,
    ]
    assert [latent.alpha for latent in latents.values()] == pytest.approx(alphas, abs=1e-8)
    assert latents["image"].dillon_goldstein_rho == pytest.approx(0.882203311183515, abs=1e-8)
    assert latents["satisfaction"].dillon_goldstein_rho == pytest.approx(0.926700636965068, abs=1e-8)


def test_advice_comes_from_clear_effects_only():
    """Quality has a clear effect on satisfaction; image has none and is not advised."""
    table, items = simulated(seed=2)
    result = satisfaction_index(table, ECSI, items, draws=100)
    advised = [latent.code for latent, _ in result.priorities()]
    assert advised[0] in {"quality", "expectation"} and "image" not in advised
    for effect in filter(lambda each: each.clear, result.paths):
        value, low, high = effect.estimate.figures()
        assert low <= value <= high and effect.estimate.n == result.n


def test_an_index_lies_between_0_and_100_with_its_interval():
    table, items = simulated()
    for latent in satisfaction_index(table, ECSI, items, draws=50).latents.values():
        value, low, high = latent.index.figures()
        assert 0 < low < value < high < 100
        expected = (table[items[latent.code]].to_numpy().mean() - 1) / 9 * 100
        assert value == pytest.approx(expected, abs=1)


def test_htmt_tells_apart_what_differs():
    table, items = simulated()
    htmt = satisfaction_index(table, ECSI, items, draws=5).htmt
    assert htmt.loc["image", "loyalty"] < 0.3 < htmt.loc["quality", "satisfaction"]


def test_missing_answers_are_filled_from_the_same_latent_variable():
    table, items = simulated()
    holey = table.mask(np.random.default_rng(3).random(table.shape) < 0.03)
    full, partial = (satisfaction_index(each, ECSI, items, draws=5) for each in (table, holey))
    assert partial.n > 380
    for one, other in zip(full.paths, partial.paths, strict=True):
        assert other.estimate.value == pytest.approx(one.estimate.value, abs=0.06)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t.head(0),
        lambda t: t.head(1),
        lambda t: t.head(40),
        lambda t: t.assign(image0=7.0),
        lambda t: t * np.nan,
        lambda t: t.assign(image0=np.inf),
    ],
    ids=["empty", "one row", "too few", "constant", "missing", "infinite"],
)
def test_unusable_data_are_refused(spoil):
    table, items = simulated()
    result = satisfaction_index(spoil(table), ECSI, items, draws=5)
    assert result.refusal and result.latents == {} and result.priorities() == []


@pytest.mark.parametrize("name", INDEX_MODELS)
def test_every_model_has_a_target_that_paths_lead_to(name):
    model = INDEX_MODELS[name]
    assert any(target == model.target for _, target in model.paths)
    order = list(model.latents)
    assert all(order.index(source) < order.index(target) for source, target in model.paths)


def test_row_order_does_not_matter():
    table, items = simulated(200)
    one = satisfaction_index(table, ECSI, items, draws=10)
    other = satisfaction_index(table.sample(frac=1, random_state=1), ECSI, items, draws=10)
    for left, right in zip(one.paths, other.paths, strict=True):
        assert left.estimate.figures() == pytest.approx(right.estimate.figures(), abs=1e-6)


def test_an_item_that_stands_for_two_latent_variables_is_named():
    table, items = simulated()
    result = satisfaction_index(table.assign(value0=table["quality1"]), ECSI, items, draws=5)
    assert result.refusal is not None and result.refusal.values["item"] == "value0"
    alike = satisfaction_index(table.assign(value0=table["value1"]), ECSI, items, draws=5)
    assert alike.refusal is None and alike.latents["value"].index.ok


@pytest.mark.parametrize("scheme", InnerScheme)
def test_standardised_items_make_scales_of_single_items_nothing(scheme):
    """Items on half the points weigh the same when standardised; as answered they don't."""
    table, items = simulated()
    halved = table.assign(**{name: table[name] / 2 for name in items["quality"][:1]})
    covariances = [np.cov(each[[i for own in items.values() for i in own]].to_numpy().T) for each in (table, halved)]
    places = np.split(np.arange(18), range(3, 18, 3))
    arrows = np.array([[(a, b) in ECSI.paths for b in ECSI.latents] for a in ECSI.latents])
    for standardised in (True, False):
        one, other = (fit(each, places, arrows, settings=PathSettings(scheme, standardised)) for each in covariances)
        assert one.converged and other.converged
        assert np.allclose(one.paths, other.paths, atol=1e-8) == standardised


def test_schemes_differ_little_and_scaling_more():
    """Where a variable has one neighbour all schemes are one; else indices of all schemes lie within half a point."""
    table, items = simulated(300)
    found = {
        scheme: satisfaction_index(table, ECSI, items, draws=5, settings=PathSettings(scheme)) for scheme in InnerScheme
    }
    indices = [each.latents["satisfaction"].index.value for each in found.values()]
    assert np.ptp(indices) < 0.5 and len(set(indices)) == 3
    assert "inner weights: path" in " ".join(map(str, index_told(found[InnerScheme.PATH]).expert))
