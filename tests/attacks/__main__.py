"""Attacks the product and prints what came of it as one table: `python -m tests.attacks`, or some: `… linked doors`.

Ends with 1 when anything came to more than it may.
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("XINSHENG_FIGURES_AGE", "0")

from argon2 import PasswordHasher

from surveys import accounts, bounded_work
from tests.attacks.measures import MEASURES


def main() -> int:
    wanted = sys.argv[1:] or list(MEASURES)
    if unknown := sorted(set(wanted) - set(MEASURES)):
        sys.exit(f"no attack {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # as in the tests
    bounded_work.HERE = True
    fell = 0
    print("| attack | tried | came of it | at most | |\n| --- | --- | --- | --- | --- |", flush=True)
    for name in wanted:
        begun = time.perf_counter()
        for each in MEASURES[name]():
            fell += not each.held
            mark = "held" if each.held else "**FELL**"
            print(f"| {name} | {each.tried} | {each.found} | {each.limit} | {mark} |", flush=True)
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return 1 if fell else 0


if __name__ == "__main__":
    sys.exit(main())
