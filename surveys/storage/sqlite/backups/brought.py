"""A database that somebody uploads as a backup: looked through in a process with bounds before it lies on the shelf."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from surveys.bounded_work import WorkRefused, run_apart
from surveys.storage.sqlite.backups.backup import check_backup
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.seals import UnfitBackup

LONGEST_LOOK = 600  # seconds; a page is looked at in microseconds, but a made-up one can lead in circles


def assert_fit(brought: Path) -> None:
    """Raises UnfitBackup unless it is a whole database of this program; nothing of it is left then.

    A database that comes alone is looked at without its files, which a restore asks for.
    """
    try:
        with Path(os.devnull).open("rb") as nothing, tempfile.TemporaryFile() as made:
            run_apart(f"{__name__}:looked_through", nothing, made, str(brought), seconds=LONGEST_LOOK)
    except WorkRefused as refused:
        brought.unlink(missing_ok=True)
        shutil.rmtree(beside(brought), ignore_errors=True)
        raise UnfitBackup(refused.said) from refused


def looked_through(_: IO[bytes], made: IO[bytes], brought: str) -> None:
    """The work itself; raises WorkRefused."""
    path = Path(brought)
    try:
        check_backup(path, without_files=not beside(path).exists())
    except UnfitBackup as error:
        raise WorkRefused(error.args[0]) from error
