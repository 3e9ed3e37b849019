"""A backup carries its checksum and knows its secret: what was altered, cut or belongs elsewhere changes nothing."""

from __future__ import annotations

import os
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.operations.installation_secret import installation_secret
from surveys.settings import secret_key
from surveys.storage import Store
from surveys.storage.sqlite.backups import backup as backup_module
from surveys.storage.sqlite.backups.backup import KeyNeeded, UnfitBackup, back_up, check_backup
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.seals import seal_of
from surveys.storage.sqlite.backups.shelf import Shelf
from tests.cases.test_boxes import with_box, written
from tests.conftest import submission
from tests.intake.test_evidence import picture
from tests.support.front_door import visiting

__all__ = ["with_box"]  # a fixture

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.fixture
def kept(published: Store, tmp_path: Path) -> Path:
    """A backup of a hundred answers."""
    published.responses.append([submission(number) for number in range(100)])
    back_up(published.path, tmp_path / "kept" / "backup.db")
    return tmp_path / "kept" / "backup.db"


def flipped(content: bytes, draw: random.Random) -> bytes:
    altered = bytearray(content)
    for place in draw.sample(range(len(altered)), 40):
        altered[place] ^= 1 + draw.randrange(255)
    return bytes(altered)


def in_an_answer(content: bytes, _: random.Random) -> bytes:
    """What someone wrote, letter for letter as long as before: no check of the structure sees it."""
    assert "师傅来得很快".encode() in content
    return content.replace("师傅来得很快".encode(), "师傅来得很慢".encode())


def in_the_seal(content: bytes, draw: random.Random) -> bytes:
    return content[:-60] + flipped(content[-60:], draw)


def without_seal(content: bytes, _: random.Random) -> bytes:
    return content[: content.rindex(b'{"pages"')]


@pytest.mark.parametrize("alter", [flipped, in_an_answer, in_the_seal, without_seal])
@pytest.mark.parametrize("seed", range(5))
def test_an_altered_backup_is_refused(
    published: Store, kept: Path, alter: Callable[[bytes, random.Random], bytes], seed: int
) -> None:
    """Forty bytes anywhere, an answer reworded, the checksum altered or cut off: the live database is untouched."""
    kept.write_bytes(alter(kept.read_bytes(), random.Random(seed)))
    with pytest.raises(UnfitBackup):
        restore(kept, published.path, NOW)
    assert published.responses.amount("power-visit") == 100
    assert not list(published.path.parent.glob("*before*"))


def test_a_whole_one_comes_back_and_is_no_backup_any_more(published: Store, kept: Path) -> None:
    """Nor does what is restored begin as an altered backup the next time."""
    assert check_backup(kept) and seal_of(kept)
    published.responses.append([submission(500)])
    restore(kept, published.path, NOW)
    assert published.responses.amount("power-visit") == 100
    back_up(published.path, kept, overwrite=True)
    assert check_backup(kept)


@pytest.mark.parametrize("writable", [True, False], ids=["in use", "may only be read"])
def test_rows_lie_in_the_order_of_their_keys(
    published: Store, tmp_path: Path, writable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the file itself, page by page: the order in which answers came is not in a backup, nor what was deleted."""
    numbers = random.Random(1).sample(range(1000), 60)
    for number in numbers:
        published.responses.append([submission(number)])
    if not writable:
        access = os.access
        live = published.path
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != live and access(path, mode))
    back_up(published.path, tmp_path / "kept" / "backup.db")
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["backup.db"]
    with closing(sqlite3.connect(tmp_path / "kept" / "backup.db")) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    rows = rows_by_page(tmp_path / "kept" / "backup.db")
    assert sum(map(len, rows)) >= 55 and all(page == sorted(page, reverse=True) for page in rows)
    published._connections.empty_log()
    assert not all(page == sorted(page, reverse=True) for page in rows_by_page(published.path)), "the live file tells"


def rows_by_page(path: Path) -> list[list[bytes]]:
    """The keys of responses as they lie in each page: SQLite fills a page from its end."""
    content = path.read_bytes()
    pages = [content[start : start + 4096] for start in range(0, len(content), 4096)]
    return [re.findall(rb"([0-9a-f]{32})power-visit\{", page) for page in pages]


@pytest.mark.parametrize("harm", ["altered", "missing"])
def test_the_files_are_under_the_seal_too(with_box: Store, tmp_path: Path, harm: str) -> None:
    """A photo altered is refused; one that is gone only when nobody said to do without."""
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})
    back_up(with_box.path, backup := tmp_path / "kept" / "backup.db")
    [photo] = beside(backup).glob("??/*")
    if harm == "missing":
        photo.unlink()
    else:
        photo.write_bytes(photo.read_bytes()[:-1] + b"x")
    with pytest.raises(UnfitBackup, match="文件"):
        restore(backup, with_box.path, NOW)
    if harm == "missing":
        restore(backup, with_box.path, NOW, without_files=True)
        assert with_box.cases.all()


def test_a_backup_that_fails_takes_its_files_with_it(
    with_box: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half done: neither a file of its name, nor photos of a backup there is none of."""
    with visiting(with_box) as browser:
        written(browser, files={"photos": ("a.jpg", picture(), "image/jpeg")})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "seal", full)
    with pytest.raises(OSError, match="No space"):
        back_up(with_box.path, tmp_path / "kept" / "backup.db")
    assert not list((tmp_path / "kept").iterdir())


