"""Attacks on anonymity: from who was invited, nothing leads to what they answered."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.fieldwork.campaigns.progress import Reach, shown, total
from surveys.operations.launch import Unfit, plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.storage import Store
from tests.fieldwork.test_campaigns import people, plan, send_all
from tests.fieldwork.test_personal_links import campaign, invite
from tests.support.front_door import NOW, SECRET, Clock, hidden, receipt, visiting


@pytest.fixture
def anonymous(store: Store, visit: Survey) -> Store:
    """An anonymous survey in the field."""
    store.surveys.save_draft(visit.model_copy(update={"anonymous": True}), "service", by="test")
    store.surveys.publish(visit.code, by="test")
    return store


def answered(store: Store, tokens: list[str], order: list[int]) -> None:
    """The people behind these links answer in this order, an hour apart, each with a comment of their own."""
    clock = Clock()
    with visiting(store, clock) as browser:
        for number in order:
            page = browser.get(f"/i/{tokens[number]}").text
            browser.post(f"/i/{tokens[number]}/draft", data={"comment": f"只有第{number}个人会这样写"})
            data = {**hidden(page), "csat": "3", "nps": "7", "comment": f"只有第{number}个人会这样写"}
            assert receipt(browser.post(f"/i/{tokens[number]}", data=data).text)
            clock.passes(minutes=7)


def test_no_column_is_shared_between_invitations_and_answers(anonymous: Store) -> None:
    """Whatever an administrator joins by: ids, times, contacts; no value of one table is found in the other."""
    tokens = invite(anonymous, campaign(anonymous), *(f"contact-{number}" for number in range(8)))
    answered(anonymous, tokens, [5, 1, 7, 3])
    with sqlite3.connect(anonymous.path) as db:
        invitations = db.execute("SELECT * FROM invitations WHERE finished").fetchall()
        responses = db.execute("SELECT * FROM kept_responses").fetchall()
        day = {row[0] for row in db.execute("SELECT received_on FROM kept_responses")}
        assert db.execute("SELECT count(*) FROM unfinished").fetchone() == (0,)
    common = {str(each) for row in invitations for each in row} & {str(each) for row in responses for each in row}
    known_to_all = {"0", "1", "None", "power-visit", "service"} | day
    assert len(invitations) == len(responses) == 4 and common <= known_to_all


def test_the_file_does_not_tell_in_which_order_people_answered(anonymous: Store) -> None:
    """Two groups answer in opposite orders: bytes on disk, rows and order of rows about the invited are the same."""
    running = campaign(anonymous)
    tokens = invite(anonymous, running, *(f"contact-{number}" for number in range(40)))
    with sqlite3.connect(anonymous.path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = anonymous.path.with_name("copy.db")
    copy.write_bytes(anonymous.path.read_bytes())
    order = random.Random(3).sample(range(40), 12)
    other = Store(copy)
    answered(anonymous, tokens, order)
    answered(other, tokens, order[::-1])
    assert _pages_of("invitations", anonymous.path) == _pages_of("invitations", copy)
    other.close()


def test_nothing_of_an_answer_is_left_beside_its_invitation(anonymous: Store) -> None:
    """Not in the log of the last transactions, and not in freed space; what was only a draft is nowhere."""
    [token] = invite(anonymous, campaign(anonymous), "contact-0")
    with visiting(anonymous) as browser:
        page = browser.get(f"/i/{token}").text
        browser.post(f"/i/{token}/draft", data={"comment": "想说又没有说的话"})
        with sqlite3.connect(anonymous.path) as db:
            [(sealed,)] = db.execute("SELECT sealed FROM unfinished")
        assert receipt(browser.post(f"/i/{token}", data={**hidden(page), "csat": "3", "nps": "7"}).text)
    log = anonymous.path.with_name(anonymous.path.name + "-wal")
    assert b"contact-0" not in log.read_bytes()
    files = b"".join(path.read_bytes() for path in anonymous.path.parent.glob("xinsheng.db*"))
    assert sealed not in files and "想说又没有说的话".encode() not in files


def test_small_groups_of_the_invited_stand_together() -> None:
    """No group under five is shown, and none can be had by subtracting those shown from all."""
    groups = [Reach("a", 40, finished=9), Reach("b", 12, finished=5), Reach("c", 3, finished=1), Reach("d", 1)]
    seen = shown(groups, 5)
    assert [(each.segment, each.invited, each.finished) for each in seen] == [("a", 40, 9), (None, 16, 6)]
    assert total(seen) == total(groups)
    assert shown([Reach("c", 3), Reach("d", 1)], 5) == []
    assert shown([Reach("a", 6), Reach("c", 3), Reach("d", 2)], 5) == [Reach("a", 6), Reach(None, 5)]


def test_a_reminder_singles_out_no_few_people(anonymous: Store) -> None:
    """Who is left out has answered; while those are fewer than five, everyone waits. After an event: no reminders."""
    people(anonymous, 9)
    clock, asked = Clock(), plan(reminders=[3])
    draft = plan_campaign(anonymous, asked, "power-visit", department=None, by="test", now=NOW)
    start(anonymous, draft, SECRET, by="test", now=NOW)
    scheduler = Scheduler(anonymous, clock=clock)
    scheduler.run_due()
    send_all(anonymous)
    tokens = [link_token(SECRET, each.id) for each in anonymous.invitations.of_campaign(draft.id)]
    answered(anonymous, tokens, [0, 1, 2, 3])
    clock.passes(days=4)
    assert scheduler.run_due() == 0
    answered(anonymous, tokens, [4])
    assert scheduler.run_due() == 4
    with pytest.raises(Unfit):
        after = plan(reminders=[3], schedule={"event": "work_order.closed"})
        plan_campaign(anonymous, after, "power-visit", department=None, by="test", now=NOW)


def _pages_of(table: str, path: Path) -> list[bytes]:
    """The pages of the file that hold a table, as they lie there."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = db.execute("PRAGMA page_size").fetchone()[0]
        try:
            numbers = [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = ?", [table])]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no dbstat")
    content = path.read_bytes()
    assert numbers
    return [content[(number - 1) * size : number * size] for number in sorted(numbers)]
