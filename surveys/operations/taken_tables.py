"""Tables of events that were taken up from a folder, and go after the period for events: people stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

DONE, FAILED = "done", "failed"  # where tables go, in the folder that is looked into
_STAMPED = re.compile(r".*-(\d{8})-\d{6}(?:-\d+)?\.\w+(?:\.report\.csv)?")


def taken_tables(folder: Path | None, before: date) -> list[Path]:
    """Tables and reports that were put aside before a day, by the moment in their names; nothing of another's."""
    return sorted(_old(folder, before)) if folder is not None else []


def remove_tables(files: list[Path]) -> int:
    """Delete them; how many are gone. One that can't be deleted stays, and is tried again the next day."""
    gone = 0
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            continue
        gone += 1
    return gone


def _old(folder: Path, before: date) -> Iterator[Path]:
    for place in (folder / DONE, folder / FAILED):
        if place.is_symlink() or not place.is_dir():
            continue
        for file in place.iterdir():
            found = _STAMPED.fullmatch(file.name)
            day = _day(found[1]) if found and file.is_file() and not file.is_symlink() else None
            if day is not None and day < before:
                yield file


def _day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007  the day as it is written
    except ValueError:
        return None
