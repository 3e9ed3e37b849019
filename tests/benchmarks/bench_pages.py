"""The pages of managers over many answers, through the running server, opened as a browser opens them."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from analysis.comments.organisation_analyser import analyser_of
from surveys.accounts import new_session_token, token_hash
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.benchmarks.processes import megabytes
from tests.benchmarks.results_data import CODE, fill
from tests.benchmarks.serving import running
from tests.support.console_client import ConsoleClient, console_client
from tests.support.serving import free_port

AMOUNTS = tuple(int(each) for each in os.environ.get("PAGES_ANSWERS", "10000 100000 1000000").split())
ALL = f"survey={CODE}&period=all&touchpoint=all"  # a page keeps to the place that was chosen before
PAGES = {  # what is done → the page and its address
    "概览, the first after the start": ("", ""),
    "满意度": ("results", ALL),
    "filter change": ("results", f"survey={CODE}&period=all&touchpoint=t7"),
    "crosstab": ("analysis", f"{ALL}&part=crosstab"),
    "意见": ("comments", ALL),
    "改进": ("improvement", ALL),
    "满意度 again": ("results", ALL),
}


def main() -> None:
    """A column for each amount."""
    for amount in AMOUNTS:
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "bench.db"
            empty = Store(database)
            model = analyser_of(empty.organisation).version
            empty.close()
            _measure(fill(database, amount, model), amount)


def _measure(store: Store, amount: int) -> None:
    account = store.accounts.add("boss", "boss", Role.ADMIN, "", now=utc_now())
    store.accounts.begin_session(account, token_hash(token := new_session_token()), utc_now())
    port, environment = free_port(), {"XINSHENG_DB": str(store.path)}
    command = [sys.executable, "-m", "surveys", "serve", "--port", str(port)]
    print(f"{amount:,} answers\n\n| page | seconds |\n|---|---|", flush=True)
    with running(command, f"http://127.0.0.1:{port}/login", environment) as pid:  # the console behind the forms
        with console_client(port, token) as client:
            for name, (page, query) in PAGES.items():
                print(f"| {name} | {client.run(page, query):.2f} |", flush=True)
                _assert_drawn(client, name)
                if not page:
                    print(f"| {name}: its figures stand after | {_with_figures(client):.2f} |", flush=True)
        print(f"| megabytes of all processes | {megabytes(pid):,.0f} |\n", flush=True)
    store.close()


def _with_figures(client: ConsoleClient) -> float:
    """Seconds until the start page has read all answers."""
    begun = time.perf_counter()
    while "正在收集".encode() not in client.seen:
        time.sleep(0.5)
        client.run("")
    return time.perf_counter() - begun


def _assert_drawn(client: ConsoleClient, name: str) -> None:
    """A page that says why it shows nothing is quick, and no measure."""
    cells = client.seen.count(b"<td")
    assert name != "crosstab" or cells > 100, f"no table on the page: {cells} cells"
