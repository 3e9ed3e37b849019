"""Managers and respondents at once: what 20 open consoles cost the forms, and a stream of answers the consoles."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from surveys.accounts import new_session_token, token_hash
from surveys.localisation.clock import local_day, utc_now
from surveys.sample_organisation import load_sample_organisation
from surveys.settings import secret_key
from surveys.storage import Store
from tests.benchmarks.processes import descriptors, megabytes
from tests.benchmarks.serving import running
from tests.support.console_client import console_client
from tests.support.load import Load, filled_form, send
from tests.support.serving import free_port

MANAGERS = 20
PAUSE = 5.0  # seconds a manager reads before the next click
SECONDS = int(os.environ.get("TOGETHER_SECONDS", "60"))
PAGES = ("", "results", "improvement", "comments", "answers", "analysis")
RATES = (0, 1, 50)  # answers a second


def main() -> None:
    """A line for each rate of answers: waits of forms and of pages, beside forms alone; then what is left behind."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        store = Store(database)
        load_sample_organisation(store, local_day(utc_now()), password="only-on-this-machine")
        port = free_port()
        command = [sys.executable, "-m", "surveys", "serve", "--port", str(port)]
        with running(command, f"http://127.0.0.1:{port}/healthz", {"XINSHENG_DB": str(database)}) as pid:
            _table(store, database, port, pid)
        store.close()


def _table(store: Store, database: Path, port: int, pid: int) -> None:
    secret = secret_key(database.with_suffix(".key"))
    managers = [each for each in store.accounts.all() if each.role.value in ("manager", "admin", "designer")]
    tokens = []
    for account in itertools.islice(itertools.cycle(managers), MANAGERS):
        tokens.append(token := new_session_token())
        store.accounts.begin_session(account, token_hash(token), utc_now())
    print(f"{MANAGERS} sessions, a click every {PAUSE:.0f} s, {SECONDS} s for each line, {os.cpu_count()} cores\n")
    print("| answers /s | sessions | forms p50 ms | p95 ms | pages p50 s | p95 s | pages drawn | MB | descriptors |")
    print("|---|---|---|---|---|---|---|---|---|")
    _line(secret, port, pid, 50, [])
    for rate in RATES:
        _line(secret, port, pid, rate, tokens)
    for minutes in (1, 5):
        time.sleep(60 * (minutes if minutes == 1 else 4))
        print(f"| {minutes} min after | 0 | | | | | | {megabytes(pid):,.0f} | {descriptors(pid)} |", flush=True)


def _line(secret: bytes, port: int, pid: int, rate: int, tokens: Sequence[str]) -> None:
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(MANAGERS + 1) as pool:
        readers = [pool.submit(_read, port, token, end, n) for n, token in enumerate(tokens)]
        forms = asyncio.run(_answer(secret, port, rate, end)) if rate else None
        waits = [wait for reader in readers for wait in reader.result()]
        memory, files = megabytes(pid), descriptors(pid)
    told = f"{1000 * forms.p50:.0f} | {1000 * forms.p95:.0f}" if forms else " | "
    pages = f"{statistics.median(waits):.2f} | {statistics.quantiles(waits, n=20)[18]:.2f}" if len(waits) > 1 else " | "
    print(f"| {rate} | {len(tokens)} | {told} | {pages} | {len(waits)} | {memory:,.0f} | {files} |", flush=True)


def _read(port: int, token: str, end: float, number: int) -> list[float]:
    """How long each page took that one manager opened until *end*."""
    chosen, waits = random.Random(number), list[float]()
    with console_client(port, token) as client:
        time.sleep(chosen.uniform(0, PAUSE))
        while time.monotonic() < end:
            waits.append(client.run(chosen.choice(PAGES)))
            time.sleep(PAUSE)
    return waits


async def _answer(secret: bytes, port: int, rate: int, end: float) -> Load:
    """Send so many forms a second, each over a connection of its own, as phones do."""
    begun, waits, sent = time.perf_counter(), list[float](), list[asyncio.Task[Load]]()
    for number in itertools.count():
        delay = begun + number / rate - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        if time.monotonic() >= end:
            break
        sent.append(asyncio.create_task(send(port, [filled_form(secret, port)], 1)))
    for each in await asyncio.gather(*sent):
        waits += each.waits
    return Load(time.perf_counter() - begun, waits)
