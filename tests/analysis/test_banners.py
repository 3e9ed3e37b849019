"""Crosstabs with column letters, on the screen and in Excel."""

import io

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.differences.banners import TOTAL, banner_table, marks_of, members_of
from analysis.differences.crosstab_workbooks import crosstab_workbook
from analysis.differences.crosstabs import letters_of
from analysis.level.shares import share

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
