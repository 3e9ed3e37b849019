"""The backups that lie beside the database, and one of them as a single file to take along or to bring back."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from errno import ENOENT
from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.private_files import private_folder, write_private
from surveys.storage.sqlite.backups.backup import UnfitBackup, back_up
from surveys.storage.sqlite.backups.files import beside

FOLDER = "backups"
LARGEST_UNPACKED = 4_000_000_000  # bytes; a packed file can claim any size
_DATABASE = "backup.db"
_FILE = re.compile(r"backup-uploads/([0-9a-f]{2}/[0-9a-f]{32})")


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
        path, written = self.place(name), io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, _DATABASE)
            for file in sorted(beside(path).glob("??/*")):
                archive.write(file, f"backup-uploads/{file.parent.name}/{file.name}")
        return written.getvalue()

    def bring(self, content: bytes, now: datetime) -> str:
        """Lay an uploaded backup (.zip as `packed`, or the database alone) on the shelf. Raises UnfitBackup."""
        target = self._folder / f"uploaded-{now:%Y%m%d-%H%M%S}.db"
        private_folder(self._folder)
        if not content.startswith(b"PK\x03\x04"):
            write_private(target, content)
            return target.name
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member, place in _members(archive, target):
                    private_folder(place.parent)
                    write_private(place, archive.read(member))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise UnfitBackup(saying(marked("压缩文件已损坏（{error}）"), error=str(error))) from error
        return target.name


def _members(archive: zipfile.ZipFile, target: Path) -> Iterator[tuple[zipfile.ZipInfo, Path]]:
    """What belongs to a backup, and where to; nothing else is unpacked."""
    members = archive.infolist()
    if sum(each.file_size for each in members) > LARGEST_UNPACKED:
        raise UnfitBackup(saying(marked("压缩文件解开后太大，请用命令行恢复")))
    if _DATABASE not in archive.namelist():
        raise UnfitBackup(saying(marked("压缩文件里没有 {name}"), name=_DATABASE))
    for each in members:
        file = _FILE.fullmatch(each.filename)
        if each.filename == _DATABASE:
            yield each, target
        elif file:
            yield each, beside(target) / file[1]
