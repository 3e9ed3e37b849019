"""Pages of results get figures, tables and comments from the gate alone; no row of answers stands in one of them."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.released.askable import assert_askable
from tests.house.test_import_rules import ROOT, imported, inside

PAGES = sorted((ROOT / "analysis" / "pages").rglob("*.py"))
FRAMES = ("response_frame", "comment_frames")
READERS = {  # part of the store → what reads answers, or what was written in them, from it
    "responses": {"responses", "page", "arrived", "get", "newest", "raw"},
    "findings": {"of"},
    "reviews": {"of"},
    "raw_answers": None,
}
ROWS = {"responses", "earlier", "comments", "mentions", "earlier_comments"}
"""What frames of rows are called."""
OF_TUPLES = {"_replace"}
NO_FRAMES = {"each.comments", "kept.comments"}  # how many comments a layer has learned from


def reads_rows(tree: ast.AST) -> Iterator[str]:
    """What a page does to get at rows: reads the store's answers, or takes a frame out of something."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        if isinstance(owner, ast.Attribute) and owner.attr in READERS:
            read = READERS[owner.attr]
            if read is None or node.attr in read:
                yield f"line {node.lineno}: .{owner.attr}.{node.attr}"
        elif node.attr.startswith("_") and not node.attr.startswith("__") and node.attr not in OF_TUPLES:
            yield f"line {node.lineno}: .{node.attr} is nobody else's"
        elif node.attr in ROWS and not is_of_the_store(owner) and ast.unparse(node) not in NO_FRAMES:
            yield f"line {node.lineno}: .{node.attr}"


def is_of_the_store(owner: ast.AST) -> bool:
    """`store.responses`, `session.store().findings`: a part of the store, which READERS looks after."""
    called = owner.func if isinstance(owner, ast.Call) else owner
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    return name in ("store", "minimums")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_holds_rows(path: Path) -> None:
    """Neither by what it imports nor by what it looks into."""
    modules = list(imported(path))
    kept = ("analysis.columns", "analysis.released.released_rows", "analysis.released.anonymous", "analysis.frames")
    beyond = [module for module in modules if inside(module, *kept[:3]) or module.endswith(FRAMES)]
    assert not beyond
    assert not list(reads_rows(ast.parse(path.read_text("utf-8"))))


@pytest.mark.parametrize(
    "page",
    ["view.responses['csat']", "found.earlier", "view.comments", "session.store().responses.responses('x')",
     "store.findings.of('x')", "view._rows", "view._reading.source"],
)  # fmt: skip
def test_a_page_that_holds_rows_is_found(page: str) -> None:
    assert list(reads_rows(ast.parse(page)))


def asked(tree: ast.AST) -> Iterator[ast.expr]:
    """What stands first in each call of `ask`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ask":
            yield node.args[0]


@pytest.mark.parametrize("path", [*PAGES, ROOT / "analysis" / "released" / "summary.py"], ids=lambda path: path.name)
def test_what_is_asked_stands_outside_the_pages(path: Path) -> None:
    """Always by the name of a function at the head of a module: no lambda, none made on the way, none of a page."""
    functions = list(asked(ast.parse(path.read_text("utf-8"))))
    assert all(isinstance(each, ast.Name) for each in functions)
    if functions:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for each in functions:
            assert_askable(getattr(module, each.id))  # type: ignore[attr-defined]
