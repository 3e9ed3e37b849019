"""The audit trail can only be added to; whatever was changed in it behind the product's back is found."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.sqlite.accounts.audit import ANCHOR_EVERY
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.support.front_door import NOW

LINES = ANCHOR_EVERY + 50


@pytest.fixture
def written(store: Store) -> Store:
    """A trail of 250 lines."""
    store.accounts.record_all("boss", "publish", [(f"survey-{n}", f"version {n}") for n in range(LINES)])
    return store


def behind_its_back(store: Store, *statements: str) -> None:
    """What somebody does who holds the file: the triggers are no hindrance to them."""
    with sqlite3.connect(store.path) as db:
        for event in ("UPDATE", "DELETE"):
            db.execute(f"DROP TRIGGER audit_stays_{event}")
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET account = 'other'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 7"]
)
def test_a_line_is_neither_changed_nor_removed(written: Store, statement: str) -> None:
    with sqlite3.connect(written.path) as db, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        db.execute(statement)
    found = written.accounts.check_audit()
    assert (found.lines, found.anchors, found.problems) == (LINES, 1, ())


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit SET detail = 'version 99' WHERE id = 7", "line 7"),
        ("DELETE FROM audit WHERE id = 7", "line 8"),
        (f"DELETE FROM audit WHERE id > {ANCHOR_EVERY - 5}", f"anchor {ANCHOR_EVERY}"),
        ("DELETE FROM audit_anchors", f"anchor {ANCHOR_EVERY}"),
        ("UPDATE audit_anchors SET signature = hash", f"anchor {ANCHOR_EVERY}"),
        (f"UPDATE audit SET id = 1000 WHERE id = {LINES}", "line 1000"),
    ],
    ids=["changed", "removed", "the end with its anchor's line", "no anchors", "a forged anchor", "renumbered"],
)
def test_what_was_done_to_the_file_is_found(written: Store, statement: str, problem: str) -> None:
    behind_its_back(written, statement)
    assert written.accounts.check_audit().problems == (problem,)


def test_an_end_cut_off_is_found_by_a_hash_noted_before(written: Store) -> None:
    """Of the lines since the last anchor only who has noted the last hash can tell."""
    head = written.accounts.check_audit().head
    written.accounts.record("boss", "publish", "later", "version 1")
    assert not written.accounts.check_audit(head).problems
    behind_its_back(written, f"DELETE FROM audit WHERE id >= {LINES}")
    assert not written.accounts.check_audit().problems
    assert written.accounts.check_audit(head).problems == ("head",)


def test_lines_name_people_by_pseudonyms_alone(store: Store) -> None:
    """Who acts, and to whom something is done; the readable names stand apart."""
    store.contacts.keep([Contact("c-4711", "王建国", phone="13800000001", department="repair")], by="wu")
    store.accounts.record("wu", "failed sign-in", "wu", "203.0.113.7/32")
    with sqlite3.connect(store.path) as db:
        lines = str([
            row for table in ("audit", "held_audit")
            for row in db.execute(f"SELECT account, object, detail FROM {table}")
        ])  # fmt: skip
    assert "wu" not in lines and "c-4711" not in lines and "203.0.113.7/32" in lines
    assert [(line.account, line.object) for line in store.accounts.audit()] == [("wu", "wu"), ("wu", "c-4711")]
    latest = store.accounts.latest("c-4711")
    assert latest is not None and latest.account == "wu"


def test_to_erase_a_person_leaves_the_chain(store: Store) -> None:
    """A contact that is deleted is in no line any more; a person who has left is named in none."""
    store.contacts.keep([Contact("c-4711", "王建国", phone="13800000001", department="repair")], by="wu")
    store.contacts.delete("c-4711", by="wu")
    store.accounts.forget_in_audit("wu")
    lines = store.accounts.audit()
    assert len(lines) == 2 and lines[0].action == "delete contact"
    assert len({line.account for line in lines}) == 1 and lines[0].account.startswith("person-")
    assert len({line.object for line in lines}) == 1 and lines[0].object.startswith("person-")
    assert not store.accounts.check_audit().problems


def test_older_lines_are_chained_when_the_database_is_upgraded(tmp_path: Path) -> None:
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m037_audit_chain")
    for number in (1, 2, 5):
        line = {"id": number, "at": NOW.isoformat(), "account": "boss", "action": "add account", "object": "wu"}
        old.table("audit").insert({**line, "detail": str(number)})
    old.conn.close()
    store = Store(tmp_path / "old.db")
    assert [(line.account, line.object, line.detail) for line in store.accounts.audit()] == [
        ("boss", "wu", number) for number in ("5", "2", "1")
    ]
    assert store.accounts.check_audit().lines == 3 and not store.accounts.check_audit().problems


def append(path: Path, who: str) -> None:
    store = Store(path)
    for number in range(60):
        store.accounts.record(who, "publish", f"survey-{number}")
    store.close()


def test_two_processes_add_to_one_chain(store: Store) -> None:
    """At the same time; no line is lost, and the anchors stand."""
    processes = multiprocessing.get_context("spawn")
    writers = [processes.Process(target=append, args=(store.path, who)) for who in ("one", "two", "three", "four")]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    found = store.accounts.check_audit()
    assert [each.exitcode for each in writers] == [0] * 4
    assert (found.lines, found.anchors, found.problems) == (240, 240 // ANCHOR_EVERY, ())


def test_one_command_checks_it(
    written: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINSHENG_DB", str(written.path))
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert f"审计记录完整：{LINES} 条，1 个签名" in told
    head = told.partition("链尾 ")[2].partition("；")[0]
    assert main(["audit", "verify", "--head", head]) == 0
    behind_its_back(written, "UPDATE audit SET detail = '' WHERE id = 7")
    assert main(["audit", "verify"]) == 1 and "第 7 条被改过" in capsys.readouterr().err
