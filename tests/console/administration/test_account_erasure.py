"""账号 → 修改账号: an account is erased after a word was typed; nothing in the database names it any more."""

from __future__ import annotations

import sqlite3

import pytest

from surveys.storage import Store
from surveys.storage.sqlite.upkeep.persons import _NAMED, ERASED
from tests.console.test_console import Open, add_accounts, open_page

__all__ = ["open_page"]
pytestmark = pytest.mark.dated

# Columns that name an account by its number, or that other ways look after: the trail forgets whose its lines are.
ELSEWHERE = {"audit.account", "held_audit.account", "agent_marks.agent", "agent_notes.agent"}  # agents: by their code


def test_an_account_is_erased_after_a_word(store: Store, open_page: Open) -> None:
    """Its sessions end, what it did stays under a code; one's own, and one that is erased, can't be."""
    add_accounts(store)
    store.accounts.record("head", "publish", "power-visit", "version 1")
    app = open_page(store, "boss", "accounts", tab="change")
    account = store.accounts.named("head")
    assert account is not None
    chooser = next(box for box in app.selectbox if box.label == "账号")
    chooser.set_value("head").run()
    app.button(key=f"erase account now {account.id}").click().run()
    assert store.accounts.named("head") is not None and "请先输入 ERASE" in app.error[0].value
    app.text_input(key=f"erase word {account.id}").set_value("erase")
    app.button(key=f"erase account now {account.id}").click().run()
    assert not app.exception and store.accounts.named("head") is None
    erased = store.accounts.numbered(account.id)
    assert erased is not None and erased.name.startswith(ERASED) and not erased.active
    assert [line.account.split("-")[0] for line in store.accounts.audit(2)] == ["boss", "person"]
    for name in ("boss", erased.name):
        next(box for box in app.selectbox if box.label == "账号").set_value(name).run()
        assert not [button for button in app.button if str(button.key).startswith("erase account now")]


def test_every_column_that_names_an_account_is_looked_after(store: Store) -> None:
    """A new table that says who did something has to forget them as well."""
    with sqlite3.connect(store.path) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {f"{table}.{row[1]}" for table in tables for row in db.execute(f"PRAGMA table_info({table})")
                   if row[2] == "TEXT" and (row[1].endswith("_by") or row[1] in ("by", "account", "agent", "owner"))}
    assert {f"{table}.{column}" for table, column in _NAMED} | ELSEWHERE == columns
