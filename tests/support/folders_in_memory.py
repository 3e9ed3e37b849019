"""Folders of tests lie in memory where there is room: a commit waits for the disk, and a run makes tens of thousands.

Nothing that tests prove hangs on the disk: that a commit asks for it to be written is read from the connection
(`tests/storage/test_storage.py`), and whatever is killed in a test is a process, not the machine.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30  # bytes free at the least; some containers give it 64 MB


def lie_in_memory() -> None:
    """From now on, also in processes that are started, temporary folders are made in memory; those asked for stay."""
    if "TMPDIR" not in os.environ and _fits(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def _fits(folder: Path) -> bool:
    """Whether there is room, and programs may be run from there as from elsewhere."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    return shutil.disk_usage(folder).free >= ROOM and not os.statvfs(folder).f_flag & os.ST_NOEXEC
