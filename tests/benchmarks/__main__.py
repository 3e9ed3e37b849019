"""Runs every benchmark, or those named: `python -m tests.benchmarks forms text`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.benchmarks


def main() -> None:
    names = [each.name for each in pkgutil.iter_modules(tests.benchmarks.__path__) if each.name.startswith("bench_")]
    wanted = [f"bench_{name}" for name in sys.argv[1:]] or names
    if unknown := sorted(set(wanted) - set(names)):
        there_are = ", ".join(name.removeprefix("bench_") for name in names)
        sys.exit(f"no benchmark {', '.join(name.removeprefix('bench_') for name in unknown)}; there are {there_are}")
    for name in wanted:
        print(f"\n## {name.removeprefix('bench_')}\n", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
