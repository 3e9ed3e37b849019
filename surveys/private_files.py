"""Files that only the account of the installation may read: made so, and made so again where they no longer are."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
OPEN_TO_OTHERS = 0o077
FOLDERS = ("uploads", "backups", "audit-archive")  # beside the database
PROJECT_DATA = Path(__file__).parents[1] / "data"


def keep_private() -> None:
    """From here on, what this process makes is nobody else's to read."""
    os.umask(OPEN_TO_OTHERS)


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this account alone."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file for this account alone, unless there is one."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE))


def write_private(path: Path, content: bytes) -> None:
    """Write a file for this account alone."""
    private_file(path)
    path.chmod(FILE_MODE)
    path.write_bytes(content)


def write_again(path: Path) -> None:
    """Put a copy with the same contents and time of change in a file's place: it is a new file to the file system."""
    known, folder = path.stat(), path.parent.stat()
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
            file.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        os.utime(part, ns=(known.st_mtime_ns, known.st_mtime_ns))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    os.utime(path.parent, ns=(folder.st_mtime_ns, folder.st_mtime_ns))


def shut_to_others(database: Path, secret_file: Path) -> list[str]:
    """Take from others what they may do with the files of an installation; returns what was or stays open, in words.

    The folder of the database is shut when it holds nothing but the installation; else it is only named.
    """
    if os.name != "posix":
        return []
    found = [_shut(path) for path in _belonging(database, secret_file)]
    folder = database.resolve().parent
    own = folder == PROJECT_DATA or all(_is_own(each.name, database, secret_file) for each in folder.iterdir())
    if own:
        found.append(_shut(folder))
    elif _is_open(folder):
        found.append(f"{folder}: others may look into it, and it holds more than this installation; use a folder apart")
    return [each for each in found if each]


def _belonging(database: Path, secret_file: Path) -> Iterator[Path]:
    """What an installation consists of, each folder before its contents; links are left alone."""
    for top in sorted({secret_file, *database.resolve().parent.glob("*"), *database.resolve().parent.glob(".*.part")}):
        if (top == secret_file or _is_own(top.name, database, secret_file)) and not top.is_symlink():
            yield top
            if top.is_dir():
                yield from (each for each in sorted(top.rglob("*")) if not each.is_symlink())


def _is_own(name: str, database: Path, secret_file: Path) -> bool:
    """Whether something in the folder of the database belongs to it: `xinsheng.db-wal`, `xinsheng-before-….db`."""
    kin = re.fullmatch(rf"\.?{re.escape(database.stem)}([-.].*)?", name)
    return kin is not None or name in (*FOLDERS, secret_file.name)


def _shut(path: Path) -> str:
    """What was done to a file or folder that was open to others, or why it can't be; empty for one that was not."""
    if not _is_open(path):
        return ""
    try:
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
    except OSError as error:
        return f"{path}: others may read or change it, and that can't be mended ({error.strerror}); use chmod"
    return f"{path}: was open to others; only its owner may read it now"


def _is_open(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & OPEN_TO_OTHERS)
    except FileNotFoundError:  # a log that was written back meanwhile, a secret not made yet
        return False
