"""The files that came with answers, copied beside a backup of the database and brought back from there.

They never change and bear random names, so a copy in the making needs no lock: what is there is whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from surveys.private_files import FILE_MODE, private_folder
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.backups.seals import digest_of
from surveys.storage.sqlite.uploads import place_of


def beside(backup: Path) -> Path:
    """The folder for the files of a backup: `backup.db` has `backup-uploads`."""
    return backup.with_name(f"{backup.stem}-{FOLDER}")


def copy_files(database: Path, source: Path, target: Path) -> dict[str, str]:
    """Copy the files that this *database* knows from one folder to another; returns the SHA-256 of each by its key.

    What lies there already is left as it is. A file that was withdrawn meanwhile is left out.
    """
    there: dict[str, str] = {}
    for key in _keys(database):
        original, copy = place_of(source, key), place_of(target, key)
        if not copy.exists():
            try:
                _copy(original, copy)
            except FileNotFoundError:
                continue
        there[key] = digest_of(copy)
    return there


def forget_files(backup: Path) -> None:
    """Delete the files copied for a backup that did not come about; those of an older one of its name stay."""
    if backup.exists():
        remove_unknown(backup, beside(backup))
    else:
        shutil.rmtree(beside(backup), ignore_errors=True)


def remove_unknown(database: Path, folder: Path) -> None:
    """Delete the files in a backup's folder that its *database* does not know: they were withdrawn since."""
    known = {place_of(folder, key) for key in _keys(database)}
    for path in folder.glob("??/*"):
        if path not in known:
            path.unlink()


def _keys(database: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield from [key for (key,) in connection.execute("SELECT key FROM uploads")]


def _copy(original: Path, copy: Path) -> None:
    private_folder(copy.parent)
    part = copy.with_suffix(f".{os.getpid()}.part")
    try:
        shutil.copy2(original, part)
        part.chmod(FILE_MODE)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
