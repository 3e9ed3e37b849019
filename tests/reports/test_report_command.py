"""`python -m analysis report`: a file in the format of its name, or in words why there is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from analysis.command_line import main
from surveys.storage import Store

pytestmark = pytest.mark.dated


def test_a_report_is_written_in_the_format_of_its_name(
    supplier: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """With headings that Word knows."""
    path = tmp_path / "report.docx"
    assert main(["report", "power-visit", "--days", "90", "--out", str(path), "--database", str(supplier.path)]) == 0
    assert str(path) in capsys.readouterr().out
    document = Document(io.BytesIO(path.read_bytes()))
    assert "总体情况" in [each.text for each in document.paragraphs if each.style.name == "Heading 1"]


@pytest.mark.parametrize(
    "wrong", [["--out", "report.pdf"], ["--out", "r.html", "--round", "2020-Q9"], ["--out", "r.html", "--unit", "no"]]
)
def test_what_cannot_be_made_is_said(
    supplier: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    wrong: list[str],
) -> None:  # fmt: skip
    """And nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert main(["report", "power-visit", *wrong, "--database", str(supplier.path)]) == 1
    assert capsys.readouterr().err
    assert not list(tmp_path.iterdir())
