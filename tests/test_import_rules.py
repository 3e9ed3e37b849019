"""The house rules of imports: data walks one way, and effects stay at the edge."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([ROOT / "app.py", *(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")])


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def inside(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def is_page(name: str) -> bool:
    return "/pages/" in name


def complaints(name: str, modules: list[str]) -> Iterator[str]:
    """What a file imports against the rules."""
    speaks_sql = name.startswith("surveys/storage/")
    for module in modules:
        if inside(module, "sqlite_utils", "sqlite3") and not speaks_sql:
            yield f"{module}: only surveys/storage speaks SQL"
        if inside(module, "streamlit") and not (name == "app.py" or is_page(name)):
            yield f"{module}: only app.py and the pages import streamlit"
        if inside(module, "starlette", "fastapi") and not (name == "app.py" or name.startswith("surveys/web/")):
            yield f"{module}: only app.py and surveys/web speak HTTP"
        if inside(module, "analysis") and name.startswith("surveys/") and not is_page(name):
            yield f"{module}: surveys never imports analysis"
        if inside(module, "surveys.pages", "analysis.pages") and not (name == "app.py" or is_page(name)):
            yield f"{module}: nothing but app.py and pages imports pages"
        if inside(module, "app", "tests"):
            yield f"{module}: nothing imports the door or the tests"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_keep_the_rules(path: Path) -> None:
    """app → pages → analysis → surveys; SQL, Streamlit and Starlette only in their rooms."""
    assert not list(complaints(path.relative_to(ROOT).as_posix(), list(imported(path))))


PURE_ROOMS = {ROOT / "analysis", ROOT / "analysis" / "text"}
AT_THE_EDGE = {"background", "__main__", "command_line"}
PURE = [path for path in SOURCES if path.parent in PURE_ROOMS and path.stem not in AT_THE_EDGE]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_statistics_and_text_functions_never_see_a_store(path: Path) -> None:
    """They take frames and values; reading the database is done at the edge."""
    stores = ("surveys.storage.Store", "surveys.storage.open_store", "surveys.storage.connection")
    assert not [module for module in imported(path) if inside(module, *stores)]


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("surveys/web/forms.py", ["sqlite3"]),
        ("analysis/drivers.py", ["streamlit"]),
        ("surveys/questions.py", ["starlette.requests"]),
        ("surveys/templates.py", ["analysis.text"]),
        ("analysis/trends.py", ["analysis.pages.results"]),
    ],
    ids=["SQL in a form", "streamlit in a statistic", "web in a question", "analysis in surveys", "a page below"],
)
def test_the_rules_bite(name: str, modules: list[str]) -> None:
    """A file that breaks a rule is found."""
    assert list(complaints(name, modules))
