"""Names that a search finds: one meaning for a name of a class, functions that say what they do."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.house.test_import_rules import ROOT, SOURCES


def test_a_name_of_a_class_means_one_thing() -> None:
    """Whoever looks for it finds the one."""
    homes = defaultdict(set)
    for path in SOURCES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].add(path.relative_to(ROOT).as_posix())
    assert not {name: sorted(places) for name, places in homes.items() if len(places) > 1}


def test_every_file_says_what_it_is() -> None:
    unsaid = [path for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not [Path(path).relative_to(ROOT).as_posix() for path in unsaid]
