"""Backup, restore and the removal of the sample, from the console: whole, asked for in words, by administrators."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from surveys.definition.templates import template
from surveys.intake.attachments import Evidence
from surveys.intake.submission import Submission
from surveys.localisation.clock import utc_now
from surveys.operations.scheduler import Scheduler
from surveys.organisation.departments import Department, Touchpoint
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.permissions import Role
from surveys.private_files import write_private
from surveys.sample_organisation import DEPARTMENTS, ORGANISATION, load_sample_organisation, sample_parts
from surveys.storage import Store
from surveys.storage.sqlite.backups.backup import UnfitBackup
from surveys.storage.sqlite.backups.shelf import Shelf
from tests.console.test_console import Open, add_accounts, open_page, words, words_of_errors
from tests.support.tasks import a_task

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.fixture
def sampled(store: Store) -> Store:
    add_accounts(store)
    load_sample_organisation(store, TODAY)
    return store


# The sample


def test_the_sample_goes_in_one_step(sampled: Store) -> None:
    """Nothing of it is left; accounts of one's own are."""
    seen = sampled.sample.rehearse(sample_parts(), "boss")
    assert sampled.responses.amount("power-visit") > 2000, "looking removes nothing"
    assert sampled.sample.remove(sample_parts(), "boss") == seen
    assert not sampled.surveys.all() and not sampled.contacts.amount() and not sampled.boxes.all()
    assert not sampled.organisation.touchpoints()
    assert [each.code for each in sampled.organisation.departments()] == ["repair"], "a manager of one's own has it"
    assert not sampled.campaigns.all() and sampled.organisation.name() is None
    assert {each.name for each in sampled.accounts.all()} == {"boss", "maker", "head", "voice", "hand"}
    line = sampled.accounts.audit(1)[0]
    assert (line.account, line.action) == ("boss", "remove sample organisation") and "responses" in line.detail
    assert not sampled.sample.remove(sample_parts(), "boss"), "the second time there is nothing to remove"


def test_plans_and_cases_of_the_sample_go_with_it(sampled: Store) -> None:
    """Plans come as soon as there is somebody to own them."""
    assert not sampled.plans.all()
    for name in ("manager", "manager-service"):
        sampled.accounts.add(name, name, Role.MANAGER, "no password", ("repair",), now=utc_now())
    load_sample_organisation(sampled, TODAY)
    assert len(sampled.plans.all()) == 4 == len(sampled.plans.measures())
    removed = sampled.sample.remove(sample_parts(), "boss").counts
    assert (removed["plans"], removed["indicators"], removed["lessons"]) == (4, 3, 2)
    assert not sampled.plans.all() and not sampled.plans.measures() and not sampled.cases.all()
    assert not sampled.indicators.all() and not sampled.lessons.all()


def test_photos_go_with_the_sample_s_answers_and_letters(sampled: Store) -> None:
    """Also those that people have added to them while trying; what belongs to a real answer stays."""
    parts = sample_parts()
    photo = Evidence("photo.jpeg", "jpeg", b"picture")
    keys = [sampled.uploads.keep(photo, "power-visit", "f" * 32, None, "2026-11-22") for _ in range(3)]
    real = Submission("e" * 32, "power-visit", 1, {"csat": 5}, TODAY, files=(keys[2],))
    sampled.responses.append([real])
    sampled.responses.settle(date.max)
    with sqlite3.connect(sampled.path) as db:
        db.execute("UPDATE uploads SET response = ? WHERE key = ?", [parts.responses[0], keys[0]])
        db.execute("UPDATE uploads SET matter = ? WHERE key = ?", [parts.cases[0], keys[1]])
    sampled.sample.rehearse(parts, "boss")
    assert len(list((sampled.path.parent / "uploads").glob("??/*"))) == 3
    sampled.sample.remove(parts, "boss")
    assert [each.name for each in (sampled.path.parent / "uploads").glob("??/*")] == [keys[2]]
    assert [sampled.uploads.get(key) is not None for key in keys] == [False, False, True]


def test_what_is_real_stays_with_all_it_stands_on(sampled: Store) -> None:
    """A real answer keeps its survey, touchpoint and department; renamed things are one's own."""
    real = Submission("f" * 32, "power-visit", 1, {"csat": 5}, TODAY, touchpoint="hall-east", department="service")
    sampled.responses.append([real])
    sampled.organisation.save([Department("own", "自己的部门"), replace(DEPARTMENTS[1], name="改过名的")])
    sampled.organisation.save([], [Touchpoint("own-1", "自己的触点", "connection")])
    sampled.organisation.set("organisation", "真实单位")
    sampled.surveys.save_draft(template("bank-service"), "connection", by="boss")
    removed = sampled.sample.remove(sample_parts(), "boss")
    assert [each.code for each in sampled.surveys.all() if each.code == "power-visit"] and sampled.responses.amount(
        "power-visit"
    ) == 1
    codes = {each.code for each in sampled.organisation.departments()}
    assert {"own", "repair", "service", "connection"} == codes
    assert {each.code for each in sampled.organisation.touchpoints()} == {"hall-east", "own-1"}
    assert sampled.organisation.name() == "真实单位"
    assert removed.stayed["surveys"] == ["power-visit"] and "hall-east" in removed.stayed["touchpoints"]


