"""A database that was made before unfinished tasks lay by their keys, with tasks somebody has begun to fill in."""

from __future__ import annotations

from pathlib import Path

from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.migrations import migrations
from tests.support.front_door import add_account, be, hidden, receipt, visiting
from tests.support.tasks import a_task, give
from tests.web.test_tasks import INSPECTION, field_survey

_TABLES = ("departments", "surveys", "survey_versions", "accounts", "tasks", "unfinished_tasks")


def as_of_old(now: Path, old: Path, before: str) -> None:
    """What stands in these tables, as the schema before a step has it."""
    db = connect(old)
    migrations.apply(db, stop_before=before)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("ATTACH DATABASE ? AS newer", [str(now)])
    for table in _TABLES:
        columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
        names = ", ".join(columns)
        db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM newer.{table} ORDER BY 1 DESC")
    db.conn.commit()
    db.close()


def test_what_was_begun_of_tasks_goes_on_after_an_upgrade(store: Store, tmp_path: Path) -> None:
    """On the page of the task, with its due date and its maker's rights as usual; then it is sent."""
    field_survey(store)
    people = [add_account(store, name, Role.STAFF, ("service",)) for name in ("li", "wu", "he")]
    tasks = [a_task(INSPECTION, each.id) for each in people]
    give(store, *tasks)
    with visiting(store) as browser:
        for account, task in zip(people, tasks, strict=True):
            be(browser, store, account)
            page = hidden(browser.get(f"/t/{task.id}").text)
            browser.post(f"/t/{task.id}/draft", data={**page, "comment": f"{account.name} 写到一半"})
    as_of_old(store.path, tmp_path / "old.db", "m058_unfinished_tasks_by_key")
    upgraded = Store(tmp_path / "old.db")
    with visiting(upgraded) as browser:
        for account, task in zip(people, tasks, strict=True):
            be(browser, upgraded, account)
            page = browser.get(f"/t/{task.id}").text
            assert f"{account.name} 写到一半</textarea>" in page and upgraded.tasks.get(task.id) == task
            assert f"/my/{task.id}" in browser.get("/my").text
            assert receipt(browser.post(f"/t/{task.id}", data={**hidden(page), "csat": "4", "nps": "9"}).text)
            assert upgraded.tasks.unfinished(task.id) is None
    upgraded.close()
