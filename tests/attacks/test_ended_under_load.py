"""The server is told to end while phones send: every thanked answer is there, none half, and it ends in time."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from surveys.settings import secret_key
from surveys.storage import Store
from tests.attacks.test_killed_under_load import CLIENTS, assert_kept_once
from tests.support.front_door import publish
from tests.support.load import filled_form, send
from tests.support.serving import NO_CERTIFICATES, ROOT, free_port

IN_TIME = 30.0  # seconds; the unit of systemd waits 40


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["told to end", "Ctrl-C"])
def test_an_ending_server_keeps_what_it_thanked_for(tmp_path: Path, ending: signal.Signals) -> None:
    """Forms and console together, as `serve` starts them; nothing is left behind that still runs."""
    store = Store(tmp_path / "ending.db")
    publish(store, "power-visit")
    secret, port = secret_key(store.path.with_suffix(".key")), free_port()
    with (tmp_path / "said.txt").open("wb") as log:
        command = [sys.executable, "-m", "surveys", "serve", "--port", str(port)]
        environment = os.environ | {"XINSHENG_DB": str(store.path), "XINSHENG_LOG_FORMAT": "json"}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _await_ready(port, server)
        forms = [filled_form(secret, port, f"第{n}份") for n in range(3000)]
        thanked: set[bytes] = set()
        asyncio.run(_ended_while_sending(server, port, forms, ending, thanked))
        assert server.wait(timeout=IN_TIME) in (0, -ending, 128 + ending)
    finally:
        if server.poll() is None:
            server.kill()
    assert 0 < len(thanked) < len(forms)
    assert_kept_once(store.path, thanked)
    assert "Traceback" not in (tmp_path / "said.txt").read_text()
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


async def _ended_while_sending(
    server: subprocess.Popen[bytes], port: int, forms: list[bytes], ending: signal.Signals, thanked: set[bytes]
) -> None:  # fmt: skip
    sending = asyncio.create_task(send(port, forms, CLIENTS, thanked.add))
    moment = random.Random(os.urandom(8)).randrange(50, 400)
    while len(thanked) < moment:
        await asyncio.sleep(0.01)
    server.send_signal(ending)
    await asyncio.gather(sending, return_exceptions=True)


def _await_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10, verify=NO_CERTIFICATES).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not get ready")
