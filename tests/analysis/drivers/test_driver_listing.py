"""Drivers on the command line: shares with reach, R² over all answers and of each route; errors say where and what."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.command_line import main
from analysis.drivers.of_dimensions import drivers_of_dimensions, routes_of_dimensions
from analysis.interpretation.results import interpret
from analysis.level.satisfaction import RatedDimension
from surveys.definition.survey import Survey
from surveys.storage import Store


def test_too_few_answers_and_no_such_survey_are_told(
    published: Store, visit: Survey, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drivers", "nothing", "--database", str(published.path)]) == 1
    assert "nothing" in capsys.readouterr().err
    assert main(["drivers", visit.code, "--database", str(published.path)]) in (0, 1)
    told = capsys.readouterr()
    assert "样本不足" in told.out or visit.code in told.err


def test_a_database_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["drivers", "visit", "--database", str(tmp_path / "none.db")]) == 1
    assert "none.db" in capsys.readouterr().err


def test_the_table_has_reach_and_what_each_route_explains() -> None:
    """The functions behind it, over answers with a service that a third used."""
    rng = np.random.default_rng(7)
    rows = pd.DataFrame(rng.integers(1, 6, (600, 2)).astype(float), columns=["a", "b"])
    rows["b"] = rows["b"].where(rng.random(600) < 0.4)
    overall = (rows["a"] + rows["b"].fillna(3) + rng.normal(0, 0.5, 600)).round()
    dimensions = {code: RatedDimension(code, [code], 1, 5) for code in "ab"}
    both = (drivers_of_dimensions, routes_of_dimensions)
    every, routes = (interpret(each(rows, dimensions, overall)) for each in both)
    assert "用到的人" in every.headings and {row[4] for row in every.rows} >= {"100%"}
    assert len(routes.rows) == 2 and "R²" in "".join(map(str, routes.headings))
