"""A folder into which another program writes tables of events: taken up when they are whole, and moved when done.

A table goes to `done/` or, where nothing of it could be read, to `failed/`, with a report beside it. A server that is
stopped in between takes it up again, and every event counts once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TextIO

from surveys.exchange.event_files import UnfitEventTable, event_guide
from surveys.exchange.rejections import REPORT_ENCODING, report
from surveys.localisation.clock import Clock, utc_now
from surveys.operations.event_tables import EventSummary, event_facts, take_events
from surveys.operations.taken_tables import DONE, FAILED
from surveys.operations.worker import Lease, Worker
from surveys.storage import Store
from surveys.tables import Reading, UnfitFile, opened_table

FOLDER = "events_folder"  # the setting; XINSHENG_EVENTS_FOLDER goes before it
VARIABLE = "XINSHENG_EVENTS_FOLDER"
PAUSE_SECONDS = 30.0
AT_REST = 30.0  # seconds for which a file must not have changed: one that grows is still being written
_ENDINGS = {".csv", ".xlsx", ".xls", ".txt", ".tsv"}
_UNFINISHED = (".", "~")  # how names of files begin that a program has open
_log = logging.getLogger(__name__)


def events_folder(store: Store, environment: Callable[[str], str | None] = os.environ.get) -> Path | None:
    """The folder that is looked into; None where none is set."""
    text = environment(VARIABLE) or store.organisation.setting(FOLDER)
    return Path(text) if text else None


@dataclass
class FolderWatch:
    """Looks into the folder, turn by turn."""

    store: Store
    secret: bytes
    clock: Clock = utc_now

    def worker(self, lease: Lease | None = None) -> Worker:
        """Does that in the background."""
        return Worker("event folder", self.look, stopping=Event(), pause=PAUSE_SECONDS, lease=lease)

    def look(self) -> int:
        """Take up every table that is whole; returns how many."""
        folder = events_folder(self.store)
        if folder is None or not folder.is_dir():
            return 0
        waiting = sorted(each for each in folder.iterdir() if self._whole(each))
        for file in waiting:
            self._take(file)
        return len(waiting)

    def _whole(self, file: Path) -> bool:
        """Whether it is a table that nobody writes any more."""
        if file.is_symlink() or not file.is_file():
            return False
        fitting = file.suffix.lower() in _ENDINGS and not file.name.startswith(_UNFINISHED)
        changed = file.stat()
        return fitting and changed.st_size > 0 and self.clock().timestamp() - changed.st_mtime >= AT_REST

    def _take(self, file: Path) -> None:
        now = self.clock()
        try:
            with opened_table(file, Reading(), event_guide(event_facts(self.store))) as table:
                header, came = table.header, take_events(self.store, self.secret, table, now)
        except (UnfitFile, UnfitEventTable) as error:
            why = error.args[0]
            _move(file, FAILED, now, lambda out: _line(out, why))
            self.store.accounts.record("event folder", "events file failed", file.name, "")
            return
        _move(file, DONE if came.taken else FAILED, now, lambda out: _told(out, came, header))
        counts = f"{came.taken} taken, {came.invited} invited, {len(came.rejected)} left out"
        self.store.accounts.record("event folder", "events file taken", file.name, counts)


def _line(out: TextIO, words: object) -> None:
    out.write(f"{words}\n")


def _told(out: TextIO, came: EventSummary, header: tuple[str, ...]) -> None:
    _line(out, came.told())
    for held_back in came.told_of_held_back():
        _line(out, held_back)
    report(out, header, came.rejected)


def _move(file: Path, where: str, now: datetime, write: Callable[[TextIO], None]) -> None:
    """The report first, then the file: who finds it gone finds a word about it."""
    folder = file.parent / where
    folder.mkdir(exist_ok=True)
    name = f"{file.stem}-{now:%Y%m%d-%H%M%S}{file.suffix}"
    with (folder / f"{name}.report.csv").open("w", encoding=REPORT_ENCODING, newline="") as out:
        write(out)
    file.replace(folder / name)
