"""When the file can't be written: a clear word, what was typed still on the page, nothing half stored."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from surveys.storage import Store
from surveys.storage.sqlite import connection
from tests.support.front_door import Clock, TestClient, hidden, publish, receipt, visiting

NOBODY = 65534
FORM = "/s/power-visit"
TYPED = {"csat": "4", "comment": "写了很久的意见" * 50}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(connection, "BUSY_MILLISECONDS", 100)  # a test need not wait as long as a person would
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        store = Store(Path(folder) / "trouble.db")
        publish(store, "power-visit")
        yield store
        store.close()


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """No file may grow beyond where the log stands: the next write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = store.path.with_name(store.path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program writes for a long time."""
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """Folder and files may be read and not written, as after a fault of the disk that was in use."""
    other = sqlite3.connect(store.path)  # so that the log is not taken away with the last connection
    other.execute("SELECT count(*) FROM responses").fetchone()
    store.close()
    files = {each: each.stat().st_mode for each in (store.path.parent, *store.path.parent.iterdir())}
    for each, mode in files.items():
        each.chmod(mode & 0o555 | 0o444)
    try:
        with powerless():
            yield
    finally:
        for each, mode in files.items():
            each.chmod(mode)
        other.close()
        store.close()


@contextmanager
def powerless() -> Iterator[None]:
    """As somebody whom the modes of files hold back: an administrator may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


TROUBLES = {"disk full": full_disk, "locked": locked, "read-only": read_only}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_was_typed_stays_and_is_taken_when_the_trouble_is_over(
    store: Store, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The page says it was not saved and to try again; the very same page then counts once."""
    with visiting(store) as browser:
        fields = hidden(browser.get(FORM).text) | TYPED
        with TROUBLES[trouble](store):
            page = browser.post(FORM, data=fields)
            assert page.status_code == 503 and page.headers["retry-after"]
            assert "暂时没能保存" in page.text and TYPED["comment"] in page.text
            assert "Traceback" not in page.text and not receipt(page.text)
            assert stored(store) == (0, "ok")
        again = browser.post(FORM, data=hidden(page.text) | TYPED)
        assert again.status_code == 200 and receipt(again.text)
    assert stored(store) == (1, "ok")
    assert TYPED["comment"] not in caplog.text


def stored(store: Store) -> tuple[int, str]:
    with sqlite3.connect(store.path) as db:
        [(kept,)] = db.execute("SELECT count(*) FROM responses")
        [(whole,)] = db.execute("PRAGMA integrity_check")
    return kept, whole


def test_a_clock_set_back_costs_no_answer(published: Store) -> None:
    """The form seems to come from the future: it is taken, and how long it took stays unknown."""
    clock = Clock()
    with visiting(published, clock) as browser:
        fields = hidden(browser.get(FORM).text)
        clock.passes(days=-3)
        assert post(browser, fields) == 200
    [[response]] = published.responses.responses("power-visit")
    assert response.answers["csat"] == 4 and response.seconds is None and response.received_at == clock.now


def post(browser: TestClient, fields: dict[str, str]) -> int:
    return int(browser.post(FORM, data=fields | TYPED).status_code)
