"""Names that a search finds: one meaning for a name of a class, functions that say what they do."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

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


# What people of the field would look for, and the file that a search for it must find by its first lines.
TERMS = {
    "captcha": "surveys/web/protection/proof_of_work.py",
    "rate limit": "surveys/web/protection/rate_limits.py",
    "throttle": "surveys/web/protection/guesses.py",
    "wave": "surveys/fieldwork/rounds/__init__.py",
    "skip logic": "surveys/definition/routing.py",
    "display logic": "surveys/definition/conditions.py",
    "unsubscribe": "surveys/storage/sqlite/wishes.py",
    "drop-out": "analysis/pages/sampling/response_rate.py",
    "single sign-on": "surveys/accounts/identity_provider.py",
    "net promoter": "analysis/level/loyalty.py",
    "duplicate": "surveys/people/merging.py",
    "quota": "surveys/storage/sqlite/quotas.py",
    "weights": "analysis/sampling/weighting.py",
    "360": "surveys/fieldwork/raters.py",
    "bounce": "surveys/channels/bounces.py",
    "kiosk": "surveys/web/forms/kiosk.py",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_field_finds_its_file(term: str) -> None:
    path = ROOT / TERMS[term]
    opening = f"{path.stem} {ast.get_docstring(ast.parse(path.read_text('utf-8')))}"
    assert term in opening.lower()
