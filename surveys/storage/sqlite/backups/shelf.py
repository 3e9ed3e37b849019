"""The backups that lie beside the database, and one of them as a single file to take along or to bring back."""

from __future__ import annotations

import io
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from errno import ENOENT
from pathlib import Path

from surveys.private_files import private_folder, write_private
from surveys.storage.sqlite.backups.backup import back_up
from surveys.storage.sqlite.backups.brought import assert_fit
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.packed import pack_into, unpack

FOLDER = "backups"


@dataclass(frozen=True)
class Kept:
    """A backup on the shelf; `before` says that it is the state before a restore."""

    name: str
    size: int  # of the database alone, in bytes
    at: datetime
    before: bool


class Shelf:
    """The folder `backups` beside the database, and the copies that restoring has made."""

    def __init__(self, database: Path) -> None:
        self._database, self._folder = database, database.parent / FOLDER

    def add(self, now: datetime) -> str:
        """Back up into the folder; returns the name. Raises UnfitBackup, OSError."""
        target = self._folder / f"{self._database.stem}-{now:%Y%m%d-%H%M%S}.db"
        back_up(self._database, target, overwrite=True)
        return target.name

    def keep_newest(self, most: int) -> list[str]:
        """Delete the backups made here but the newest *most*, with their files; returns the names of what went.

        What was uploaded, or kept before a restore, is left.
        """
        pattern = re.compile(rf"{re.escape(self._database.stem)}-\d{{8}}-\d{{6}}\.db")
        made = sorted((path for path in self._folder.glob("*.db") if pattern.fullmatch(path.name)), reverse=True)
        for path in made[most:]:
            path.unlink()
            shutil.rmtree(beside(path), ignore_errors=True)
        return [path.name for path in made[most:]]

    def all(self) -> list[Kept]:
        """The newest first."""
        found = [(path, False) for path in self._folder.glob("*.db")] if self._folder.is_dir() else []
        pattern = f"{self._database.stem}-before-*{self._database.suffix}"
        found += [(path, True) for path in self._database.parent.glob(pattern)]
        kept = [
            Kept(path.name, path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime).astimezone(), before)
            for path, before in found
        ]
        return sorted(kept, key=lambda each: each.at, reverse=True)

    def place(self, name: str) -> Path:
        """Where a backup of the list lies; raises FileNotFoundError for any other name."""
        for each in self.all():
            if each.name == name:
                return (self._database.parent if each.before else self._folder) / name
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), name)

    def packed(self, name: str) -> bytes:
        """A backup with its files as one ZIP file."""
        written = io.BytesIO()
        pack_into(self.place(name), written)
        return written.getvalue()

    def bring(self, content: bytes, now: datetime) -> str:
        """Lay an uploaded backup (.zip as `packed`, or the database alone) on the shelf. Raises UnfitBackup."""
        target = self._folder / f"uploaded-{now:%Y%m%d-%H%M%S}.db"
        private_folder(self._folder)
        if not content.startswith(b"PK\x03\x04"):
            write_private(target, content)
            assert_fit(target)
            return target.name
        packed = target.with_suffix(".zip.part")
        try:
            write_private(packed, content)
            unpack(packed, target)
        finally:
            packed.unlink(missing_ok=True)
        assert_fit(target)
        return target.name
