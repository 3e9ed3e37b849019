"""The house rules of imports: data walks one way, rooms stand on each other without a circle, effects at the edge."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([ROOT / "app.py", *(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")])
PAGES = ("surveys/console/", "analysis/pages/")
LONGEST_LIST = 32  # entries of a folder that one can still read


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
    return name.startswith(PAGES)


OF_RESULTS, OF_SURVEYS, KIT = "analysis/pages/", "surveys/console/", "surveys/console/kit/"
# What is imported, by whom it may be (a file, or a room with its stroke), and the rule in words.
RULES = [
    (("sqlite_utils", "sqlite3"), ("surveys/storage/",), "only surveys/storage speaks SQL"),
    (("duckdb",), ("analysis/columns/engine.py",), "only analysis/columns speaks to DuckDB"),
    (("streamlit",), ("app.py", *PAGES), "only app.py and the pages import streamlit"),
    (("starlette", "fastapi"), ("app.py", "surveys/web/"), "only app.py and surveys/web speak HTTP"),
    (("analysis",), ("app.py", "analysis/", OF_SURVEYS), "surveys never imports analysis"),
    (("surveys.console", "analysis.pages"), ("app.py", *PAGES), "nothing but app.py and pages imports pages"),
    (("analysis.pages",), ("app.py", OF_RESULTS), "pages that design and collect don't import pages of results"),
    (("app", "tests"), (), "nothing imports the door or the tests"),
]


# Where respondents are, and on paper, engines are known by what they promise.
BEFORE_ENGINES = (
    "surveys/web/forms/", "surveys/web/cases/", "surveys/web/protection/", "surveys/web/rendering/",
    "surveys/web/staff/console_guard.py", "surveys/web/staff/paper_entry.py", "surveys/web/staff/print_material.py",
    "surveys/web/staff/staff_forms.py",
)  # fmt: skip
PROMISES = ("surveys.storage.records", "surveys.storage.changes")


def complaints(name: str, modules: list[str]) -> Iterator[str]:
    """What a file imports against the rules."""
    for module in modules:
        for what, by, rule in RULES:
            if inside(module, *what) and not name.startswith(by):
                yield f"{module}: {rule}"
        if name.startswith(BEFORE_ENGINES) and inside(module, "surveys.storage") and not inside(module, *PROMISES):
            yield f"{module}: the pages of respondents know protocols and records, and no engine"
        page_beside = inside(module, "surveys.console") and not inside(module, "surveys.console.kit")
        if page_beside and name.startswith((OF_RESULTS, KIT)) and module != "surveys.console":
            yield f"{module}: pages of results and the kit itself know the kit of the console, and nothing else of it"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_keep_the_rules(path: Path) -> None:
    """app → pages → analysis → surveys; SQL, Streamlit and Starlette only in their rooms."""
    assert not list(complaints(path.relative_to(ROOT).as_posix(), list(imported(path))))


PURE_ROOMS = {
    "analysis/pages/", "analysis/comments/comment_worker.py", "analysis/command_line/",
    "analysis/columns/answered_survey.py", "analysis/columns/originals.py", "analysis/released/gate.py",
    "analysis/released/stored_evidence.py", "analysis/improvement/stored_indicators.py",
    "analysis/improvement/promise_watch.py", "analysis/released/named_answers.py",
    "analysis/reports/stored_material.py", "analysis/reports/stored_work.py", "analysis/reports/stored_customer.py",
    "analysis/released/appraisals.py", "analysis/released/agent_quality.py",
    "analysis/assistants/desk.py", "analysis/assistants/installed.py",
}  # fmt: skip
PURE = [
    path
    for path in SOURCES
    if path.is_relative_to(ROOT / "analysis") and not path.relative_to(ROOT).as_posix().startswith(tuple(PURE_ROOMS))
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_statistics_and_text_functions_never_see_a_store(path: Path) -> None:
    """They take frames and values; reading the database is done at the edge."""
    stores = ("surveys.storage.Store", "surveys.storage.open_store", "surveys.storage.sqlite")
    assert not [module for module in imported(path) if inside(module, *stores)]


@pytest.mark.parametrize("house", ["surveys", "analysis"])
def test_no_room_imports_back_up_to_one_that_stands_on_it(house: str) -> None:
    """The folders and files of a house, each as one, import each other without a circle."""
    below = defaultdict(set)
    for path in SOURCES:
        room = _room(path.relative_to(ROOT).with_suffix("").parts)
        if path.is_relative_to(ROOT / house) and room:
            others = (_room(module.split(".")) for module in imported(path) if inside(module, house))
            below[room] |= {other for other in others if other and other != room}
    try:
        TopologicalSorter(below).prepare()
    except CycleError as circle:
        pytest.fail(f"rooms that import each other in a circle: {circle.args[1]}")


def _room(parts: tuple[str, ...] | list[str]) -> str | None:
    """`surveys.people` of a file in it or below it; None for the house itself and its front door."""
    return None if len(parts) < 2 or parts[1].startswith("_") else ".".join(parts[:2])


def test_neither_forms_nor_commands_load_what_only_figures_need() -> None:
    """It would be half of their start, and of the memory of the process of the forms."""
    program = "import sys, surveys.web.front.application, surveys.command_line; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pandas", "pyarrow", "scipy", "streamlit", "matplotlib"} & set(loaded.stdout.split())


@pytest.mark.parametrize("path", sorted({path.parent for path in SOURCES}), ids=lambda path: path.as_posix()[-40:])
def test_no_folder_lists_more_than_one_can_read(path: Path) -> None:
    entries = [each for each in path.iterdir() if not each.name.startswith(("_", "."))]
    assert len(entries) <= LONGEST_LIST


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("surveys/web/forms/forms.py", ["sqlite3"]),
        ("analysis/drivers/drivers.py", ["streamlit"]),
        ("surveys/definition/survey.py", ["starlette.requests"]),
        ("surveys/definition/templates.py", ["analysis.text"]),
        ("analysis/monitoring/trends.py", ["analysis.pages.results"]),
        ("surveys/console/design/new_survey.py", ["analysis.pages.results"]),
        ("analysis/pages/results.py", ["surveys.console.design.new_survey"]),
        ("surveys/console/kit/words.py", ["surveys.console.design.new_survey"]),
        ("surveys/web/forms/forms.py", ["surveys.storage", "surveys.storage.Store"]),
        ("surveys/web/cases/case_pages.py", ["surveys.storage.sqlite.cases"]),
    ],
    ids=[
        "SQL in a form", "streamlit in a statistic", "web in a definition", "analysis in surveys", "a page below",
        "results in a designer's page", "a designer's page in results", "a page in the kit",
        "a store in a form", "an engine in a page of cases",
    ],
)  # fmt: skip
def test_the_rules_bite(name: str, modules: list[str]) -> None:
    """A file that breaks a rule is found."""
    assert list(complaints(name, modules))
