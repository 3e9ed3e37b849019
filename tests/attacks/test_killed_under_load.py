"""The process dies at any moment under load: every thanked answer is there, none twice, the file is whole.

Six deaths by default; `XINSHENG_KILLS=50` for as many as you like. Only the forms are started, not the console.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from surveys.settings import secret_key
from surveys.storage import Store
from tests.support.front_door import publish
from tests.support.load import filled_form, send
from tests.support.serving import NO_CERTIFICATES, ROOT, free_port

DEATHS = int(os.environ.get("XINSHENG_KILLS", "6"))
CLIENTS = 30


class Mortal:
    """A server of the forms, which is killed and started again on the same database."""

    def __init__(self, database: Path) -> None:
        self.port = free_port()
        self._environment = os.environ | {"XINSHENG_DB": str(database)}

    def start(self) -> None:
        command = ["-m", "uvicorn", "tests.attacks.forms_alone:app", "--port", str(self.port), "--log-level", "error"]
        self._process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self._environment)
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5, verify=NO_CERTIFICATES)
                return
            except httpx.TransportError:
                time.sleep(0.05)
        pytest.fail("the server did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


async def killed_while_sending(server: Mortal, forms: list[bytes], after: float, thanked: set[bytes]) -> None:
    """Send until the server is dead."""
    sending = asyncio.create_task(send(server.port, forms, CLIENTS, thanked.add))
    await asyncio.sleep(after)
    await asyncio.to_thread(server.kill)
    await asyncio.gather(sending, return_exceptions=True)


def test_what_was_thanked_is_kept_once(tmp_path: Path) -> None:
    """Forms that were not thanked are sent again after the restart, as a person would: they count once as well."""
    store, draw = Store(tmp_path / "mortal.db"), random.Random(os.urandom(8))
    publish(store, "power-visit")
    server, secret = Mortal(store.path), secret_key(store.path.with_suffix(".key"))
    thanked, number, left = set[bytes](), 0, list[bytes]()
    for _ in range(DEATHS):
        server.start()
        number += 2000
        left += [filled_form(secret, server.port, f"第{n}份") for n in range(number - 2000, number)]
        asyncio.run(killed_while_sending(server, list(reversed(left)), draw.uniform(0.02, 0.6), thanked))
        left = [form for form in left if form not in thanked]
        assert_kept_once(store.path, thanked)
    assert thanked


def assert_kept_once(path: Path, thanked: set[bytes]) -> None:
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT answers ->> 'comment' FROM responses").fetchall()
        accepted = db.execute("SELECT sum(times) FROM tallies WHERE event = 'accepted'").fetchone()[0] or 0
    kept = Counter(comment for (comment,) in rows)
    assert set(kept.values()) <= {1}
    assert {httpx.QueryParams(form.partition(b"\r\n\r\n")[2].decode())["comment"] for form in thanked} <= set(kept)
    assert accepted == len(kept)  # the tally stands in the same transaction
