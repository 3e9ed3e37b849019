"""Every figure against what R said about the same answers, kept in `tests/oracle/values.json`; no R is needed here."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.oracle.__main__ import distance
from tests.oracle.cases import ANSWERS, CASES, HERE, Case, drawn

VALUES = json.loads((HERE / "values.json").read_text("utf-8"))["values"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_agrees_with_r(case: Case) -> None:
    own = [float(each) for each in case.own(pd.read_csv(ANSWERS)) if each is not None]
    assert distance(own, VALUES[case.name]) <= case.tolerance


def test_every_case_was_asked_and_the_report_is_of_these_cases() -> None:
    """Values, report and cases were written together."""
    report = (HERE / "REPORT.md").read_text("utf-8")
    assert set(VALUES) == {case.name for case in CASES} and "| no |" not in report
    assert all(f"| {case.name} |" in report for case in CASES)


def test_the_answers_are_those_that_were_drawn() -> None:
    pd.testing.assert_frame_equal(drawn(), pd.read_csv(ANSWERS), check_dtype=False)
