"""`python -m analysis columns`: what those who run an installation are told of the copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.columns.files import copy_beside
from analysis.command_line import main
from surveys.storage import Store
from tests.conftest import submission


def test_the_copy_is_listed_and_made_anew(published: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """By survey, up to date; with --rebuild every file is another one."""
    published.responses.append([submission(1), submission(2)])
    command = ["columns", "--database", str(published.path)]
    assert main(command) == 0
    assert "power-visit\t2 份答卷" in capsys.readouterr().out
    before = {path.name for path in copy_beside(published.path).rglob("*.parquet")}
    published.responses.append([submission(3)])
    assert main([*command, "--rebuild"]) == 0
    assert "power-visit\t3 份答卷" in capsys.readouterr().out
    assert not before & {path.name for path in copy_beside(published.path).rglob("*.parquet")}


def test_a_database_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["columns", "--database", str(tmp_path / "none.db")]) == 1
    assert "none.db" in capsys.readouterr().err
