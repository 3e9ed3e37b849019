"""What a server and all that it has started take of the machine, as Linux tells."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path


def _family(pid: int) -> Iterator[int]:
    yield pid
    told = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False)
    for child in told.stdout.split():
        yield from _family(int(child))


def megabytes(pid: int) -> float:
    """Memory that is resident, of all of them."""
    return sum(_resident(each) for each in _family(pid))


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def descriptors(pid: int) -> int:
    """Files and connections that are open."""
    return sum(len(list(folder.iterdir())) for each in _family(pid) if (folder := Path(f"/proc/{each}/fd")).exists())
