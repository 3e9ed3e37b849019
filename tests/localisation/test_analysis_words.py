"""The words of the analysis: statistics give values and reasons, the catalogues of the languages have the words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.localisation.language import gettext, in_words
from surveys.localisation.wording import Message
from tests.console.test_console_language import CHINESE

ANALYSIS = Path(__file__).parents[2] / "analysis"
# Pages have their own test; what the text analysis reads, and what a table of people may be headed with, is not said;
# commands are in Chinese.
NOT_SAID = (
    "pages/", "text/", "command_line/", "columns/standing.py", "sampling/population.py",
    "monitoring/customers/files.py", "monitoring/customers/key_accounts.py", "improvement/lesson_words.py",
)  # fmt: skip
SOURCES = [
    path
    for path in sorted(ANALYSIS.rglob("*.py"))
    if not path.relative_to(ANALYSIS).as_posix().startswith(NOT_SAID)
]  # fmt: skip
PLACEHOLDER = re.compile(r"\{[a-z_]+(?::[^}]*)?\}")


def wordings(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, wording and context of every Chinese wording that isn't a comment on the code."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    contexts = {id(node.args[0]): _context(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        wording = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if CHINESE.search(wording) and id(node) not in silent:
            assert id(node) not in parts, f"{path.name}:{node.lineno}: a wording with values in it is in no catalogue"
            yield node.lineno, wording, contexts.get(id(node), "")


def _context(call: ast.Call) -> str:
    given = (each.value for each in call.keywords if each.arg == "context")
    return next((str(each.value) for each in given if isinstance(each, ast.Constant)), "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ANALYSIS).as_posix())
def test_every_wording_of_the_analysis_is_in_the_catalogue(path: Path) -> None:
    """With the same values in it, put the same way."""
    for line, wording, context in wordings(path):
        english = gettext(wording, "en", context)
        assert english != wording, f"{path.name}:{line}: no English for {wording!r}"
        assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(wording)), wording


def test_the_walk_finds_what_is_missing(tmp_path: Path) -> None:
    """Otherwise it would prove nothing."""
    program = tmp_path / "a.py"
    program.write_text('"""说明"""\nX = saying("没有{n}英文", n=1)\nY = Message("数值", context="here")\n', "utf-8")
    assert list(wordings(program)) == [(2, "没有{n}英文", ""), (3, "数值", "here")]
    program.write_text('X = f"只有 {n} 个"\n', "utf-8")
    with pytest.raises(AssertionError, match="in no catalogue"):
        list(wordings(program))


def test_a_context_tells_apart_what_is_worded_alike() -> None:
    """A heading and the middle of a sentence; a context that no catalogue has leaves the wording as it is."""
    assert in_words("样本不足", "en") == "Too few answers"
    assert in_words(Message("样本不足", context="in a sentence"), "en") == "too few answers"
    assert in_words(Message("样本不足", context="nowhere"), "en") == "样本不足"
