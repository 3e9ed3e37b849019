"""Old lines of the audit trail leave for archives; the chain goes on, and what is done to an archive is found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.audit_archive import archive_audit, archive_folder, check_archives, latest_day
from surveys.storage import Store
from surveys.storage.records.audit_archives import NothingToArchive, TooYoung, UnfitArchive
from surveys.storage.sqlite.accounts import audit
from tests.support.front_door import NOW

pytestmark = pytest.mark.dated

TODAY = local_day(NOW)
OLD, YOUNG = NOW - timedelta(days=300), NOW - timedelta(days=30)
MANY = audit.ANCHOR_EVERY + 50


@pytest.fixture
def told(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime, int], None]:
    """Writes so many lines at a moment."""

    def tell(moment: datetime, count: int) -> None:
        monkeypatch.setattr(audit, "utc_now", lambda: moment)
        store.accounts.record_all("boss", "publish", [(f"survey-{moment:%m}-{n}", "version 1") for n in range(count)])

    return tell


@pytest.fixture
def archive(store: Store, told: Callable[[datetime, int], None]) -> Path:
    """One archive of 250 lines; 10 younger ones, and that of the archiving, are in the database."""
    told(OLD, MANY)
    told(YOUNG, 10)
    return archived(store)


def archived(store: Store) -> Path:
    return archive_audit(store, latest_day(TODAY), archive_folder(store), by="boss", today=TODAY)


def wrong(store: Store) -> list[str]:
    """All that is found: of the trail, and of its archives."""
    archives = check_archives(store, archive_folder(store))
    problems = list(store.accounts.check_audit().problems)
    return problems + [name for name, _ in archives.wrong] + [f"missing {each.first}" for each in archives.missing]


def behind_its_back(store: Store, *statements: str) -> None:
    with sqlite3.connect(store.path) as db:
        for [trigger] in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)


def test_the_chain_goes_on_without_what_is_archived(
    store: Store, archive: Path, told: Callable[[datetime, int], None]
) -> None:
    """Archive after archive, each continues the one before; anchors of lines that stay are looked for as before."""
    found = store.accounts.check_audit()
    assert (found.archived, found.lines, found.problems) == (MANY, 11, ())
    assert [each.action for each in store.accounts.audit(20)] == ["archive audit", *["publish"] * 10]
    told(YOUNG, audit.ANCHOR_EVERY)
    later = archive_audit(store, TODAY, archive_folder(store), by="boss", today=TODAY + timedelta(days=184))
    assert later.name == f"audit-{MANY + 1:07}-{2 * audit.ANCHOR_EVERY + 61:07}.jsonl"
    assert wrong(store) == [] and store.accounts.check_audit().lines == 1


def test_an_archive_names_nobody_and_forgets_with_the_trail(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    assert b"boss" not in archive.read_bytes()
    assert main(["audit", "read", str(archive)]) == 0 and capsys.readouterr().out.count("\tboss\tpublish\t") == MANY
    store.accounts.forget_in_audit("boss")
    assert main(["audit", "read", str(archive)]) == 0 and "boss" not in capsys.readouterr().out
    assert wrong(store) == []


def edited(line: int, column: int, value: object) -> Callable[[list[str]], list[str]]:
    def edit(lines: list[str]) -> list[str]:
        words = json.loads(lines[line])
        words[column] = value
        return [*lines[:line], json.dumps(words, ensure_ascii=False), *lines[line + 1 :]]

    return edit


def head(**changes: object) -> Callable[[list[str]], list[str]]:
    return lambda lines: [json.dumps(json.loads(lines[0]) | changes), *lines[1:]]


@pytest.mark.parametrize(
    "change",
    [
        edited(7, 4, "another survey"), edited(7, 0, 8), edited(7, 6, "0" * 64),
        lambda lines: lines[:-1], lambda lines: lines[:1], lambda lines: [],
        lambda lines: [lines[0], *lines[2:]], lambda lines: [*lines, lines[-1]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        head(last=MANY - 1), head(signature="0" * 64), head(signature="签"), head(first="1"), head(format="2"),
        lambda lines: ["[" * 100_000, *lines[1:]], lambda lines: [lines[0], "7", *lines[1:]],
    ],
    ids=["a word", "a number", "a hash", "the end cut off", "no lines", "empty", "one line gone", "one twice",
         "swapped", "a shorter head", "a forged signature", "no signature", "a head of words", "another format",
         "a deep head", "no line"],
)  # fmt: skip
def test_what_is_done_to_an_archive_is_found(
    store: Store, archive: Path, change: Callable[[list[str]], list[str]]
) -> None:
    archive.write_text("\n".join(change(archive.read_text("utf-8").splitlines())), "utf-8")
    assert wrong(store) == [archive.name, "missing 1"]


def test_a_missing_archive_and_one_of_another_installation_are_found(
    store: Store, archive: Path, tmp_path: Path, told: Callable[[datetime, int], None]
) -> None:
    """The other one has the same lines in a chain of its own, as somebody would make it who wants to put in others."""
    content = archive.read_bytes()
    archive.unlink()
    assert wrong(store) == ["missing 1"]
    other = Store(tmp_path / "other" / "xinsheng.db")
    other.accounts.record_all("boss", "publish", [(f"x-{n}", "") for n in range(MANY)])
    forged = archive_audit(
        other, TODAY + timedelta(days=1000), archive_folder(other), by="x", today=TODAY + timedelta(days=2000)
    )  # fmt: skip
    archive.write_bytes(forged.read_bytes())
    assert wrong(store) == [archive.name, "missing 1"]
    archive.write_bytes(content)
    assert wrong(store) == []
    other.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM audit_segments", [f"line {MANY + 1}"]),
        ("UPDATE audit_segments SET last = last - 1", ["segment 1", f"line {MANY + 1}"]),
        ("UPDATE audit_segments SET hash = '0'", ["segment 1", f"line {MANY + 1}"]),
        ("UPDATE audit_segments SET signature = '0'", ["segment 1"]),
        (f"DELETE FROM audit WHERE id = {MANY + 1}", [f"line {MANY + 2}"]),
    ],
    ids=["forgotten", "shortened", "another end", "unsigned", "the first line after it"],
)
def test_what_is_done_to_the_noted_ends_is_found(
    store: Store, archive: Path, statement: str, found: list[str]
) -> None:
    behind_its_back(store, statement)
    assert list(store.accounts.check_audit().problems) == found
    with pytest.raises((UnfitArchive, NothingToArchive)):  # of a chain that is broken nothing is signed
        archive_audit(store, TODAY, archive_folder(store), by="boss", today=TODAY + timedelta(days=184))


def test_an_archive_gives_away_that_the_trail_was_emptied(store: Store, archive: Path) -> None:
    """Emptied altogether the database looks like a new one; the archive does not belong to it."""
    behind_its_back(store, "DELETE FROM audit", "DELETE FROM audit_anchors", "DELETE FROM audit_segments")
    assert store.accounts.check_audit().problems == () and wrong(store) == [archive.name]


def test_lines_stay_unless_they_are_in_a_segment(store: Store, archive: Path) -> None:
    with sqlite3.connect(store.path) as db:
        for statement in ("DELETE FROM audit", "DELETE FROM audit_segments", "UPDATE audit_segments SET last = 999"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                db.execute(statement)


def test_lines_of_six_months_stay(store: Store, told: Callable[[datetime, int], None]) -> None:
    """A day is one of the place; lines by day alone are compared by it; a line in front that is younger keeps all."""
    told(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), 1)  # 31 March here
    told(datetime(2026, 3, 31, 16, 1, tzinfo=UTC), 1)  # 1 April here
    told(datetime(2026, 3, 1, tzinfo=UTC), 1)
    assert [store.accounts.audit_lines_before(date(2026, 4, day)) for day in (1, 2)] == [1, 3]
    store.accounts.record("boss", "sign in", "boss")
    with pytest.raises(TooYoung):
        archive_audit(store, date(2026, 4, 2), archive_folder(store), by="boss", today=date(2026, 10, 2))
    with pytest.raises(NothingToArchive):
        archive_audit(store, date(2026, 3, 31), archive_folder(store), by="boss", today=date(2026, 10, 2))
    path = archive_audit(store, date(2026, 4, 1), archive_folder(store), by="boss", today=date(2026, 10, 2))
    assert path.name == "audit-0000001-0000001.jsonl" and wrong(store) == []


def test_nothing_goes_when_the_file_can_not_be_written(store: Store, told: Callable[[datetime, int], None]) -> None:
    """A folder that is a file; a file of that name with other contents."""
    told(OLD, 3)
    archive_folder(store).write_text("in the way")
    with pytest.raises(OSError):
        archived(store)
    archive_folder(store).unlink()
    archive_folder(store).mkdir()
    (archive_folder(store) / "audit-0000001-0000003.jsonl").write_text("another")
    with pytest.raises(UnfitArchive):
        archived(store)
    assert store.accounts.check_audit().lines == 3


def test_a_backup_of_before_has_the_lines_themselves(
    store: Store, told: Callable[[datetime, int], None], tmp_path: Path
) -> None:
    """Brought back, its trail is whole, the archive is still one of it, and archiving again is the same file."""
    told(OLD, 5)
    with sqlite3.connect(store.path) as db:
        db.execute("VACUUM INTO ?", [str(tmp_path / "before.db")])
    content = archived(store).read_bytes()
    (tmp_path / "before.key").write_bytes(store.path.with_suffix(".key").read_bytes())
    before = Store(tmp_path / "before.db")
    found = check_archives(before, archive_folder(store))
    assert len(found.good) == 1 and not found.wrong and before.accounts.check_audit().lines == 5
    assert archived(before).read_bytes() == content
    before.close()


def test_the_command(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    inside = json.loads(archive.read_text("utf-8").splitlines()[100])[-1]
    assert main(["audit", "verify", "--head", inside]) == 0
    assert f"之前的 {MANY} 条已归档，核对了 1 份归档" in capsys.readouterr().out
    young = f"{local_day(utc_now()):%Y-%m-%d}"
    assert main(["audit", "archive", "--before", young]) == 1 and "至少要留六个月" in capsys.readouterr().err
    assert main(["audit", "archive", "--before", "2001-01-01"]) == 1 and "没有归档" in capsys.readouterr().err
    archive.rename(archive.with_name("elsewhere"))
    assert main(["audit", "verify"]) == 0 and f"归档 {archive.name} 不在" in capsys.readouterr().out
    assert main(["audit", "verify", "--head", inside]) == 1
    assert main(["audit", "verify", "--folder", str(archive.parent)]) == 1
    assert f"缺少归档 {archive.name}" in capsys.readouterr().err
