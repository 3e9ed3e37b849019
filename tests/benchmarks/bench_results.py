"""Results over 10,000, 100,000 and 1,000,000 answers: the columnar copy beside plain pandas, in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from surveys.storage import Store
from tests.benchmarks.results_data import BATCH, CODE, fill, submissions
from tests.benchmarks.serving import ROOT

AMOUNTS = (10_000, 100_000, 1_000_000)


def main() -> None:
    """One table for each amount."""
    for amount in AMOUNTS:
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "bench.db"
            store = fill(database, amount)
            a_second = appended(store)
            store.close()
            print_table(amount, a_second, measured(database, "ours"), measured(database, "pandas"))


def appended(store: Store) -> float:
    """Answers kept per second, in batches, by a database that has all the others."""
    amount = min(5 * BATCH, store.responses.amount(CODE))
    made = submissions(amount, seed=8)
    batches = [list(islice(made, BATCH)) for _ in range(amount // BATCH)]
    begun = time.perf_counter()
    for rows in batches:
        store.responses.append(rows)
    return amount / (time.perf_counter() - begun)


def measured(database: Path, whose: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.results_measured", str(database), whose]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def print_table(amount: int, a_second: float, ours: dict[str, float], peer: dict[str, float]) -> None:
    print(f"{amount:,} answers and some more, appended at {a_second:,.0f} a second\n")
    print("| seconds | ours | pandas over read_sql |\n|---|---|---|")
    for name, value in ours.items():
        other = f"{peer[name]:.3f}" if name in peer else ""
        print(f"| {name} | {value:.3f} | {other} |", flush=True)
    print()


if __name__ == "__main__":
    main()
