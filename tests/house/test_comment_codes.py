"""What is said of comments travels in codes: the Chinese labels stand in one table, for pages and files to say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.comments import BY_LABEL

ROOT = Path(__file__).parents[2]
SOURCES = sorted([ROOT / "app.py", *(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")])
LABELLED = {
    "surveys/comments.py": "the table of labels",
    "surveys/storage/sqlite/migrations/m024_to_m034.py": "what older databases hold, as it was",
}


def labels(source: str) -> Iterator[int]:
    """The lines on which a label stands as a value of its own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in BY_LABEL:
            yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_label_of_a_sentiment_stands_as_a_code(path: Path) -> None:
    found = list(labels(path.read_text("utf-8")))
    assert bool(found) is (path.relative_to(ROOT).as_posix() in LABELLED), found


@pytest.mark.parametrize("source", ['tone = "负面"', 'rows[rows["sentiment"].eq("正面")]', 'Literal["中性"]'])
def test_a_label_as_a_code_is_found(source: str) -> None:
    assert list(labels(source)) == [1]
