"""The real application in a process of its own, on a new database with the post-visit survey in the field."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surveys.definition.templates import template
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.settings import secret_key
from surveys.storage import Store
from tests.support.serving import ROOT, free_port


@dataclass(frozen=True)
class Served:
    """A running server and what it keeps its data in."""

    port: int
    store: Store
    secret: bytes

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served() -> Iterator[Served]:
    """The application under uvicorn; ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        store = Store(database)
        store.surveys.save_draft(template("power-visit"), None, by="bench")
        store.surveys.publish("power-visit", by="bench")
        store.accounts.add("admin", "admin", Role.ADMIN, "", now=utc_now())
        port = free_port()
        with uvicorn("app:app", port, XINSHENG_DB=str(database)):
            yield Served(port, store, secret_key(database.with_suffix(".key")))


@contextmanager
def bare(*, keeping: bool) -> Iterator[int]:
    """The port of the bare route, with its database or without any."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        where = {"BARE_DATABASE": str(Path(folder) / "bare.db")} if keeping else {}
        with uvicorn("tests.benchmarks.bare:app", port, **where):
            yield port


@contextmanager
def uvicorn(app: str, port: int, **environment: str) -> Iterator[None]:
    """This application on a port; ended afterwards."""
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log", "--log-level", "error"]
    with running(command, f"http://127.0.0.1:{port}/healthz", environment):
        yield


@contextmanager
def running(command: Sequence[str], answers_at: str, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """The process of a server once it answers; ended afterwards."""
    around = os.environ | dict(environment or {})
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=around, stdout=quiet, stderr=quiet) as process:
        try:
            _await(answers_at)
            yield process.pid
        finally:
            process.terminate()


def _await(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer within a minute")
