"""The README's recipes are followed on a copy of the house.

What they name is touched, nothing else, and every test over a registry holds for what was added.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from xml.etree import ElementTree

import pytest

from tests.support.additions import ADDITIONS as OF_THE_HOUSE
from tests.support.additions import Addition, apply
from tests.support.report_additions import REPORT_ADDITIONS

ADDITIONS = {**OF_THE_HOUSE, **REPORT_ADDITIONS}
ROOT = Path(__file__).parents[2]
COPIED = ("surveys", "analysis", "survey_templates", "data", "tests", "deploy")
FILES = ("app.py", "pyproject.toml", "README.md", "CHANGELOG.md", "SECURITY.md", "Makefile", "requirements.txt")
RECIPES = {
    row[0]: row[1:]
    for line in (ROOT / "README.md").read_text("utf-8").partition("## Recipes")[2].partition("\n## ")[0].splitlines()
    if line.startswith(("| add", "| change")) and len(row := [cell.strip() for cell in line.strip("|").split("|")]) == 3
}


def named(recipe: str) -> list[str]:
    """The files and folders that a recipe names."""
    words = re.findall(r"`([\w./-]+)`", RECIPES[recipe][0])
    return [each for each in words if "/" in each or "." in each]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What became of each test in the copy with everything added: passed, failed or skipped, by file::name."""
    house = tmp_path_factory.mktemp("house")
    for name in COPIED:
        copytree(ROOT / name, house / name, ignore=lambda folder, names: {n for n in names if _is_left(n)})
    for name in FILES:
        (house / name).write_bytes((ROOT / name).read_bytes())
    for addition in ADDITIONS.values():
        apply(house, addition)
    _print_permissions(house)
    return _tested(house, list(ADDITIONS.values()))


def _print_permissions(house: Path) -> None:
    """The README's table anew, as the recipe of a role says."""
    printed = _in(house, "-m", "surveys", "permissions").stdout
    text = (house / "README.md").read_text("utf-8")
    before, table = text[: text.index("| action |")], text[text.index("| action |") :]
    (house / "README.md").write_text(before + printed + table[table.index("\n\n") + 1 :], encoding="utf-8")


def _in(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def _is_left(name: str) -> bool:
    """Data, and what is just being compiled; what has been compiled comes along and spares the copy that time."""
    return ".pyc." in name or name.endswith((".db", ".db-wal", ".db-shm", ".key")) or name == "uploads"


def _tested(house: Path, additions: list[Addition]) -> dict[str, list[str]]:
    """One run over all, since most of its time is the start."""
    files = {path for each in additions for path in each.contracts}
    whole = {path for each in additions for path in each.whole}
    words = [*(each.name for each in additions), *(re.split("::|/", path)[-1] for path in whole)]
    report = house / "report.xml"
    run = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *sorted(files | whole))
    done = _in(house, *run, "-k", " or ".join(words))
    assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        bad = [each for each in case if each.tag in ("failure", "error", "skipped")]
        said = [f"{each.tag}: {each.get('message')}" for each in bad]
        place = case.get("classname", "").replace(".", "/") + ".py::" + case.get("name", "")
        found.setdefault(place, []).extend(said)
    return found


@pytest.mark.parametrize("recipe", ADDITIONS)
def test_a_recipe_names_the_files_it_touches(recipe: str) -> None:
    """No file that it leaves unsaid, none that would not have been needed."""
    places, touched = named(recipe), ADDITIONS[recipe].touched
    for path in touched:
        assert any(path == place or path.startswith(place.rstrip("/") + "/") for place in places), path
    for place in places:
        assert any(path == place or path.startswith(place.rstrip("/") + "/") for path in touched), place


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_a_recipe_names_is_there(recipe: str) -> None:
    assert named(recipe) and all((ROOT / path).exists() for path in named(recipe))


@pytest.mark.parametrize("recipe", ADDITIONS)
def test_what_is_added_as_the_recipe_says_keeps_every_contract(recipe: str, outcomes: dict[str, list[str]]) -> None:
    """The same tests as over everything that was there before, found by its name."""
    addition = ADDITIONS[recipe]
    for path, least in addition.contracts.items():
        over = {name: said for name, said in outcomes.items() if name.startswith(path) and addition.name in name}
        assert len(over) >= least, f"{path}: {len(over)} tests name {addition.name}"
        assert not {name: said for name, said in over.items() if said}
    for path in addition.whole:
        over = {name: said for name, said in outcomes.items() if name.startswith(path)}
        assert over and not {name: said for name, said in over.items() if said}


def test_every_recipe_is_followed() -> None:
    assert set(RECIPES) == set(ADDITIONS) and len(RECIPES) == 14
