"""The one file serves console and forms, however it is started."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from surveys.definition.templates import template
from surveys.storage import Store
from tests.support.serving import WAYS, serving


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_start_serves_console_and_forms(way: str, tmp_path: Path) -> None:
    """Health, a form, the sign-in page, and the console behind it; SIGTERM ends it without a traceback."""
    database = tmp_path / "door.db"
    store = Store(database)
    store.surveys.save_draft(template("power-visit"), None, by="test")
    store.surveys.publish("power-visit", by="test")
    with serving(database, WAYS[way]) as address:
        assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
        form = httpx.get(f"{address}/s/power-visit")
        assert form.status_code == 200 and "供电服务回访" in form.text and "streamlit" not in form.text.lower()
        start = httpx.get(f"{address}/", follow_redirects=False)
        assert (start.status_code, start.headers["location"]) == (303, "/setup")
        with httpx.Client(base_url=address) as browser:
            sign_up(browser, printed_code(database))
            assert browser.get("/login").status_code == 200
            console = browser.get("/")
            assert console.status_code == 200 and "<script" in console.text
            assert browser.get("/accounts").status_code == 200
        assert httpx.get(f"{address}/accounts", follow_redirects=False).headers["location"].startswith("/login")
    assert [account.name for account in store.accounts.all()] == ["boss"]
    assert "Traceback" not in database.with_suffix(".log").read_text()


def printed_code(database: Path) -> str:
    """The set-up code that the server has printed at its start, however it was started."""
    [code] = re.findall(r"设置码 ([\dA-Z-]{14})", database.with_suffix(".log").read_text("utf-8"))
    return str(code)


def sign_up(browser: httpx.Client, code: str) -> None:
    """Create the administrator on the first page; the browser is then signed in."""
    page = browser.get("/setup").text
    token = page.partition('name="_csrf" value="')[2].partition('"')[0]
    password = "a blue kettle sings"
    fields = {"_csrf": token, "name": "boss", "password": password, "again": password, "code": code}
    answer = browser.post("/setup", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
