"""Definitions on the command line: converted with every loss told, compared in words, described by a schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.definition.templates import read_definition, template


def test_a_definition_goes_out_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the other format can't hold is told line by line; read back, nothing is missing."""
    source, sheet, back = tmp_path / "a.yaml", tmp_path / "a.xlsx", tmp_path / "b.yaml"
    source.write_bytes(Path("survey_templates/power-visit.yaml").read_bytes())
    assert main(["convert", str(source), str(sheet), "--to", "xlsform"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert f"有 {len(told) - 1} 处不能原样带过去" in told[0] and len(told) > 5
    assert main(["convert", str(sheet), str(back), "--from", "xlsform"]) == 0
    assert read_definition(back) == template("power-visit")


def test_an_unfit_file_is_not_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All its problems are told, and no file is written."""
    (tmp_path / "a.json").write_text("{}", "utf-8")
    assert main(["convert", str(tmp_path / "a.json"), str(tmp_path / "b.yaml"), "--from", "json"]) == 1
    assert "没有转换" in capsys.readouterr().err
    assert not (tmp_path / "b.yaml").exists()


def test_two_definitions_are_compared_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A definition differs from another one and not from itself."""
    assert main(["compare", "power-visit", "key-account"]) == 0
    assert "问卷名称由“供电服务回访”改为“大客户满意度”" in capsys.readouterr().out
    assert main(["compare", "power-visit", "power-visit"]) == 0
    assert capsys.readouterr().out == "没有差别。\n"


def test_the_schema_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON that other programs read."""
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")