def test_one_of_an_older_version_comes_back_and_is_said_to_be_unchecked(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(published.path)) as db, closing(sqlite3.connect(tmp_path / "old.db")) as old:
        db.backup(old)
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    assert main(["restore", str(tmp_path / "old.db")]) == 0
    assert "没有校验和" in capsys.readouterr().out


def test_a_restore_asks_for_the_secret_it_belongs_to(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a new machine: refused, then with a wrong key, then with the right one; receipts fit again."""
    own = installation_secret(published, published.path.with_suffix(".key"))
    back_up(published.path, backup := tmp_path / "backup.db")
    new = tmp_path / "new" / "xinsheng.db"
    monkeypatch.setenv("XINSHENG_DB", str(new))
    assert main(["restore", str(backup)]) == 1
    assert "--key" in (said := capsys.readouterr().err) and "回执码" in said and not new.exists()
    secret_key(tmp_path / "wrong.key")
    assert main(["restore", str(backup), "--key", str(tmp_path / "wrong.key")]) == 1
    assert not new.exists()
    assert main(["restore", str(backup), "--key", str(published.path.with_suffix(".key"))]) == 0
    assert new.with_suffix(".key").read_bytes() == own
    assert installation_secret(Store(new), new.with_suffix(".key")) == own


def test_a_lost_secret_is_done_without_knowingly(published: Store, tmp_path: Path) -> None:
    installation_secret(published, published.path.with_suffix(".key"))
    back_up(published.path, backup := tmp_path / "backup.db")
    new = tmp_path / "new" / "xinsheng.db"
    with pytest.raises(KeyNeeded):
        restore(backup, new, NOW)
    restore(backup, new, NOW, without_key=True)
    assert installation_secret(Store(new), new.with_suffix(".key"))


def test_a_secret_that_is_replaced_is_kept_aside(published: Store, tmp_path: Path) -> None:
    installation_secret(published, place := published.path.with_suffix(".key"))
    back_up(published.path, backup := tmp_path / "backup.db")
    other = Store(tmp_path / "other" / "xinsheng.db")
    was = installation_secret(other, other.path.with_suffix(".key"))
    restore(backup, other.path, NOW, key=place.read_bytes())
    assert other.path.with_suffix(".key").read_bytes() == place.read_bytes()
    assert other.path.with_name("xinsheng-before-20261122-083000.key").read_bytes() == was


def test_a_damaged_database_gives_way_to_its_backup(published: Store, kept: Path) -> None:
    """What is there can't be copied, so it is moved aside as it is: the advice to restore can be followed."""
    published.close()
    with closing(sqlite3.connect(published.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    harmed = b"no database " * 1000
    published.path.write_bytes(harmed)
    aside = restore(kept, published.path, NOW)
    assert aside and aside.read_bytes() == harmed
    assert Store(published.path).responses.amount("power-visit") == 100


def test_a_backup_from_the_console_of_another_installation_is_refused_there(published: Store, tmp_path: Path) -> None:
    """With a word that says how: the page has no field for a key."""
    installation_secret(published, published.path.with_suffix(".key"))
    shelf = Shelf(published.path)
    packed = shelf.packed(shelf.add(NOW))
    other = Store(tmp_path / "other" / "xinsheng.db")
    brought = Shelf(other.path).bring(packed, NOW)
    with pytest.raises(KeyNeeded, match="--key"):
        restore(Shelf(other.path).place(brought), other.path, NOW)


def test_only_the_newest_are_kept_of_those_made_here(
    published: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was uploaded or is another file stays."""
    shelf = Shelf(published.path)
    names = [shelf.add(NOW.replace(minute=minute)) for minute in range(4)]
    uploaded = shelf.bring(shelf.packed(names[0]), NOW)
    assert shelf.keep_newest(2) == [names[1], names[0]]
    assert {each.name for each in shelf.all()} == {names[2], names[3], uploaded}
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    assert main(["backup", "--keep", "1"]) == 0
    assert {each.name for each in shelf.all()} & set(names) == set() and len(shelf.all()) == 2
    assert main(["backup", "one.db", "--keep", "1"]) == 1 and "--keep" in capsys.readouterr().err


def _rows_but_notes(store: Store) -> list[str]:
    """All rows of the database; not what a drill says of itself, in the settings and in the audit."""
    notes = ('INSERT INTO "settings"', 'INSERT INTO "audit', 'INSERT INTO "held_audit"')
    with sqlite3.connect(store.path) as db:
        return [line for line in db.iterdump() if not line.startswith(notes)]



def test_a_drill_touches_nothing_and_says_whether_the_secret_fits(
    published: Store, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    installation_secret(published, place := published.path.with_suffix(".key"))
    back_up(published.path, kept, overwrite=True)
    before = _rows_but_notes(published), kept.read_bytes()
    assert main(["drill", str(kept)]) == 0 and "100 份答卷" in capsys.readouterr().out
    place.unlink()
    assert main(["drill", str(kept)]) == 1 and "--key" in capsys.readouterr().out
    assert (_rows_but_notes(published), kept.read_bytes()) == before and not place.exists()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert main(["drill", str(kept)]) == 1 and "演练失败" in capsys.readouterr().err
