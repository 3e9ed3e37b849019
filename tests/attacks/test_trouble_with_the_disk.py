"""When the file can't be written: a clear word, what was typed still on the page, nothing half stored."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from starlette.applications import Starlette

from surveys.command_line import main
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.sqlite import connection
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.upkeep.leases import LeaseTable
from surveys.web.monitoring.health import HealthPages
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.front_door import (
    PASSWORD,
    Clock,
    TestClient,
    add_account,
    hidden,
    publish,
    receipt,
    visiting,
)

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
def full_disk(store: Store, room: int | None = None) -> Iterator[None]:
    """No file may grow beyond where the log stands, or *room* bytes: the next write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = store.path.with_name(store.path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (room or log.stat().st_size + 100, hard))
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


SAID = {"disk full": "磁盘", "locked": "占用", "read-only": "只读"}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_health_and_sign_in_say_what_is_in_the_way(store: Store, trouble: str) -> None:
    """Not "ok" because reading works still; not a page without a word. Nobody is half signed in."""
    add_account(store, "boss", Role.ADMIN)
    with visiting(store) as browser:
        fields = hidden(browser.get("/login").text) | {"name": "boss", "password": PASSWORD}
        with TROUBLES[trouble](store):
            health = browser.get("/healthz")
            assert health.status_code == 503 and health.json()["reason"]
            page = browser.post("/login", data=fields)
            assert page.status_code == 503 and page.headers["retry-after"]
            assert SAID[trouble] in page.text and "系统暂时不可用" in page.text
            assert SESSION_COOKIE not in browser.cookies
        assert browser.get("/healthz").json() == {"status": "ok"}
        assert browser.post("/login", data=fields).status_code == 303


@pytest.mark.parametrize("trouble", [partial(full_disk, room=100_000), read_only], ids=["disk full", "read-only"])
def test_a_backup_that_fails_says_why_and_leaves_nothing(
    store: Store,
    trouble: Callable[[Store], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The advice fits the trouble: neither to restore a backup nor to look at the path when there is no room."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    with trouble(store):
        assert main(["backup", str(store.path.parent / "backups" / "one.db")]) == 1
        said = capsys.readouterr().err
        assert "磁盘" in said or "权限" in said, said
        assert "restore" not in said and "Traceback" not in said
        assert not list(store.path.parent.glob("backups/*"))


def test_health_writes_no_more_than_once_a_second(store: Store) -> None:
    """However many ask: anybody may."""
    writes: list[bool] = []
    now = [100.0]
    store.probe = lambda *, writing: writes.append(writing)  # type: ignore[method-assign]
    pages = HealthPages(store, now=lambda: now[0])
    with TestClient(Starlette(routes=pages.routes())) as browser:
        for moment in (100.0, 100.2, 100.9, 101.1, 101.5):
            now[0] = moment
            browser.get("/healthz")
    assert writes == [True, False, False, True, False]


def test_a_lease_from_before_the_clock_was_set_back_counts_no_more(store: Store) -> None:
    """Whoever held it may be dead; nothing would be sent for three days."""
    clock = Clock()
    dead, alive = (LeaseTable(Connections(store.path), clock=clock) for _ in range(2))
    assert dead.hold("sender") and not alive.hold("sender")
    clock.passes(days=-3)
    assert alive.hold("sender") and not dead.hold("sender")


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
