"""What the product stands on is pinned to its files, with known licences; an audit that could not ask says so."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from types import SimpleNamespace

import pytest

from tests.house.test_import_rules import ROOT

_spec = importlib.util.spec_from_file_location("dependencies", ROOT / "deploy" / "dependencies.py")
assert _spec and _spec.loader
dependencies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(dependencies)

LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def test_everything_is_locked_as_it_is_required() -> None:
    """Each requirement at its version, and with it whatever it needs; run `deploy/lock` after a change."""
    required = dependencies.pinned((ROOT / "requirements.txt").read_text("utf-8"))
    locked = dependencies.pinned(LOCK)
    assert required and {name: locked.get(name) for name in required} == required
    assert len(locked) > len(required)


def test_every_package_has_hashes_and_nothing_else_is_named() -> None:
    """Neither an address to fetch from nor a folder."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:60]
    assert not re.search(r"^--|://|\bfile:", LOCK, re.MULTILINE)


def test_what_runs_is_installed_by_its_hashes() -> None:
    """On a developer's machine as on a server."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition(".venv/.runtime: requirements.lock\n")[2]
    assert "--require-hashes -r requirements.lock" in recipe.partition("\n\n")[0]
    assert "--require-hashes" in (ROOT / "deploy" / "install").read_text("utf-8")


def test_the_licences_are_those_of_what_is_locked() -> None:
    """`make licences` after a change; none of them forbids to hand the product on."""
    told = dependencies.LICENCES.read_text("utf-8").partition("| --- |")[2]
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\S+) \|", told, re.MULTILINE))
    assert listed == dependencies.pinned(LOCK)
    rows = re.findall(r"^\| [a-z0-9-]+ \| \S+ \| (.*) \|$", told, re.MULTILINE)
    assert all(each.strip() for each in rows)
    assert not [each for each in rows if re.search(r"\bA?GPL|Affero|SSPL|Commons Clause", each) and "LGPL" not in each]


@pytest.mark.parametrize(
    ("returncode", "stderr", "expected", "word"),
    [
        (0, "No known vulnerabilities found", 0, "No weakness"),
        (1, "Found 2 known vulnerabilities in 1 package", 1, "Found 2"),
        (1, "requests.exceptions.ConnectionError: no route", 3, "NOT CHECKED"),
        (1, "No module named pip_audit", 3, "NOT CHECKED"),
    ],
    ids=["clean", "found", "unreachable", "not installed"],
)
def test_an_audit_that_could_not_ask_is_no_clean_one(
    returncode: int, stderr: str, expected: int, word: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    done = SimpleNamespace(returncode=returncode, stdout="", stderr=stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert dependencies.audit() == expected
    assert word in "".join(capsys.readouterr())
