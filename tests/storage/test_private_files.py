"""What an installation keeps is for its own account alone: made so, and mended where it was left open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from surveys.private_files import shut_to_others
from surveys.settings import secret_key
from surveys.storage import Store
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.shelf import Shelf
from tests.cases.test_boxes import with_box, written
from tests.intake.test_evidence import picture
from tests.support.front_door import visiting
from tests.support.serving import ROOT, serving

__all__ = ["with_box"]  # a fixture

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
OPEN = 0o077


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """As under an account whose files others may read."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(each) for each in (folder, *folder.rglob("*")) if each.stat().st_mode & OPEN]


def installation(folder: Path) -> Store:
    """A database with its secret in a folder of its own."""
    store = Store(folder / "xinsheng.db")
    store.organisation.set("organisation", "一家单位")
    secret_key(store.path.with_suffix(".key"))
    return store


def test_whatever_is_made_is_private(with_box: Store, tmp_path: Path) -> None:
    """Database, log, secret, photos, backups, what is brought along and what a restore keeps aside."""
    home = tmp_path / "far" / "away"
    store = installation(home)
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
    shelf = Shelf(with_box.path)
    name = shelf.add(NOW)
    brought = shelf.bring(shelf.packed(name), NOW)
    shelf.bring(shelf.place(name).read_bytes(), NOW.replace(minute=31))
    restore(shelf.place(brought), store.path, NOW)
    assert {each.suffix for each in home.rglob("*") if each.is_file()} >= {".db", ".key", ".db-wal"}
    assert list((home / "uploads").glob("??/*")) and list(home.glob("*-before-*"))
    assert not open_to_others(tmp_path / "far")
    assert not open_to_others(shelf.place(name).parent) and not open_to_others(with_box.path.parent / "uploads")


def left_open(folder: Path) -> Store:
    """An installation as an older version, or a hand that copied it, has left it."""
    store = installation(folder)
    Shelf(store.path).add(NOW)
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    return store


def test_what_was_left_open_is_shut_and_said_once(tmp_path: Path) -> None:
    store = left_open(tmp_path / "home")
    said = shut_to_others(store.path, store.path.with_suffix(".key"))
    assert not open_to_others(tmp_path / "home")
    assert {line.partition(":")[0] for line in said} >= {str(store.path), str(store.path.with_suffix(".key"))}
    assert not shut_to_others(store.path, store.path.with_suffix(".key"))


def test_what_belongs_to_others_is_left_and_named(tmp_path: Path) -> None:
    """A folder shared with something else is not shut under its feet, nor is a neighbour of a similar name."""
    store = left_open(tmp_path / "shared")
    strangers = [tmp_path / "shared" / name for name in ("notes.txt", "xinshengly.db")]
    for each in strangers:
        each.write_text("not ours")
        each.chmod(0o644)
    said = shut_to_others(store.path, store.path.with_suffix(".key"))
    assert set(open_to_others(tmp_path / "shared")) == {str(tmp_path / "shared"), *map(str, strangers)}
    assert "use a folder apart" in said[-1] and str(tmp_path / "shared") in said[-1]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    store = left_open(tmp_path / "home")
    (tmp_path / "target").write_text("elsewhere")
    (tmp_path / "target").chmod(0o644)
    (tmp_path / "home" / "uploads").symlink_to(tmp_path / "target")
    shut_to_others(store.path, store.path.with_suffix(".key"))
    assert (tmp_path / "target").stat().st_mode & 0o777 == 0o644


def test_server_and_commands_shut_what_is_open(tmp_path: Path) -> None:
    """At their start, whatever the umask they were started under; what they write is private too."""
    store = left_open(tmp_path / "home")
    store.close()
    shutil.copytree(tmp_path / "home", tmp_path / "second")
    with serving(store.path):
        assert not [each for each in open_to_others(tmp_path / "home") if not each.endswith(".log")]
    environment = os.environ | {"XINSHENG_DB": str(tmp_path / "second" / "xinsheng.db")}
    command = [sys.executable, "-m", "surveys", "backup", str(tmp_path / "out" / "backup.db")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert not open_to_others(tmp_path / "out")
    command = [sys.executable, "-m", "surveys", "api-key", "list"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert not open_to_others(tmp_path / "second")
