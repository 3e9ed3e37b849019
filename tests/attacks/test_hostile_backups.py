"""A ZIP that somebody gives out as a backup: unpacked apart, within bounds, to its place alone, or not at all."""

from __future__ import annotations

import io
import resource
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from surveys import bounded_work
from surveys.storage import Store
from surveys.storage.sqlite.backups import packed, prepared
from surveys.storage.sqlite.backups import shelf as shelf_of_backups
from surveys.storage.sqlite.backups.backup import UnfitBackup, back_up
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.seals import seal
from surveys.storage.sqlite.backups.shelf import Shelf
from tests.conftest import submission

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As outside of tests."""
    monkeypatch.setattr(bounded_work, "HERE", False)


def archive(*members: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return written.getvalue()


def claiming_little(megabytes: int) -> bytes:
    """Its list says a hundred bytes, and its inside does not end there."""
    content = bytearray(archive(("backup.db", bytes(megabytes * 1_000_000))))
    listed = content.rindex(b"PK\x01\x02")
    content[listed + 24 : listed + 28] = struct.pack("<I", 100)
    return bytes(content)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "claims little": lambda: claiming_little(50),
    "two databases": lambda: archive(("backup.db", b"1"), ("other.db", b"2")).replace(b"other.db", b"backup.db"),
    "none": lambda: archive(("notes.txt", b"1")),
    "cut off": lambda: archive(("backup.db", bytes(100_000)))[:200],
    "claims gigabytes": lambda: archive(("backup.db", b"1")).replace(
        struct.pack("<I", 1) + struct.pack("<H", 9), b"\xf0\xff\xff\xff" + struct.pack("<H", 9)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_backup_leaves_nothing(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path / "xinsheng.db")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnfitBackup, match=r"压缩文件|读取时"):
        shelf.bring(HOSTILE[name](), NOW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150


def test_what_unpacks_to_more_than_may_be_ends_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process apart is stopped, however little its list claims."""
    monkeypatch.setattr(packed, "LARGEST_UNPACKED", 5_000_000)
    source = tmp_path / "backup.zip"
    source.write_bytes(archive(("backup.db", bytes(20_000_000))))
    with pytest.raises(UnfitBackup, match="太大"):
        packed.unpack(source, tmp_path / "made" / "backup.db")
    assert not (tmp_path / "made" / "backup.db").exists()


@pytest.mark.parametrize("name", ["../evil.db", "/tmp/evil.db", "backup-uploads/../../evil", "backup-uploads/aa/../x"])
def test_nothing_is_written_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    shelf = Shelf(tmp_path / "deep" / "xinsheng.db")
    monkeypatch.setattr(shelf_of_backups, "assert_fit", lambda path: None)
    brought = shelf.bring(archive(("backup.db", b"not yet looked at"), (name, b"evil")), NOW)
    there = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in there] == [brought] and not Path("/tmp/evil.db").exists()


def other_program(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE notes (words TEXT CHECK (length(words) < 9))")
        db.commit()
    return path.read_bytes()


@pytest.mark.parametrize("way, name", [
    ("alone", "no database"), ("alone", "another program's"), ("packed", "cut off"), ("alone", "damaged within"),
    ("alone", "as it was"), ("packed", "as it was"),
])  # fmt: skip
def test_a_database_is_looked_through_apart_before_it_can_be_restored(
    store: Store, tmp_path: Path, way: str, name: str
) -> None:
    """Nothing of an unfit one lies on the shelf; where the process apart dies of it, this one goes on."""
    back_up(store.path, tmp_path / "good.db")
    good = (tmp_path / "good.db").read_bytes()
    content = {
        "no database": b"SQLite format 3\0" + bytes(9000), "another program's": other_program(tmp_path / "other.db"),
        "cut off": good[: len(good) // 2], "as it was": good,
        "damaged within": good[:20_000] + bytes(4096) + good[24_096:],
    }[name]  # fmt: skip
    shelf = Shelf(tmp_path / "here" / "xinsheng.db")
    (tmp_path / "here").mkdir()
    sent = content if way == "alone" else archive(("backup.db", content))
    if name == "as it was":
        assert shelf.bring(sent, NOW) in [each.name for each in shelf.all()]
        return
    with pytest.raises(UnfitBackup):
        shelf.bring(sent, NOW)
    assert shelf.all() == [] and list((tmp_path / "here").rglob("*.db")) == []


ACTING = {
    "a trigger": "CREATE TRIGGER trap AFTER DELETE ON sessions BEGIN UPDATE accounts SET role = 'admin'; END",
    "one of ours that never ends": """
        DROP TRIGGER published_versions_stay;
        CREATE TRIGGER published_versions_stay BEFORE UPDATE ON revisions BEGIN
        SELECT count(*) FROM (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r); END""",
    "a view": "CREATE VIEW more AS SELECT * FROM accounts",
    "a virtual table": "CREATE VIRTUAL TABLE found USING fts5(words)",
}


@pytest.mark.parametrize("harm", ACTING)
def test_what_acts_by_itself_in_a_backup_is_not_brought_back(published: Store, tmp_path: Path, harm: str) -> None:
    """Made by somebody who seals it anew, as anybody can: refused, and nothing of the installation is touched."""
    published.responses.append([submission()])
    backup = tmp_path / "backup.db"
    back_up(published.path, backup)
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript(ACTING[harm])
    seal(backup, {})
    with pytest.raises(UnfitBackup, match="不属于本程序"):
        restore(backup, published.path, NOW)
    assert published.responses.amount("power-visit") == 1
    assert not list(tmp_path.rglob("*.part*"))


def test_the_console_only_copies_pages_of_what_was_made_ready_apart(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole one comes back through the process with bounds; one that takes longer than that is refused in words."""
    monkeypatch.setattr(bounded_work, "HERE", False)
    published.responses.append([submission()])
    back_up(published.path, tmp_path / "backup.db")
    published.responses.append([submission(1)])
    restore(tmp_path / "backup.db", published.path, NOW)
    assert published.responses.amount("power-visit") == 1
    monkeypatch.setattr(prepared, "MOST_MEMORY", 30_000_000)
    with pytest.raises(UnfitBackup):
        restore(tmp_path / "backup.db", published.path, NOW)
    assert published.responses.amount("power-visit") == 1
