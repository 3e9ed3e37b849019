"""A backup with its files as one ZIP file, and back. A ZIP from elsewhere is unpacked in a process with bounds."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zlib import error as ZlibError  # noqa: N812  a class, whatever its name says

from surveys.bounded_work import WorkRefused, run_apart
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.private_files import private_file, private_folder
from surveys.storage.sqlite.backups.files import beside
from surveys.storage.sqlite.backups.seals import UnfitBackup

LARGEST_UNPACKED = 4_000_000_000  # bytes; a packed file can claim any size
LONGEST_UNPACKING = 600  # seconds
MOST_MEMBERS = 200_000
_DATABASE = "backup.db"
_FILE = re.compile(r"backup-uploads/([0-9a-f]{2}/[0-9a-f]{32})")
_CHUNK = 1 << 20


def pack(backup: Path, target: Path) -> None:
    """Write a backup and the files beside it into one ZIP file."""
    private_file(target)
    with target.open("wb") as written:
        pack_into(backup, written)


def pack_into(backup: Path, written: IO[bytes]) -> None:
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(backup, _DATABASE)
        for file in sorted(beside(backup).glob("??/*")):
            archive.write(file, f"backup-uploads/{file.parent.name}/{file.name}")


def unpack(packed: Path, target: Path) -> None:
    """Unpack a ZIP file from anywhere: its database becomes *target*, its files lie beside that.

    Read in a process of its own. Raises UnfitBackup; nothing is left of it then.
    """
    private_folder(target.parent)
    report = target.with_name(f".{target.name}.unpacking")
    private_file(report)
    try:
        with packed.open("rb") as source, report.open("wb") as made:
            run_apart(f"{__name__}:unpacked", source, made, str(target), seconds=LONGEST_UNPACKING,
                      written=LARGEST_UNPACKED)  # fmt: skip
    except WorkRefused as refused:
        target.unlink(missing_ok=True)
        shutil.rmtree(beside(target), ignore_errors=True)
        raise UnfitBackup(refused.said) from refused
    finally:
        report.unlink(missing_ok=True)


def unpacked(source: IO[bytes], _: IO[bytes], target: str) -> None:
    """The work itself; raises WorkRefused."""
    try:
        with zipfile.ZipFile(source) as archive:
            for member, place in _members(archive, Path(target)):
                private_folder(place.parent)
                private_file(place)
                with archive.open(member) as packed, place.open("wb") as written:
                    shutil.copyfileobj(packed, written, _CHUNK)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ZlibError, ValueError) as error:
        if isinstance(error, WorkRefused):
            raise
        raise WorkRefused(saying(marked("压缩文件已损坏（{error}）"), error=str(error))) from error


def _members(archive: zipfile.ZipFile, target: Path) -> Iterator[tuple[zipfile.ZipInfo, Path]]:
    """What belongs to a backup, and where to; nothing else is unpacked."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > LARGEST_UNPACKED:
        raise WorkRefused(saying(marked("压缩文件解开后太大，请用命令行恢复")))
    names = [each.filename for each in members]
    if names.count(_DATABASE) != 1 or len(set(names)) != len(names):
        raise WorkRefused(saying(marked("压缩文件里没有 {name}"), name=_DATABASE))
    for each in members:
        file = _FILE.fullmatch(each.filename)
        if each.filename == _DATABASE:
            yield each, target
        elif file:
            yield each, beside(target) / file[1]
