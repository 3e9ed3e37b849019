"""The audit trail says what was done in words: every action that is written down anywhere has its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.console.administration.audit_wordings import ACTIONS
from surveys.fieldwork.campaigns.campaign import CampaignState
from surveys.localisation.language import gettext

ROOT = Path(__file__).parents[3]
WRITES = {"write_audit": 2, "record": 1, "record_all": 1, "_record": 1}
"""What writes a line, and the place of the action among its arguments."""
PARTS = {"save {kind.key}": ["save department", "save touchpoint"],
         "save {made.__name__.lower()}": ["save department", "save touchpoint"],
         "set {name}": ["set name", "set colour", "set logo", "set language", "set zone"],
         "{state} campaign": [f"{state.value} campaign" for state in CampaignState]}  # fmt: skip


def actions(path: Path) -> Iterator[str]:
    """The actions that a program writes, also those it hands on as `action`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            given = [node.args[WRITES[name]]] if name in WRITES and len(node.args) > WRITES[name] else []
            given += [each.value for each in node.keywords if each.arg == "action" and name == "keep"]
            yield from (action for each in given for action in _spoken(each))
        elif isinstance(node, ast.arg | ast.arguments):
            yield from _defaults(node)


def _defaults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.arguments):
        for name, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            if name.arg == "action" and isinstance(default, ast.Constant):
                yield str(default.value)


def _spoken(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_spoken(node.body), *_spoken(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        pattern = ast.unparse(node)[2:-1]
        yield from PARTS.get(pattern, [pattern])


PROGRAMS = [path for room in ("surveys", "analysis") for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_action_that_is_written_down_has_words() -> None:
    """An action without words would stand in the Chinese console in English."""
    written = {action: path.name for path in PROGRAMS for action in actions(path)}
    assert len(written) > 40, "the look through the programs finds them"
    assert {action: where for action, where in written.items() if action not in ACTIONS} == {}


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_is_said_in_both_languages(action: str) -> None:
    """In Chinese characters, and in the English of the catalogue."""
    assert re.search("[\u4e00-\u9fff]", ACTIONS[action])
    assert gettext(ACTIONS[action], "en") != ACTIONS[action]
