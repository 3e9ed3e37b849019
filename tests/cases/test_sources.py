"""Cases stand by themselves: an opinion box is one of their sources, and older databases keep all they had."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.cases.case import Case, CaseState, Source
from surveys.cases.opinion_boxes import Box, from_box
from surveys.localisation.clock import local_day
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.cases.test_boxes import with_box
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.front_door import NOW

__all__ = ["open_page", "with_box"]  # fixtures

BY_ANSWER = Case("a" * 32, Source("answer", "r1"), "repair", "", "表后的线老化了", "", NOW)


def test_a_case_needs_no_box(published: Store, open_page: Open) -> None:
    """It is listed, answered, added to and handed on like any other."""
    add_accounts(published)
    assert published.cases.receive(BY_ANSWER) and not published.cases.receive(BY_ANSWER)
    assert "表后的线老化了" in words(open_page(published, "head", "boxes"))
    published.cases.remark(BY_ANSWER.id, "k", "还有一处", NOW)
    [seen] = published.cases.all()
    assert seen == replace(BY_ANSWER, remarks=1, waiting=True)
    assert published.cases.answer(seen, CaseState.ANSWERED, "已换。", local_day(NOW), by="test")
    published.cases.hand_on(BY_ANSWER.id, "service", by="test")
    assert published.cases.get(BY_ANSWER.id) == replace(
        seen, state=CaseState.ANSWERED, reply="已换。", answered_on=local_day(NOW), department="service", waiting=False
    )


def test_cases_are_found_by_where_they_came_from(with_box: Store) -> None:
    """A box of the same name as something else is not the same source."""
    for number, source in enumerate([from_box("east"), Source("answer", "east"), Source("answer", "r2")]):
        with_box.cases.receive(replace(BY_ANSWER, id=f"{number:032}", source=source))
    assert [each.source for each in with_box.cases.all(source=from_box("east"))] == [from_box("east")]
    assert with_box.cases.amount(source=Source("answer", "east")) == 1 and with_box.cases.amount() == 3


def test_a_case_names_no_box_that_there_is_not(with_box: Store) -> None:
    """And a box stays as long as cases came of it."""
    with pytest.raises(sqlite3.IntegrityError):
        with_box.cases.receive(replace(BY_ANSWER, source=from_box("nowhere")))
    with_box.cases.receive(replace(BY_ANSWER, source=from_box("east")))
    with pytest.raises(sqlite3.IntegrityError):
        connect(with_box.path).execute("DELETE FROM boxes")


def test_an_older_database_keeps_cases_remarks_and_photos(tmp_path: Path) -> None:
    """Its cases came of boxes; what hangs on them still does, and goes with them as before."""
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m031_sources_of_cases")
    with old.conn:
        old.execute("INSERT INTO departments VALUES ('repair', '抢修')")
        old.execute("INSERT INTO boxes VALUES ('east', '城东', 'repair', '[]', 1)")
        old.execute(
            "INSERT INTO cases VALUES ('c', 'east', 'repair', '建议', '周末', '138', 'answered', '好。', "
            "'2026-03-01T08:00:00+00:00', '2026-03-02', '[\"trap\"]')"
        )
        old.execute("INSERT INTO remarks VALUES (7, 'k', 'c', '另外', '2026-03-03T08:00:00+00:00', 0)")
        old.execute("INSERT INTO uploads VALUES ('p', NULL, 'a.png', 'image/png', 3, '2026-03-01', 'f', NULL, 'c')")
    old.close()
    store = Store(tmp_path / "old.db")
    [case] = store.cases.all(source=from_box("east"))
    assert (case.source, case.contact, case.reply, case.flags, case.remarks) == (
        from_box("east"), "138", "好。", ("trap",), 1,
    )  # fmt: skip
    assert [each.text for each in store.cases.remarks("c")] == ["另外"] and store.cases.photos("c") == ["p"]
    assert store.boxes.all() == [Box("east", "城东", "repair", ())]
    db = connect(store.path)
    assert not list(db.execute("PRAGMA foreign_key_check"))
    with db.conn:
        db.execute("DELETE FROM cases")
    assert not list(db.execute("SELECT * FROM remarks")) and list(db.execute("SELECT matter FROM uploads")) == [(None,)]
