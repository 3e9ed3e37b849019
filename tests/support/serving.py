"""The real server on a free port, for tests that need one."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
WAYS = {
    "surveys serve": [sys.executable, "-m", "surveys", "serve", "--port", "{port}"],
    "streamlit run": [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "{port}"],
    "python": [sys.executable, "app.py"],
    "uvicorn": [sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}"],
}
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx reads the system's for each request, TLS or not
FORMS_ALONE = [sys.executable, "-m", "uvicorn", "tests.attacks.forms_alone:app", "--port", "{port}"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database: Path, way: Sequence[str] = WAYS["surveys serve"]) -> Iterator[str]:
    """The address of a server over this database; it is stopped at the end. Its log lies beside the database."""
    port = free_port()
    command = [part.format(port=port) for part in way]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"XINSHENG_DB": str(database), "XINSHENG_BASE_URL": address, "PORT": str(port)}
    log = database.with_suffix(".log")
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _await_health(f"{address}/healthz", server, log)
        if way != FORMS_ALONE:
            _await_health(f"{address}/_stcore/health", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def _await_health(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180  # a machine that is busy with other things starts it slowly
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(address, timeout=60, verify=NO_CERTIFICATES).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")
