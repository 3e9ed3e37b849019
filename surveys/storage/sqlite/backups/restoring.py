"""The way back: a backup in the place of the live database, while others work."""

from __future__ import annotations

import os
from datetime import datetime
from errno import ENOENT
from pathlib import Path

from surveys.private_files import write_private
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.backups.backup import UnfitBackup, back_up, copy_whole, unfinished_beside
from surveys.storage.sqlite.backups.files import beside, copy_files
from surveys.storage.sqlite.backups.prepared import prepare
from surveys.storage.sqlite.connection import secret_file_of
from surveys.storage.sqlite.open_files import ENDINGS


def restore(
    backup: Path, database: Path, now: datetime, *, key: bytes | None = None, without_key: bool = False,
    without_files: bool = False,
) -> Path | None:  # fmt: skip
    """Put a backup in the place of the live database; returns the copy made of what was there before, if anything was.

    The backup is looked through and brought up to the newest schema on the side, in a process with bounds, then written
    into the live file in one transaction, so that a running server sees it with its next look. What comes in between
    the copy and that transaction is lost. The files beside the backup are brought back before. The secret it belongs to
    must be here, or come as *key*; *key* then becomes the installation's, unless one does *without_key*.
    Raises FileNotFoundError, UnfitBackup, KeyNeeded; the database is then as it was.
    """
    if not backup.exists():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(backup))
    with unfinished_beside(database) as upgraded:
        prepare(backup, upgraded, database, key, without_key=without_key, without_files=without_files)
        before = _kept_aside(database, now)
        copy_files(upgraded, beside(backup), database.parent / FOLDER)
        _take_key(secret_file_of(database), key, now)
        copy_whole(upgraded, database)
    return before


def _take_key(place: Path, key: bytes | None, now: datetime) -> None:
    if key is None or (place.exists() and place.read_bytes() == key):
        return
    if place.exists():
        place.replace(place.with_name(f"{place.stem}-before-{now:%Y%m%d-%H%M%S}{place.suffix}"))
    write_private(place, key)


def _kept_aside(database: Path, now: datetime) -> Path | None:
    """A copy of what is there; what is too damaged for a copy is moved out of the way as it is."""
    if not database.exists():
        return None
    aside = database.with_name(f"{database.stem}-before-{now:%Y%m%d-%H%M%S}{database.suffix}")
    try:
        back_up(database, aside, overwrite=True)
    except UnfitBackup:
        for ending in ENDINGS:
            part = database.with_name(database.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
    return aside
