"""Backups for places that are not ours: one file, encrypted for recipients whose keys are elsewhere (age, by pyrage).

What is encrypted is the ZIP that the shelf packs: the sealed database and the files beside it. The server holds no key
that opens it. Beside it stands its checksum, so that a damaged copy is noticed without the key.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyrage

from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.private_files import private_file, private_folder, write_private
from surveys.storage.sqlite.backups.backup import UnfitBackup, back_up
from surveys.storage.sqlite.backups.packed import pack, unpack
from surveys.storage.sqlite.backups.seals import digest_of

ENDING, CHECKSUM = ".zip.age", ".sha256"
_HEADER = b"age-encryption.org/v1\n"


class UnfitRecipient(ValueError):
    """What should be a public key is none."""


class NoIdentity(ValueError):
    """A file that should hold a private key holds none."""


@dataclass(frozen=True)
class NewKey:
    """A pair of keys: `recipient` encrypts and may be known to anybody, `identity` opens and must be kept elsewhere."""

    recipient: str
    identity: str


def new_backup_key() -> NewKey:
    pair = pyrage.x25519.Identity.generate()
    return NewKey(str(pair.to_public()), str(pair))


def recipients(texts: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Public keys, `age1…`; raises UnfitRecipient."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise UnfitRecipient(text) from error
    return found


def identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The private keys in a file, one a line beside lines of remarks; raises NoIdentity, OSError."""
    lines = [line.strip() for line in file.read_text("utf-8", "replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as error:
        raise NoIdentity(str(file)) from error
    if not found:
        raise NoIdentity(str(file))
    return found


def back_up_encrypted(
    database: Path, folder: Path, keys: Sequence[pyrage.x25519.Recipient], now: datetime
) -> tuple[Path, int]:  # fmt: skip
    """Back up into a folder, encrypted; returns the file and its bytes. Raises UnfitBackup, OSError.

    What is not encrypted yet lies beside the database meanwhile, and nowhere else.
    """
    target = folder / f"{database.stem}-{now:%Y%m%d-%H%M%S}{ENDING}"
    private_folder(folder)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    with _room(database.parent) as room:
        back_up(database, room / "backup.db")
        pack(room / "backup.db", packed := room / "backup.zip")
        try:
            private_file(unfinished)
            with packed.open("rb") as source, unfinished.open("wb") as made:
                pyrage.encrypt_io(source, made, list(keys))
                made.flush()
                os.fsync(made.fileno())
            write_private(checksum_of(target), f"{digest_of(unfinished)}  {target.name}\n".encode())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target, target.stat().st_size


def checksum_of(backup: Path) -> Path:
    return backup.with_name(backup.name + CHECKSUM)


def encrypted_backups(folder: Path) -> list[Path]:
    """Those made here, the newest first: by the time in their names."""
    pattern = re.compile(r".*-(\d{8}-\d{6})" + re.escape(ENDING))
    found = [(match[1], path) for path in folder.glob(f"*{ENDING}") if (match := pattern.fullmatch(path.name))]
    return [path for _, path in sorted(found, reverse=True)]


def keep_newest_encrypted(folder: Path, most: int) -> list[str]:
    """Delete all but the newest *most*; returns the names of what went."""
    gone = encrypted_backups(folder)[most:]
    for path in gone:
        path.unlink()
        checksum_of(path).unlink(missing_ok=True)
    return [path.name for path in gone]


def is_encrypted(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_HEADER)) == _HEADER


@contextmanager
def opened(file: Path, keys: Sequence[pyrage.x25519.Identity], beside: Path) -> Iterator[Path]:
    """The backup inside, with its files, in a room of its own below the folder *beside* while this is entered.

    Raises UnfitBackup for another key, a damaged file, or one that is no backup.
    """
    there = checksum_of(file)
    if there.exists() and there.read_text("ascii", "replace").split()[:1] != [digest_of(file)]:
        raise UnfitBackup(saying(marked("内容和备份时不一样了（校验和不符），可能已损坏或被改动；请用另一份备份")))
    with _room(beside) as room:
        private_file(room / "backup.zip")
        try:
            with file.open("rb") as source, (room / "backup.zip").open("wb") as made:
                pyrage.decrypt_io(source, made, list(keys))
        except pyrage.DecryptError as error:
            said = marked("这个私钥打不开它，或文件已损坏（{error}）")
            raise UnfitBackup(saying(said, error=str(error))) from error
        unpack(room / "backup.zip", room / "backup.db")
        (room / "backup.zip").unlink()
        yield room / "backup.db"


@contextmanager
def _room(beside: Path) -> Iterator[Path]:
    """A folder for this account alone, gone with all that is in it at the end."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as room:
        yield Path(room)
