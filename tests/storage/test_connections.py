"""Connections are kept for the next one, and closed when nobody has needed them for a while."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from surveys.storage import Store
from surveys.storage.sqlite import connection
from surveys.storage.sqlite.connection import IDLE_SECONDS, MOST_IDLE, Connections
from surveys.storage.sqlite.open_files import opened_alone
from tests.support.serving import ROOT


def test_what_nobody_needs_any_more_is_closed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many at once, as when twenty pages were open, no more stay open than are used."""
    clock, pool = [0.0], Connections(store.path)
    monkeypatch.setattr(connection, "monotonic", lambda: clock[0])
    with ExitStack() as stack:
        many = [stack.enter_context(pool.reading()) for _ in range(20)]
    for _ in range(30):
        with pool.reading() as db:
            assert db is many[0]
    assert sum(map(is_open, many)) == MOST_IDLE
    for _ in range(30):
        clock[0] += IDLE_SECONDS / 10
        with pool.reading() as db:
            assert db is many[0] and is_open(db)
    clock[0] += 1
    for _ in range(30):
        with pool.reading():
            pass
    assert [is_open(each) for each in many] == [True] + 19 * [False]
    pool.close()


def is_open(db: connection.Database) -> bool:
    try:
        db.conn.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


OPENING = """
import sys
from pathlib import Path
from surveys.storage import Store

print("ready", flush=True)
for line in sys.stdin:
    Store(Path(line.strip())).close()
    print("open", flush=True)
"""


def test_four_processes_make_a_new_database_together(tmp_path: Path) -> None:
    """Several times: none is refused, and the file is a whole one."""
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    try:
        assert [_said(each) for each in makers] == ["ready"] * 4
        for number in range(8):
            path = tmp_path / str(number) / "new.db"
            for each in makers:
                assert each.stdin is not None
                each.stdin.write(f"{path}\n")
                each.stdin.flush()
            assert [_said(each) for each in makers] == ["open"] * 4
            assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        for each in makers:
            each.kill()
            each.communicate()


def test_who_makes_a_database_is_waited_for(tmp_path: Path) -> None:
    """And one that died while it did is not."""
    maker = subprocess.Popen([sys.executable, "-c", OPENING], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)  # fmt: skip
    assert maker.stdin is not None and _said(maker) == "ready"
    try:
        with opened_alone(tmp_path):
            maker.stdin.write(f"{tmp_path / 'new.db'}\n")
            maker.stdin.flush()
            with pytest.raises(subprocess.TimeoutExpired):
                maker.wait(0.5)
            assert not (tmp_path / "new.db").exists()
        assert _said(maker) == "open"
    finally:
        maker.kill()
        maker.communicate()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
