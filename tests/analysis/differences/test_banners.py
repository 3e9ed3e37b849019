"""Crosstabs with column letters, on the screen and in Excel."""

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from scipy.stats import norm

from analysis.differences.banners import TOTAL, banner_of, banner_table, marks_of, members_of
from analysis.differences.crosstab_workbooks import crosstab_workbook
from analysis.differences.crosstabs import column_letters, column_z, letters_of
from analysis.intervals.shares import share
from analysis.sampling.weighting import effective_n

RNG = np.random.default_rng(3)
DISTRICT = pd.Series(["east"] * 200 + ["west"] * 200 + ["far"] * 12)
ANSWER = pd.Series(["app"] * 120 + ["hall"] * 80 + ["app"] * 60 + ["hall"] * 140 + ["app"] * 12)
KIND = pd.Series(RNG.choice(["home", "firm"], 412))
MEMBERS = members_of(pd.DataFrame({"district": DISTRICT, "kind": KIND}))


def table(**settings):
    return banner_table(ANSWER.notna(), marks_of(ANSWER), MEMBERS, **settings)


def test_shares_bases_and_letters_stand_together():
    """East chooses the app more than west; twelve answers from afar are shown but not compared."""
    found = table()
    east, west, far = "district · east", "district · west", "district · far"
    assert list(found.cells.columns)[:4] == [TOTAL, east, far, west]
    cell = found.cells.loc["app", east]
    assert (cell.value, cell.low, cell.high) == pytest.approx(share(120, 200).figures()) and cell.n == 200
    assert found.heads[west] in found.letters.loc["app", east] and found.heads[east] in found.letters.loc["hall", west]
    assert found.letters.loc["app", far] == "—" and found.letters.loc["app", TOTAL] == ""
    assert found.n[TOTAL] == 412 and found.n[far] == 12


def test_unit_weights_change_nothing_and_others_cost_effective_n():
    plain, unit = table(), table(weights=pd.Series(2.0, index=ANSWER.index))
    pd.testing.assert_frame_equal(plain.letters, unit.letters)
    assert plain.cells.loc["app", TOTAL].figures() == pytest.approx(unit.cells.loc["app", TOTAL].figures())
    uneven = table(weights=pd.Series(RNG.uniform(0.2, 5, 412)))
    assert uneven.effective_n[TOTAL] < 412 and uneven.cells.loc["app", TOTAL].design_effect > 1.2


def test_a_workbook_holds_letters_bases_and_no_formula():
    """Words that begin like a formula stay words; numbers are numbers with a format."""
    written = crosstab_workbook({"=1+1": table()}, {"=1+1": {"app": "@手机"}})
    book = load_workbook(io.BytesIO(written))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[0][0] == "'=1+1" and rows[3][0] == "'@手机"
    assert rows[3][2] == pytest.approx(0.6) and "C" in rows[4][2]
    assert next(row for row in rows if row[0] == "样本量 n")[:5] == ["样本量 n", 412, 200, 12, 200]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "–" in book.worksheets[1]["B4"].value


def test_a_workbook_says_whose_answers_it_is_of():
    """On the first line of both sheets, as the page does; a name that begins like a formula is none."""
    scope = "=范围：只含您负责的部门（抢修部）"
    book = load_workbook(io.BytesIO(crosstab_workbook({"渠道": table()}, {}, scope=scope)))
    assert [sheet["A1"].value for sheet in book] == ["'" + scope] * 2
    assert [sheet["A2"].value for sheet in book] == ["渠道"] * 2


@pytest.mark.parametrize("answers", [pd.Series([], dtype=object), pd.Series([None] * 5), pd.Series(["a"])])
def test_hardly_any_answers_give_a_table_without_figures(answers):
    members = members_of(pd.DataFrame({"kind": pd.Series(["x"] * len(answers))}))
    found = banner_table(answers.notna(), marks_of(answers), members)
    assert not any(cell.ok for cell in np.ravel(found.cells.to_numpy()))


def test_more_than_twenty_six_columns_have_letters():
    names = letters_of(60)
    assert len(set(names)) == 60 and names[:2] == ["A", "B"] and names[26:28] == ["A2", "B2"]


def test_rows_that_are_alike_may_stand_as_one():
    """As the page asks for it: each combination once, with how often it is there."""
    found, unlisted = banner_of(ANSWER, pd.DataFrame({"a": DISTRICT, "b": KIND}), (), {"a": "district", "b": "kind"})
    plain = table()
    assert unlisted == 0
    pd.testing.assert_frame_equal(found.letters, plain.letters)
    pd.testing.assert_series_equal(found.n, plain.n)
    pd.testing.assert_series_equal(found.effective_n, plain.effective_n)
    for one, other in zip(np.ravel(found.cells), np.ravel(plain.cells), strict=True):
        assert one.figures() == pytest.approx(other.figures()) if other.ok else not one.ok


def test_letters_are_those_of_every_pair_compared_by_itself():
    """The sums of all pairs at once give what each pair gives: bases, overlap, weights and Bonferroni."""
    chance = np.random.default_rng(5)
    members = pd.DataFrame(chance.random((900, 5)) < 0.4, columns=list("vwxyz"))
    chosen = pd.DataFrame({"yes": chance.random(900) < 0.3 + 0.3 * members["v"], "no": chance.random(900) < 0.5})
    weights = pd.Series(chance.uniform(0.2, 3, 900))
    letters = column_letters(chosen, members, weights=weights)
    pairs = list(combinations(members, 2))
    for row in chosen:
        expected = dict.fromkeys(members, "")
        for first, second in pairs:
            inside = [members[each] for each in (first, second)]
            shares = [(weights * chosen[row])[each].sum() / weights[each].sum() for each in inside]
            bases = [effective_n(weights[each]) for each in inside]
            both = effective_n(weights[members[first] & members[second]])
            z = column_z(shares[0] * bases[0], bases[0], shares[1] * bases[1], bases[1], both=both)
            p = 2 * norm.sf(abs(float(z))) * len(pairs)
            if p < 0.10:
                higher, lower = (first, second) if z > 0 else (second, first)
                name = "ABCDE"[list(members).index(lower)]
                expected[higher] += name if p < 0.05 else name.lower()
        assert letters.loc[row].to_dict() == expected
    assert any(letters.loc["yes"])
