"""A database knows its secret: a missing or another one is refused at start, with what it would break."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.audit_archive import archive_audit, archived_lines, check_archives
from surveys.operations.installation_secret import OtherSecret, accept_secret, installation_secret
from surveys.settings import FINGERPRINT, secret_key
from surveys.storage import Store
from surveys.storage.sqlite import connection
from tests.support.serving import ROOT, free_port

pytestmark = pytest.mark.dated


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


def test_the_trail_of_before_is_verifiable_under_a_new_secret(
    used: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anchors, archives and what comes after; what was broken before stays broken, and the trail says up to where."""
    for number in range(450):
        used.accounts.record("boss", "publish", f"survey-{number}")
    place, folder = used.path.with_suffix(".key"), tmp_path / "archives"
    later = local_day(utc_now()) + timedelta(days=400)
    archive_audit(used, later - timedelta(days=200), folder, by="boss", today=later)
    for number in range(250):
        used.accounts.record("boss", "close", f"survey-{number}")
    assert used.accounts.check_audit().problems == ()
    another(place)
    connection._secret.cache_clear()
    assert {each.partition(" ")[0] for each in used.accounts.check_audit().problems} == {"anchor", "segment"}
    before = used.accounts.check_audit().head
    signed = accept_secret(used, place, by="boss")
    assert signed is not None and signed.whole and signed.hash == before and signed.signatures >= 2
    found = used.accounts.check_audit(head=before)
    assert found.problems == () and found.anchors >= 2
    assert check_archives(used, folder).wrong == () and check_archives(used, folder).missing == ()
    assert archived_lines(used, next(iter(folder.iterdir())))
    assert signed.hash in used.accounts.audit(3)[0].detail + used.accounts.audit(3)[1].detail
    with sqlite3.connect(used.path) as db:
        db.execute("DROP TRIGGER IF EXISTS audit_never_changes")
        triggers = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in (each for each in triggers if "audit" in each):
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET detail = 'forged' WHERE id = (SELECT min(id) + 3 FROM audit)")
    another(place)
    connection._secret.cache_clear()
    broken = accept_secret(used, place, by="boss")
    assert broken is not None and not broken.whole and used.accounts.check_audit().problems != ()
