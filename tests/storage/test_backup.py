"""Backups of a live database, and their way back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlite_utils import Migrations

from surveys.command_line import main
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite.backups.backup import AlreadyThere, UnfitBackup, back_up
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.cases.test_boxes import with_box, written
from tests.conftest import submission
from tests.intake.test_evidence import picture
from tests.support.front_door import visiting

__all__ = ["with_box"]  # a fixture

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def amount(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return int(connection.execute("SELECT count(*) FROM responses").fetchone()[0])


KEEP_ANSWERING = """
import sys
from surveys.storage import Store
from tests.conftest import submission
store, number = Store(sys.argv[1]), 1_000
while True:
    store.responses.append([submission(number)])
    number += 1
    print(number, flush=True)
"""


class Writer:
    """What a busy form does, in a process of its own until it is stopped: one commit after another.

    `value` is the number after the last answer it was told is kept; the first answer has 1,000.
    """

    def __init__(self, path: Path) -> None:
        self.value = 1_000
        self._process = subprocess.Popen(
            [sys.executable, "-c", KEEP_ANSWERING, str(path)], stdout=subprocess.PIPE, text=True
        )
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.value = int(line)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._listener.join()


@pytest.fixture
def busy(published: Store) -> Iterator[tuple[Store, Writer]]:
    """A store that another process writes to, and that writer."""
    writer = Writer(published.path)
    deadline = time.monotonic() + 60
    while writer.value < 1_005 and time.monotonic() < deadline:
        time.sleep(0.02)
    yield published, writer
    writer.stop()


def test_a_backup_is_one_moment_while_another_process_writes(busy: tuple[Store, Writer], tmp_path: Path) -> None:
    """Everything acknowledged before it began is in it, it is whole, and the writer is not stopped."""
    store, acknowledged = busy
    before = acknowledged.value - 1_000
    assert back_up(store.path, tmp_path / "backup.db") > (0, 0)
    after = acknowledged.value - 1_000
    assert before <= amount(tmp_path / "backup.db") <= after + 1
    deadline = time.monotonic() + 20
    while acknowledged.value - 1_000 <= after and time.monotonic() < deadline:
        time.sleep(0.02)
    assert acknowledged.value - 1_000 > after


def test_a_restore_is_seen_by_those_who_have_the_database_open(busy: tuple[Store, Writer], tmp_path: Path) -> None:
    """A running server reads and writes on, on what was restored; the state before is kept beside it."""
    store, acknowledged = busy
    backup = tmp_path / "backup.db"
    back_up(store.path, backup)
    store.organisation.set("organisation", "改过的名字")
    kept = restore(backup, store.path, NOW)
    assert store.organisation.setting("organisation") is None
    assert kept == store.path.with_name("xinsheng-before-20261122-083000.db")
    assert amount(kept) >= amount(backup)
    seen = acknowledged.value
    deadline = time.monotonic() + 20
    while acknowledged.value < seen + 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert acknowledged.value >= seen + 3
    assert amount(store.path) > amount(backup)


def test_a_backup_is_one_file(published: Store, tmp_path: Path) -> None:
    """No journal beside it, readable where nothing can be written, and with the database's permissions."""
    published.path.chmod(0o600)
    back_up(published.path, tmp_path / "backup" / "one.db")
    assert [each.name for each in (tmp_path / "backup").iterdir()] == ["one.db"]
    assert (tmp_path / "backup" / "one.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "backup" / "one.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_a_backup_does_not_overwrite_unasked(published: Store, tmp_path: Path) -> None:
    """An older backup stays unless it was meant, and the live database in any case."""
    (tmp_path / "backup.db").write_text("something else")
    with pytest.raises(AlreadyThere):
        back_up(published.path, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "something else"
    back_up(published.path, tmp_path / "backup.db", overwrite=True)
    assert amount(tmp_path / "backup.db") == 0
    with pytest.raises(AlreadyThere):
        back_up(published.path, published.path, overwrite=True)


def test_a_damaged_database_gives_no_backup(published: Store, tmp_path: Path) -> None:
    """The copy is checked before it gets its name."""
    published.responses.append([submission(number) for number in range(2_000)])
    published.close()
    with closing(sqlite3.connect(published.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(published.path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8_192] = b"\xff" * 8_192
    published.path.write_bytes(content)
    with pytest.raises(UnfitBackup, match="已损坏"):
        back_up(published.path, tmp_path / "backup.db")
    assert not list(tmp_path.glob("*backup*"))


def test_an_older_schema_is_upgraded_on_restore(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup made before the latest change of the schema has it afterwards, and its answers still."""
    published.responses.append([submission(1)])
    back_up(published.path, tmp_path / "old.db")
    later = Migrations("later")
    later(name="m999_later")(lambda db: db.execute("CREATE TABLE later (a)"))
    monkeypatch.setattr(migrations, "_migrations", [*migrations._migrations, *later._migrations])
    restore(tmp_path / "old.db", published.path, NOW)
    assert not migrations.pending(connect(published.path))
    assert connect(published.path).table("later").exists()
    assert amount(published.path) == 1
    assert not [each.name for each in tmp_path.iterdir() if each.name.endswith("part")]


def write_newer(path: Path) -> None:
    Store(path).close()
    with closing(connect(path)) as db:
        db.table(migrations.migrations_table).insert(
            {"migration_set": "xinsheng", "name": "m999_later", "applied_at": ""}
        )


def write_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE something (a)")


@pytest.mark.parametrize(
    "write, reason",
    [
        (write_newer, "来自更新的版本（m999_later）"),
        (write_foreign, "不是心声的数据库"),
        (lambda path: path.write_text("not a database " * 100), "不是数据库文件"),
        (lambda path: path.write_bytes(b""), "不是心声的数据库"),
    ],
    ids=["newer schema", "another program's", "no database", "empty"],
)
def test_what_is_no_backup_changes_nothing(
    write: Callable[[Path], object], reason: str, published: Store, tmp_path: Path
) -> None:
    """The live database stays as it is."""
    published.responses.append([submission(1)])
    write(tmp_path / "odd.db")
    with pytest.raises(UnfitBackup, match=reason):
        restore(tmp_path / "odd.db", published.path, NOW)
    assert published.responses.amount("power-visit") == 1
    assert not list(tmp_path.glob("*before*"))


def test_restore_where_there_is_no_database_yet(published: Store, tmp_path: Path) -> None:
    """As on a new machine."""
    published.responses.append([submission(1)])
    back_up(published.path, tmp_path / "backup.db")
    assert restore(tmp_path / "backup.db", tmp_path / "new" / "xinsheng.db", NOW) is None
    assert Store(tmp_path / "new" / "xinsheng.db").responses.amount("power-visit") == 1


def test_a_restore_ends_every_session(published: Store, tmp_path: Path) -> None:
    """Who signed out after the backup stays signed out."""
    account = published.accounts.add("zhang", "张三", Role.STAFF, "hash", now=NOW)
    published.accounts.begin_session(account, "hash of a token", NOW)
    back_up(published.path, tmp_path / "backup.db")
    published.accounts.end_session("hash of a token")
    restore(tmp_path / "backup.db", published.path, NOW)
    assert published.accounts.named("zhang")
    assert published.accounts.of_session("hash of a token", NOW) is None


def test_commands(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Backup, refusal, restore, with messages that say what to do."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    backup = str(tmp_path / "backup.db")
    assert main(["backup", backup]) == 0
    assert main(["backup", backup]) == 1
    assert "--force" in capsys.readouterr().err
    published.responses.append([submission(1)])
    assert main(["restore", backup]) == 0
    assert "恢复前的状态保存在" in capsys.readouterr().out
    assert published.responses.amount("power-visit") == 0
    assert published.accounts.audit()[0].action == "restore"
    assert main(["restore", str(tmp_path / "nothing.db")]) == 1
    assert "nothing.db" in capsys.readouterr().err


def test_files_go_with_the_backup_and_come_back(with_box: Store, tmp_path: Path) -> None:
    """A photo is beside the backup, readable by its owner alone, and there again when everything else is lost."""
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
    [key] = with_box.cases.photos(with_box.cases.all()[0].id)
    photo = with_box.uploads.content(key)
    assert back_up(with_box.path, tmp_path / "kept" / "backup.db")[1] == 1
    [copy] = (tmp_path / "kept" / "backup-uploads").glob("??/*")
    assert copy.read_bytes() == photo and copy.stat().st_mode & 0o077 == 0
    restore(tmp_path / "kept" / "backup.db", tmp_path / "new" / "xinsheng.db", NOW)
    assert Store(tmp_path / "new" / "xinsheng.db").uploads.content(key) == photo


def test_a_backup_made_anew_forgets_what_was_withdrawn(with_box: Store, tmp_path: Path) -> None:
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
    back_up(with_box.path, tmp_path / "backup.db")
    with closing(sqlite3.connect(with_box.path)) as db, db:
        db.execute("DELETE FROM uploads")
    assert back_up(with_box.path, tmp_path / "backup.db", overwrite=True)[1] == 0
    assert not list((tmp_path / "backup-uploads").glob("??/*"))
