"""A page left open by somebody whose account has ended or may do less: its next click does nothing, and shows nothing.

What widgets call back runs before the page is drawn anew and asks who is there; fragments and files that are made when
they are taken run without their page. So each is called here as if it had been clicked, on every page.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

import app as console
from surveys.definition.templates import template
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.console.test_taking import PAGES as SOURCES

__all__ = ["open_page"]  # a fixture

ROOT = Path(__file__).parents[2]
ENDS: dict[str, Callable[[Store], None]] = {
    "ended": lambda store: store.accounts.change("boss", active=False),
    "demoted": lambda store: store.accounts.change("boss", role="staff"),
    # Not by the accounts page, which ends the sessions: the right alone goes, as with an import of accounts.
    "demoted and signed in": lambda store: execute(store, "UPDATE accounts SET role = 'staff' WHERE name = 'boss'"),
}


def execute(store: Store, statement: str) -> None:
    with store._connections.writing() as db:
        db.execute(statement)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table; when sessions were last used is no matter here."""
    with store._connections.reading() as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables if name != "sessions"}


def click_all(patch: pytest.MonkeyPatch) -> list[str]:
    """From now on a drawing calls back all that the last one has offered; the list fills with what was called."""
    called: list[str] = []

    def call_all(state: SessionState, **_: object) -> None:
        offered = state._new_widget_state
        for number, widget in list(offered.widget_metadata.items()):
            if widget.callback is None:
                continue
            called.append(getattr(widget.callback, "__qualname__", repr(widget.callback)))
            try:
                offered.call_callback(number)
            except (StopException, RerunException):
                called[-1] += " ended"

    patch.setattr(SessionState, "_call_callbacks", call_all)
    return called


def desk_open(app: AppTest) -> AppTest:
    """The builder, where nearly every widget calls back."""
    return next(each for each in app.button if each.label == "编辑").click().run()


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("page", [*(page.path for page in console.PAGES), "builder"])
def test_the_next_click_of_a_demoted_account_does_nothing(
    published: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch, page: str, end: str
) -> None:
    add_accounts(published)
    published.surveys.save_draft(template("key-account"), None, by="boss")
    published.typed_sheets.let_wait(True, by="boss")
    published.accounts.speak("boss", "zh-Hans")  # which stays everybody's own to choose
    app = open_page(published, "boss", "surveys" if page == "builder" else page)
    app = desk_open(app) if page == "builder" else app
    assert words(app) and (page != "help" or "账号" in words(app))
    ENDS[end](published)
    before, called = everything(published), click_all(monkeypatch)
    app.run()
    after = everything(published)
    assert [name for name in before if before[name] != after[name]] == [], called
    assert called and (page != "builder" or len(called) > 20)
    shown = words(app)
    # Who is still signed in is refused, or led to the start page of the role that is left; the handbook is everybody's,
    # with the pages that are left.
    own = "boss name，您好" in shown or "没有执行此操作的权限" in shown
    own = own or (page == "help" and "账号" not in shown)
    assert own if end == "demoted and signed in" else "没有登录" in shown and len(shown) < 1500, shown


def test_fragments_are_made_in_the_one_way_that_asks() -> None:
    """By `session.fragment`; nothing else of Streamlit's that draws a part of a page by itself is used anywhere."""
    alone = {"fragment", "experimental_fragment", "dialog", "experimental_dialog"}
    found = [
        f"{path.relative_to(ROOT)}:{each.lineno}"
        for path in SOURCES
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Attribute) and each.attr in alone and isinstance(each.value, ast.Name)
        and each.value.id == "st"
    ]  # fmt: skip
    assert [each.rpartition(":")[0] for each in found] == ["surveys/console/kit/session.py"]


def test_files_are_offered_in_the_one_way_that_asks() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Attribute) and each.attr == "download_button"
    }
    assert found == {"surveys/console/kit/downloads.py"}
