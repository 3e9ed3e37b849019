"""A database knows its secret: a missing or another one is refused at start, with what it would break."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.operations.installation_secret import OtherSecret, installation_secret
from surveys.settings import FINGERPRINT, secret_key
from surveys.storage import Store
from tests.support.serving import ROOT, free_port


@pytest.fixture
def used(store: Store) -> Store:
    """A database that was started once."""
    installation_secret(store, store.path.with_suffix(".key"))
    return store


def lost(place: Path) -> None:
    place.unlink()


def another(place: Path) -> None:
    place.unlink()
    secret_key(place)


Harm = Callable[[Path], None]
HARMS = [lost, another]


def test_the_first_start_makes_one_and_the_next_finds_it(store: Store) -> None:
    place = store.path.with_suffix(".key")
    assert installation_secret(store, place) == installation_secret(store, place) == place.read_bytes()
    assert place.read_bytes().hex() not in (store.organisation.setting(FINGERPRINT) or "")


@pytest.mark.parametrize("harm", HARMS)
def test_another_is_refused_and_none_is_made_silently(used: Store, harm: Harm) -> None:
    place = used.path.with_suffix(".key")
    harm(place)
    there = place.exists()
    with pytest.raises(OtherSecret, match="回执码"):
        installation_secret(used, place)
    assert place.exists() == there


STARTS = {
    "serve": ["-m", "surveys", "serve", "--port", "{port}"],
    "a command": ["-m", "surveys", "invite", "list"],
    "python": ["app.py"],
    "uvicorn": ["-m", "uvicorn", "app:app", "--port", "{port}"],
}


@pytest.mark.parametrize("start", STARTS)
def test_nothing_starts_with_another(used: Store, start: str) -> None:
    """Whichever way: it ends, says what would break and what to do, and shows no traceback."""
    another(used.path.with_suffix(".key"))
    command = [part.format(port=free_port()) for part in STARTS[start]]
    environment = os.environ | {"XINSHENG_DB": str(used.path), "PORT": str(free_port())}
    run = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode != 0
    assert "回执码" in run.stderr and "accept-secret" in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize("harm", HARMS)
def test_a_new_one_is_accepted_knowingly(
    used: Store, harm: Harm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a command that says what it costs; the audit has it, and the second time nothing happens."""
    monkeypatch.setenv("XINSHENG_DB", str(used.path))
    harm(used.path.with_suffix(".key"))
    assert main(["invite", "list"]) == 1
    assert main(["accept-secret"]) == 0
    assert "回执码" in capsys.readouterr().out
    assert used.accounts.audit()[0].action == "accept secret"
    assert main(["invite", "list"]) == 0
    assert main(["accept-secret"]) == 0 and "没有改动" in capsys.readouterr().out
