"""Association in crosstabs, plain and under a sampling design, and column letters."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.differences.crosstabs import association, column_letters, column_z, rao_scott
from analysis.sampling.complex_samples import Design

REFERENCE = Path(__file__).parents[4] / "shared/reference/statistics"
HAIR_EYE = pd.DataFrame(
    [[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]],
    index=["Black", "Brown", "Red", "Blond"],
    columns=["Brown", "Blue", "Hazel", "Green"],
)


def people(counts: pd.DataFrame) -> pd.DataFrame:
    cells = [(row, column) for row in counts.index for column in counts.columns for _ in range(counts.loc[row, column])]
    return pd.DataFrame(cells, columns=["hair", "eye"])


def test_association_of_hair_and_eyes():
    """R: chisq.test(margin.table(HairEyeColor, 1:2)); V corrected by Bergsma 2013."""
    found = association(HAIR_EYE)
    assert found.test.statistic == pytest.approx(138.29, abs=0.005) and found.test.degrees == (9,)
    assert found.cramers_v == pytest.approx(0.279, abs=5e-4)
    assert found.bias_corrected_v == pytest.approx(0.270483, abs=1e-6)


@pytest.mark.parametrize("column, z", [("Blue", 5.60866), ("Hazel", 2.70706), ("Green", 3.7214)])
def test_pooled_z_between_columns(column, z):
    totals = HAIR_EYE.sum()
    assert column_z(68, totals["Brown"], HAIR_EYE.loc["Black", column], totals[column]) == pytest.approx(z, abs=1e-5)


def test_letters_name_the_columns_that_are_lower():
    """Black hair: Brown eyes above Blue and Green and, with Bonferroni over 6 pairs, .0407 above Hazel."""
    frame = people(HAIR_EYE)
    letters = column_letters(pd.get_dummies(frame["hair"]), pd.get_dummies(frame["eye"])[list(HAIR_EYE.columns)])
    assert letters.loc["Black", "Brown"] == "BCD" and letters.loc["Black", "Blue"] == ""
    assert letters.loc["Blond", "Blue"] == "ACD"


def test_small_bases_have_no_letters():
    frame = people(HAIR_EYE)
    letters = column_letters(pd.get_dummies(frame["hair"]), pd.get_dummies(frame["eye"]), minimum=70)
    assert (letters["Green"] == "—").all() and not letters.drop(columns="Green").stack().str.contains("[BC]b").any()


def test_weights_lower_the_base():
    """The same shares from weights that are worth half the responses have fewer letters."""
    frame = people(HAIR_EYE)
    uneven = pd.Series(np.tile([0.05, 1.95], len(frame))[: len(frame)])
    chosen, members = pd.get_dummies(frame["hair"]), pd.get_dummies(frame["eye"])
    plain, weighted = column_letters(chosen, members), column_letters(chosen, members, weights=uneven)
    assert weighted.stack().str.len().sum() < plain.stack().str.len().sum()
    unit = column_letters(chosen, members, weights=pd.Series(3.0, index=frame.index))
    pd.testing.assert_frame_equal(unit, plain)


def test_overlapping_columns_share_their_error():
    """The more respondents two columns share, the smaller the error of their difference."""
    assert column_z(60, 100, 50, 100, both=50) > column_z(60, 100, 50, 100)
    assert column_z(50, 100, 50, 100, both=100) == 0


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not beside this checkout")
def test_rao_scott():
    """R survey: svychisq(~sch.wide + stype, dclus1)."""
    schools = pd.read_csv(REFERENCE / "data_apiclus1.csv")
    design = Design(schools["pw"], clusters=schools["dnum"], population=schools["fpc"])
    test = rao_scott(schools["sch.wide"], schools["stype"], design)
    assert (test.statistic, *test.degrees, test.p) == pytest.approx(
        (5.1933695, 1.4946398, 20.9249569, 0.02174746), abs=1e-6
    )


def test_rao_scott_of_a_simple_sample_is_near_pearsons():
    frame = people(HAIR_EYE)
    test = rao_scott(frame["hair"], frame["eye"], Design(pd.Series(1.0, index=frame.index)))
    assert test.statistic * 9 == pytest.approx(association(HAIR_EYE).test.statistic, rel=0.1)


def test_two_by_two_tables():
    """N − 1 chi-square, and Fisher's exact test where an expected count is under 1."""
    table = pd.DataFrame([[10, 20], [20, 10]])
    assert association(table).test.statistic == pytest.approx(60 * 100 / 15 / 60 * 59 / 60)
    assert "Fisher" in association(pd.DataFrame([[0, 1], [9, 3]])).test.method


@pytest.mark.parametrize(
    "table", [pd.DataFrame([[1, 2]]), pd.DataFrame([[0, 0], [1, 3]]), pd.DataFrame([[0, 0], [0, 0]])]
)
def test_a_table_without_two_rows_and_columns_is_refused(table):
    assert not association(table).test.ok


def test_strength_has_an_interval_that_covers():
    """V of a table whose true V is .3: the interval holds it about 95 times in 100, and 0 where there is none."""
    rng, inside, none = np.random.default_rng(2003), 0, 0
    shares = np.array([0.325, 0.175, 0.175, 0.325])  # phi = V = .3
    for _ in range(200):
        related = association(pd.DataFrame(rng.multinomial(300, shares).reshape(2, 2))).strength
        independent = association(pd.DataFrame(rng.multinomial(300, [0.25] * 4).reshape(2, 2))).strength
        inside += related.low <= 0.3 <= related.high
        none += independent.low == 0
    assert inside >= 184 and none >= 184
