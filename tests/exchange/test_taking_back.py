"""An import is taken back as a batch: what it brought goes; what it changed is restored, unless somebody changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surveys.intake.reconciliation import reconcile
from surveys.intake.submission import Event
from surveys.localisation.clock import local_day
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.records.imports import ImportKind, TakenBack, TooFew
from surveys.storage.sqlite.imports import KEPT_FOR
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, press, words
from tests.support.front_door import NOW

__all__ = ["open_page"]  # a fixture

TODAY = local_day(NOW)


def answers(store: Store, numbers: range, by: str = "boss") -> str:
    batch = store.imports.begin(ImportKind.ANSWERS, "power-visit", "answers.csv", by=by, now=NOW)
    store.responses.bring_in([submission(number) for number in numbers], batch=batch)
    return batch


def people(store: Store, *contacts: Contact) -> str:
    batch = store.imports.begin(ImportKind.PEOPLE, "", "people.xlsx", by="boss", now=NOW)
    store.contacts.keep(contacts, by="boss", batch=batch)
    return batch


def test_answers_of_one_import_go_and_no_others(published: Store) -> None:
    """Those given by form, those of another import and those that were there already stay; the counts add up."""
    published.responses.append([submission(0)])
    first, second = answers(published, range(3)), answers(published, range(2, 6))
    assert published.imports.take_back_answers(second, anonymous=False, by="boss", day=TODAY) == 3
    assert published.responses.amount("power-visit") == 3
    account = reconcile(published.responses.tallies("power-visit"), published.responses.kept("power-visit"))
    assert (account.difference, account.events[Event.TAKEN_BACK]) == (0, 3)
    assert [each.id for each in published.imports.all(ImportKind.ANSWERS, "power-visit")] == [first]
    assert published.accounts.audit()[0].action == "take back answers"
    assert published.responses.bring_in([submission(5)]) == ["accepted"], "the same file may come in again"


def test_few_anonymous_answers_are_not_taken_back_singly(published: Store) -> None:
    """What the figures lose would tell them; five at once, or all there are, may go."""
    one = answers(published, range(1))
    assert published.imports.take_back_answers(one, anonymous=True, by="boss", day=TODAY) == 1
    answers(published, range(10))
    few, five = answers(published, range(10, 14)), answers(published, range(20, 25))
    with pytest.raises(TooFew):
        published.imports.take_back_answers(few, anonymous=True, by="boss", day=TODAY)
    assert published.responses.amount("power-visit") == 19
    assert published.imports.take_back_answers(five, anonymous=True, by="boss", day=TODAY) == 5


def test_files_are_removed_or_restored_as_far_as_nobody_changed_them(published: Store) -> None:
    """New files go; of changed ones each value is restored that is still as the import left it."""
    old = [Contact(f"old{n}", f"旧{n}", phone=f"1380000000{n}", who={"district": "城东"}) for n in range(3)]
    published.contacts.keep(old, by="test")
    changed = [replace(each, name=f"新{n}", who={"district": "城西", "kind": "企业"}) for n, each in enumerate(old)]
    fresh = [Contact(f"new{n}", "新客户", phone=f"1390000000{n}") for n in range(2)]
    batch = people(published, *changed, *fresh)
    published.contacts.keep([replace(changed[1], name="别人改的")], by="other")
    published.contacts.keep([replace(changed[2], name="全改", who={"district": "北", "kind": "居民"})], by="other")
    published.contacts.keep([replace(fresh[1], name="别人改的")], by="other")
    taken = published.imports.take_back_people(batch, by="boss")
    assert taken == TakenBack(removed=1, restored=1, partly=1, left=2)
    now = {each.id: each for each in published.contacts.all()}
    assert "new0" not in now and now["new1"].name == "别人改的"
    assert (now["old0"].name, now["old0"].who) == ("旧0", {"district": "城东"})
    assert (now["old1"].name, now["old1"].who) == ("别人改的", {"district": "城东"})
    assert (now["old2"].name, now["old2"].who) == ("全改", {"district": "北", "kind": "居民"})
    line = published.accounts.audit()[0]
    assert (line.action, line.detail) == ("take back contacts", "removed 1, restored 1, in part 1, left 2")


def test_a_file_that_is_in_use_stays(published: Store) -> None:
    """Somebody who has answered keeps their file; a wish to be left alone is not taken back with an import."""
    person = Contact("p", "新客户", phone="13900000000")
    batch = people(published, person, replace(person, id="q", phone="13900000001"))
    published.responses.append([submission(1, contact="p")])
    published.contacts.opt_out("q", by="test")
    assert published.imports.take_back_people(batch, by="boss") == TakenBack(removed=1, left=1)
    assert published.wishes.all() == {published.wishes.key("phone", "13900000001")}


def test_what_stood_in_files_is_not_kept_for_ever(published: Store) -> None:
    """With the file itself it is deleted; and after 90 days with the next import."""
    batch = people(published, Contact("p", "新客户", phone="13900000000"), Contact("q", "二", phone="13900000001"))
    published.contacts.delete("p", by="test")
    assert [each.rows for each in published.imports.all(ImportKind.PEOPLE)] == [1]
    later = NOW + KEPT_FOR + timedelta(days=1)
    published.imports.begin(ImportKind.PEOPLE, "", "x", by="boss", now=later)
    assert batch not in [each.id for each in published.imports.all(ImportKind.PEOPLE)]


def test_an_import_is_taken_back_in_the_console(published: Store, open_page: Open) -> None:
    """Of answers under 收集, of people where they come in; the numbers are said; a designer only their own."""
    add_accounts(published)
    answers(published, range(3))
    assert "answers.csv" not in words(open_page(published, "maker", "collection", survey="power-visit"))
    app = open_page(published, "boss", "collection", survey="power-visit")
    assert "answers.csv" in words(app)
    press(app, "确认收回")
    assert "删除了 3 份答卷" in words(app) and published.responses.amount("power-visit") == 0
    people(published, Contact("p", "新客户", phone="13900000000"))
    app = open_page(published, "boss", "people")
    assert "people.xlsx" in words(app)
    press(app, "确认收回")
    assert "删除新建的 1 份档案" in words(app) and published.contacts.amount() == 0


def test_an_import_by_the_page_is_a_batch(published: Store, open_page: Open) -> None:
    """What was uploaded can be taken back at once."""
    add_accounts(published)
    app = open_page(published, "boss", "people")
    app.get("file_uploader")[0].upload("list.csv", "姓名,电话\n王建国,13800001111\n".encode(), "text/csv").run()
    press(app, "导入")
    [batch] = published.imports.all(ImportKind.PEOPLE)
    assert (batch.file, batch.by, batch.rows) == ("list.csv", "boss", 1) and "list.csv" in words(app)
