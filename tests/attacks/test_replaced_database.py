"""The database or its log goes away under a running server: nobody is thanked for what would be gone."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from surveys.permissions import Role
from surveys.settings import secret_key
from surveys.storage import Store
from surveys.storage.records.errors import DatabaseReplaced
from tests.support.front_door import add_account, be, hidden, publish, receipt, visiting
from tests.support.load import filled_form, send
from tests.support.serving import FORMS_ALONE, serving

FORM = "/s/power-visit"
ANSWER = {"csat": "4", "comment": "写了很久的意见"}


def removed(path: Path) -> None:
    path.unlink()


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    """By a copy, as an editor or `cp` of a backup over a new name leaves it."""
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def emptied(path: Path) -> None:
    """By a new and empty file of that name."""
    path.unlink()
    path.touch()


WAYS = [removed, moved, replaced, emptied]
FILES = ["", "-wal", "-shm"]


@pytest.mark.parametrize("ending", FILES, ids=["database", "log", "index of the log"])
@pytest.mark.parametrize("happens", WAYS)
def test_nobody_is_thanked_once_the_files_are_others(
    store: Store, happens: Callable[[Path], None], ending: str
) -> None:
    """From the next request on: forms, sign-in, console, tablets and health answer 503, and no new file is begun."""
    publish(store, "power-visit")
    boss = add_account(store, "boss", Role.ADMIN)
    path = store.path.with_name(store.path.name + ending)
    with visiting(store) as browser:
        fields = hidden(browser.get(FORM).text)
        be(browser, store, boss)
        assert browser.get("/healthz").status_code == 200 and browser.get("/").status_code == 200
        happens(path)
        answer = browser.post(FORM, data=fields | ANSWER)
        assert answer.status_code == 503 and not receipt(answer.text)
        for address in (FORM, "/", "/login", "/healthz"):
            assert browser.get(address).status_code == 503, address
        assert "removed or replaced" in browser.get("/healthz").json()["reason"]
    assert happens is not removed or not path.exists()


def test_it_goes_on_when_the_very_same_file_is_back(published: Store) -> None:
    with visiting(published) as browser:
        fields = hidden(browser.get(FORM).text)
        away = published.path.with_name("away")
        published.path.rename(away)
        page = browser.post(FORM, data=fields | ANSWER)
        assert page.status_code == 503
        away.rename(published.path)
        assert receipt(browser.post(FORM, data=fields | ANSWER).text)
    assert published.responses.amount("power-visit") == 1


def test_a_commit_into_a_file_that_went_meanwhile_is_not_told_as_kept(published: Store) -> None:
    """Between the beginning of a transaction and its end."""
    with pytest.raises(DatabaseReplaced), published._connections.writing() as db:
        db.execute("INSERT INTO settings VALUES ('a', 'b')")
        published.path.rename(published.path.with_name("away"))


def test_no_answer_is_thanked_and_lost_under_load(tmp_path: Path) -> None:
    """The file is taken away while thirty clients send: whatever was thanked stands in it."""
    store = Store(tmp_path / "taken.db")
    publish(store, "power-visit")
    secret, thanked = secret_key(store.path.with_suffix(".key")), set[bytes]()
    with serving(store.path, FORMS_ALONE) as address:
        port = int(address.rpartition(":")[2])
        store.close()
        forms = [filled_form(secret, port, f"第{number}份") for number in range(600)]
        taken = tmp_path / "taken"
        taken.mkdir()

        def answered(form: bytes) -> None:
            thanked.add(form)
            if len(thanked) == 20:
                for ending in FILES:
                    Path(f"{store.path}{ending}").rename(taken / f"taken.db{ending}")

        with suppress(ConnectionError):  # refused, as it should be
            asyncio.run(send(port, forms, 30, answered))
        assert httpx.get(f"{address}/healthz").status_code == 503
    with sqlite3.connect(taken / "taken.db") as db:
        kept = {comment for (comment,) in db.execute("SELECT answers ->> 'comment' FROM responses")}
    told = {httpx.QueryParams(form.partition(b"\r\n\r\n")[2].decode())["comment"] for form in thanked}
    assert 20 <= len(told) < 600 and told <= kept
    assert not store.path.exists()