def test_accounts_of_the_same_name_but_another_person_stay(store: Store) -> None:
    """Somebody's own `designer` is no sample; who has taken part for real can't sign in any more."""
    add_accounts(store)
    store.accounts.add("designer", "真人", Role.DESIGNER, "x", now=NOW)
    load_sample_organisation(store, TODAY, password="xinsheng-demo")
    store.sample.remove(sample_parts(), "boss")
    names = {each.name: each.active for each in store.accounts.all()}
    assert names == dict.fromkeys(["boss", "maker", "head", "voice", "hand", "designer"], True)


def test_nothing_of_the_sample_is_left_where_nothing_is_real(store: Store) -> None:
    """Neither subjects nor tasks, those its people were given since included; nothing stays for another's sake."""
    for _ in range(2):
        load_sample_organisation(store, TODAY, password="xinsheng-demo")
    assert sum(each.asked for each in store.tasks.counts(TODAY)) > 150
    Scheduler(store, clock=lambda: NOW).run_due()
    wu = next(each for each in store.accounts.all() if each.name == "staff-service")
    store.tasks.make([a_task("department-review", wu.id, "repair", relation="by hand")], by="admin")
    removed = store.sample.remove(sample_parts(), "admin")
    assert removed.stayed == {} and removed.counts["tasks"] > 150 and removed.counts["subjects"] > 15
    assert not store.organisation.departments() and not store.surveys.all() and not store.tasks.counts(TODAY)
    assert {each.code for kind in SUBJECT_KINDS for each in store.subjects.of_kind(kind)} == {"admin"}
    assert [each.name for each in store.accounts.all()] == ["admin"]


def test_the_own_account_stays_even_if_it_is_the_sample_s(store: Store) -> None:
    load_sample_organisation(store, TODAY, password="xinsheng-demo")
    store.sample.remove(sample_parts(), "admin")
    assert [each.name for each in store.accounts.all()] == ["admin"]


def test_the_sample_can_be_loaded_again(sampled: Store) -> None:
    sampled.sample.remove(sample_parts(), "boss")
    assert load_sample_organisation(sampled, TODAY) > 2000
    assert sampled.organisation.name() == ORGANISATION


def test_the_page_says_what_goes_before_it_goes(sampled: Store, open_page: Open) -> None:
    app = open_page(sampled, "boss", "settings", tab="sample")
    app.button(key="rehearse removal").click().run()
    assert "12" in words(app) and sampled.contacts.amount() == 80
    assert app.button(key="remove sample").disabled
    app.checkbox(key="sure of removal").check().run()
    app.button(key="remove sample").click().run()
    assert not sampled.contacts.amount() and "已清除示例数据" in words(app)


# Backups


def test_a_backup_is_made_and_brought_back(store: Store, open_page: Open) -> None:
    """Only after the word; what was there before is kept, and everybody signs in again."""
    add_accounts(store)
    store.organisation.set("organisation", "以前")
    app = open_page(store, "boss", "settings", tab="safekeeping")
    app.button(key="back up").click().run()
    [kept] = Shelf(store.path).all()
    assert kept.name in words(app)
    store.organisation.set("organisation", "后来")
    app.button(key="restore backup").click().run()
    assert "RESTORE" in words_of_errors(app) and store.organisation.name() == "后来"
    app.text_input(key="restore word").set_value("restore")
    app.button(key="restore backup").click().run()
    assert store.organisation.name() == "以前"
    assert "您还没有登录" in words(app)
    assert [each.before for each in Shelf(store.path).all()].count(True) == 1
    assert "restore" in {each.action for each in store.accounts.audit(9)}


def test_a_backup_travels_as_one_file(store: Store) -> None:
    """Packed, and laid on the shelf again, with the uploads it knows."""
    shelf = Shelf(store.path)
    name = shelf.add(NOW)
    packed = shelf.packed(name)
    brought = shelf.bring(packed, NOW)
    assert shelf.place(brought).read_bytes() == shelf.place(name).read_bytes()


@pytest.mark.parametrize("name", ["../xinsheng.db", "/etc/passwd", "none.db", ""])
def test_only_backups_of_the_list_are_read(store: Store, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        Shelf(store.path).packed(name)


def test_nothing_else_is_unpacked(store: Store) -> None:
    """Neither paths that lead out, nor files that no backup has."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("backup.db", b"x")
        for member in ("../../evil", "/evil", "backup-uploads/../../evil", "backup-uploads/ab/short", "evil"):
            archive.writestr(member, b"y")
    shelf = Shelf(store.path)
    with pytest.raises(UnfitBackup):
        shelf.bring(written.getvalue(), NOW)
    assert not list(store.path.parent.parent.rglob("*evil*"))


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b""], ids=["broken", "empty"])
def test_what_is_no_backup_changes_nothing(store: Store, open_page: Open, content: bytes) -> None:
    shelf = Shelf(store.path)
    if content:
        with pytest.raises(UnfitBackup):
            shelf.bring(content, NOW)
        return
    add_accounts(store)
    write_private(shelf.place(shelf.add(NOW)), b"no database")  # damaged where it lay
    app = open_page(store, "boss", "settings", tab="safekeeping")
    app.text_input(key="restore word").set_value("RESTORE")
    app.button(key="restore backup").click().run()
    assert "没有恢复" in words_of_errors(app) and store.accounts.named("boss")
