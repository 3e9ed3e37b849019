"""The copies of all surveys of a database, each as new as is asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic

from analysis.columns.contact_files import ContactFiles
from analysis.columns.engine import engine_of
from analysis.columns.files import copy_beside, one_writer
from analysis.columns.layout import CopyLayout
from analysis.columns.manifest import MANIFEST, Manifest, read_manifest
from analysis.columns.originals import Originals
from analysis.columns.renewal import Renewal, to_fold
from surveys.localisation.clock import Clock, local_day, utc_now, zone
from surveys.private_files import private_folder

A_MOMENT = 50_000  # answers that are copied in half a second
HURRY = 10.0  # seconds for which a copy that somebody looked for in vain is made without rest
REST = 10  # times as long as a renewal took, the next one may be waited for
LONGEST = timedelta(seconds=45)
Identity = tuple[int, int, int] | None  # a file that is replaced may get the number and the time of the old one


@dataclass(frozen=True)
class Copy:
    """What this process knows of a survey's copy: the database's stamp was `stamp` when it was last as new as that."""

    manifest: Manifest
    layout: CopyLayout
    folder: Path
    identity: Identity  # of the manifest's file, which another process may replace
    stamp: str | None
    at: datetime
    cost: timedelta = timedelta(0)  # what its last renewal took

    def is_complete(self, stamp: str, today: datetime) -> bool:
        until = self.manifest.until
        return self.stamp == stamp and (until is None or until >= local_day(today))


class Copies:
    """Brings copies up to date: those that are older than they may be, and only what has changed of them."""

    def __init__(self, originals: Originals, clock: Clock = utc_now) -> None:
        self._originals, self._clock = originals, clock
        self.root = copy_beside(originals.store.path)
        private_folder(self.root)
        self.engine = engine_of(self.root)
        self.files = ContactFiles(originals)
        self._known: dict[str, Copy] = {}
        self._waiting, self._hurry_until, self._counting = 0, 0.0, Lock()
        self.soon_renewed: Callable[[], bool] = lambda: False
        """Whether somebody brings all copies up to date within a minute, so that readers may go on with what stands."""

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a copy to be made."""
        return bool(self._waiting) or monotonic() < self._hurry_until

    def stands(self, survey: str) -> bool:
        """Whether there is a copy to read, or one can be made in a moment, or nobody else would make it.

        Where not, whoever asks again soon finds it made.
        """
        if self._look(survey) is not None or not self.soon_renewed() or self._originals.amount(survey) < A_MOMENT:
            return True
        self._hurry_until = monotonic() + HURRY
        return False

    def readable(self, survey: str, age: timedelta) -> Copy:
        """What readers go by: at most *age* behind the database, or what stands while it is being renewed.

        Where none stands they wait for one; with an *age* of 0 always for one that is complete.
        """
        with self._awaiting():
            return self.current(survey, age, standing=bool(age) and self.soon_renewed())

    def current(
        self, survey: str, age: timedelta, *, breathe: Callable[[], None] = lambda: None, fold: bool = False,
        standing: bool = False,
    ) -> Copy:  # fmt: skip
        """The copy of a survey, at most *age* behind the database, or *standing*, as old as it may be.

        With *fold* also the days of before today are put into the files of their months.
        """
        now = self._clock()
        stamp = self._originals.stamp(survey)  # before the reading: what is committed meanwhile makes for another one
        known = self._look(survey)
        if known and not (fold and to_fold(known.manifest, local_day(now))):
            if known.is_complete(stamp, now):
                return self._keep(survey, replace(known, at=max(known.at, self._as_of(known.layout, now))))
            young = standing or now - known.at < bearable_age(age, known.cost)
            if young and known.layout.digest == self._originals.layout(survey).digest:
                return known
        layout, begun = self._originals.layout(survey), monotonic()
        manifest = Renewal(self._originals, self.engine, self.root, survey, breathe).renew(layout, now)
        step = known is not None and known.layout.digest == layout.digest
        folder, cost = self.root / survey, timedelta(seconds=monotonic() - begun) if step else timedelta(0)
        return self._keep(survey, Copy(manifest, layout, folder, _identity(folder), stamp, manifest.as_of, cost))

    @contextmanager
    def _awaiting(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            yield
        finally:
            with self._counting:
                self._waiting -= 1

    def surveys(self) -> list[str]:
        return self._originals.surveys()

    def answered(self) -> set[str]:
        """The surveys that have answers; this goes through all of their days."""
        return self._originals.answered()

    def behind(self) -> set[str]:
        """The surveys that may have changed, or have a copy that may be too old."""
        kept = {folder.name for folder in self.root.iterdir() if (folder / MANIFEST).exists()}
        return kept | self._originals.changed_surveys()

    def void(self, survey: str) -> None:
        """Take no file of this copy as whole: it is made anew when it is next asked for."""
        with one_writer(self.root / survey):
            (self.root / survey / MANIFEST).unlink(missing_ok=True)
        self._known.pop(survey, None)

    def rebuilt(self, survey: str) -> Copy:
        """The copy of a survey made from nothing."""
        private_folder(self.root / survey)
        self.void(survey)
        return self.current(survey, timedelta(0))

    def remove_others(self) -> None:
        """Remove the copies of surveys that are there no more."""
        codes = set(self._originals.surveys())  # those put away have their copies, too
        for folder in self.root.iterdir():
            if folder.is_dir() and folder.name not in codes and not folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)
                self._known.pop(folder.name, None)

    def _look(self, survey: str) -> Copy | None:
        """What is known of a copy; what another process has made of it is read."""
        folder = self.root / survey
        identity, known = _identity(folder), self._known.get(survey)
        if identity is None or (known is not None and known.manifest.zone != str(zone())):
            return None
        if known is not None and known.identity == identity:
            return known
        manifest, layout = read_manifest(folder), self._originals.layout(survey)
        if manifest is None or (manifest.layout, manifest.zone) != (layout.digest, str(zone())):
            return None
        if manifest.generation != self._originals.generation():
            return None
        return Copy(manifest, layout, folder, identity, None, manifest.as_of)

    def _keep(self, survey: str, copy: Copy) -> Copy:
        self._known[survey] = copy
        return copy

    @staticmethod
    def _as_of(layout: CopyLayout, now: datetime) -> datetime:
        """Anonymous answers are as of the beginning of a day: the manifest says which."""
        return datetime.min.replace(tzinfo=now.tzinfo) if layout.anonymous else now


def bearable_age(age: timedelta, cost: timedelta) -> timedelta:
    """How old a copy may be: older where renewing it takes long, but never beyond a minute. 0 is always 0."""
    return max(age, min(REST * cost, LONGEST)) if age else age


def _identity(folder: Path) -> Identity:
    try:
        found = (folder / MANIFEST).stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns, found.st_size
