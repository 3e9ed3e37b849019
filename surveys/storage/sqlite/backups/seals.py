"""The checksum of a backup, at its own end, where it can't be left behind: SQLite reads no further than its last page.

A backup is the pages of the database, then a JSON object with the SHA-256 of those pages and of each file that belongs
to them, then the length of that object (8 bytes, the highest first) and MARK. The database itself says that it is
sealed, so that a seal cut off or altered is missed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.storage.sqlite.uploads import place_of

MARK = b"xinsheng-seal-1\n"
SEALED = "sealed backup"  # a setting of the database in a backup
_SEAL = """
INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
_FOOT = 8 + len(MARK)
_CHUNK = 1 << 20


class UnfitBackup(ValueError):
    """A file that can't be a backup of this program's database, or is damaged; carries a Message that says why."""


@dataclass(frozen=True)
class Seal:
    """SHA-256 in hexadecimal digits: of the database's `pages` bytes, and of each file by its key."""

    pages: int
    database: str
    files: Mapping[str, str]


def digest_of(path: Path, size: int | None = None) -> str:
    """The SHA-256 of a file, or of its first *size* bytes."""
    digest, left = hashlib.sha256(), path.stat().st_size if size is None else size
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def seal(backup: Path, files: Mapping[str, str]) -> None:
    """Put a finished copy under seal, with the digests of its files, and flush it to the disk."""
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute(_SEAL, [SEALED])
    pages = backup.stat().st_size
    told = json.dumps({"pages": pages, "database": digest_of(backup), "files": dict(files)}).encode()
    with backup.open("ab") as file:
        file.write(told + len(told).to_bytes(8, "big") + MARK)
        file.flush()
        os.fsync(file.fileno())


def break_seal(db: sqlite3.Connection) -> None:
    """What was brought back is no backup any more."""
    db.execute("DELETE FROM settings WHERE name = ?", [SEALED])


def seal_of(backup: Path) -> Seal | None:
    """The seal at the end of a backup; None when there is none. Raises UnfitBackup for one that can't be read."""
    size = backup.stat().st_size
    with backup.open("rb") as file:
        file.seek(max(0, size - _FOOT))
        foot = file.read()
        if not foot.endswith(MARK) or len(foot) < _FOOT:
            return None
        length = int.from_bytes(foot[:8], "big")
        try:
            file.seek(size - _FOOT - length)
            told = json.loads(file.read(length))
            return Seal(int(told["pages"]), str(told["database"]), dict(told["files"]))
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise UnfitBackup(saying(_ALTERED)) from error


_ALTERED = marked("内容和备份时不一样了（校验和不符），可能已损坏或被改动；请用另一份备份")
_NO_SEAL = marked("末尾的校验和不见了，备份不完整；请用另一份备份")
_FILE_ALTERED = marked("随答卷上传的文件 {key} 和备份时不一样了，请用另一份备份")
_FILE_MISSING = marked(
    "缺 {count} 个随答卷上传的文件，请把它们放回 {folder}；确实没有时用命令行 restore --without-files"
)


def verify(backup: Path, files: Path, *, without_files: bool = False) -> bool:
    """Whether a whole database is sealed, after comparing it and its files with the seal; raises UnfitBackup.

    False of a backup from before there were seals. *without_files*: those that are not there are done without.
    """
    found = seal_of(backup)
    if found is None:
        if _says_sealed(backup):
            raise UnfitBackup(saying(_NO_SEAL))
        return False
    if digest_of(backup, found.pages) != found.database:
        raise UnfitBackup(saying(_ALTERED))
    there = {key: place_of(files, key) for key in found.files}
    missing = [key for key, path in there.items() if not path.exists()]
    if missing and not without_files:
        raise UnfitBackup(saying(_FILE_MISSING, count=len(missing), folder=files.name))
    for key, path in there.items():
        if key not in missing and digest_of(path) != found.files[key]:
            raise UnfitBackup(saying(_FILE_ALTERED, key=key))
    return True


def _says_sealed(backup: Path) -> bool:
    with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT 1 FROM settings WHERE name = ?", [SEALED]).fetchone() is not None
