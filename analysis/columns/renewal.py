"""Brings the copy of one survey up to date, a month or a day at a time; readers see it before or after a step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa

from analysis.columns.engine import Engine
from analysis.columns.files import ROWS_TOGETHER, date_back, one_writer, write_parquet
from analysis.columns.layout import CopyLayout
from analysis.columns.manifest import MANIFEST, CopyPart, Manifest, month_of, read_manifest, write_manifest
from analysis.columns.originals import Originals
from analysis.columns.receipt import MOMENT, fits_days, in_order
from analysis.columns.tables import ANSWERS, COMMENTS, MENTIONS, answer_table, comment_tables, schemas
from surveys.localisation.clock import zone
from surveys.private_files import private_folder
from surveys.storage.records.changes import ChangedDay

FEW = 3  # days of a month that have files of their own; when more change at once, the month is written anew
_ORDER = {
    ANSWERS: f"received_on, {MOMENT}, response",
    COMMENTS: "received_on, response, item",
    MENTIONS: "received_on, response, item, place",
}
_GONE = """
SELECT DISTINCT received_on FROM (
    SELECT * FROM read_parquet(?) WHERE list_contains(?::DATE[], received_on) EXCEPT SELECT * FROM read_parquet(?))"""


@dataclass(frozen=True)
class Renewal:
    """One survey's folder below *root*. *breathe* is called between portions of work."""

    originals: Originals
    engine: Engine
    root: Path
    survey: str
    breathe: Callable[[], None] = lambda: None

    @property
    def folder(self) -> Path:
        return self.root / self.survey

    def renew(self, layout: CopyLayout, now: datetime) -> Manifest:
        """What is there once the changed days are written; nothing happens when there are none."""
        private_folder(self.folder)
        with one_writer(self.folder):
            return self._renew(layout, now)

    def _renew(self, layout: CopyLayout, now: datetime) -> Manifest:
        today = now.astimezone(zone()).date()
        generation = self.originals.generation()
        changed = [each for each in self.originals.pending(self.survey) if not _held_back(each.day, layout, today)]
        before = read_manifest(self.folder)
        if before is None or (before.generation, before.layout, before.zone) != (
            generation,
            layout.digest,
            str(zone()),
        ):
            after = self._anew(layout, generation, today)
        else:
            after = self._with_changes(before, layout, changed, today)
        if layout.anonymous:
            now = datetime.combine(today, time(), zone()).astimezone(UTC)
        after = replace(after, as_of=now, until=today if layout.anonymous else None)
        if before is None or after != replace(before, as_of=now):
            write_manifest(self.folder, after)
            self._remove_others(after)
        if layout.anonymous:
            self._date_back(now)
        if changed:
            self.originals.done(changed)
        return after

    def _anew(self, layout: CopyLayout, generation: int, today: date) -> Manifest:
        empty = {kind: write_parquet(self.folder, kind, schema, []) for kind, schema in schemas(layout).items()}
        made = Manifest(generation, layout.digest, str(zone()), None, datetime.min.replace(tzinfo=UTC), empty).named()
        days = [day for day in self.originals.days(self.survey) if not _held_back(day, layout, today)]
        return replace(made, months={month: self._part(layout, own, today) for month, own in _by_month(days).items()})

    def _with_changes(
        self, before: Manifest, layout: CopyLayout, changed: Sequence[ChangedDay], today: date
    ) -> Manifest:  # fmt: skip
        made = before.named() if changed else before
        for month, days in _by_month(each.day for each in changed).items():
            if len(days) <= FEW:
                made = replace(made, days={**made.days, **{day: self._part(layout, [day], today) for day in days}})
            else:
                all_days = [day for day in _days_of(days[0]) if not _held_back(day, layout, today)]
                made = replace(
                    made,
                    months={**made.months, month: self._part(layout, all_days, today)},
                    days={day: part for day, part in made.days.items() if month_of(day) != month},
                )
        fold = {*to_fold(made, today), *self._with_something_gone(made, [each.day for each in changed])}
        return self._folded(made, layout, today, fold)

    def _with_something_gone(self, made: Manifest, changed: Sequence[date]) -> Iterator[date]:
        """The days whose month's file still has an answer that is there no more, or no more as it was: words that were
        removed must not stay where they were."""
        for month, days in _by_month(day for day in changed if day in made.days).items():
            if month in made.months:
                own = [str(self.folder / made.days[day].files[ANSWERS]) for day in days]
                whole = str(self.folder / made.months[month].files[ANSWERS])
                yield from self.engine.table(_GONE, [[whole], days, own]).column(0).to_pylist()

    def _part(self, layout: CopyLayout, days: Sequence[date], today: date) -> CopyPart:
        """Files of these days, read from the store."""
        kinds, fits = schemas(layout), list[bool]()

        def answers() -> Iterator[pa.Table]:
            for rows in self.originals.answers(self.survey, days):
                table = answer_table(rows, layout, self.engine)
                fits.append(fits_days(table, str(zone())))
                yield table
                self.breathe()

        ordered = in_order(answers(), str(zone()))
        files = {ANSWERS: write_parquet(self.folder, ANSWERS, kinds[ANSWERS], ordered)}
        comments, mentions = [], []
        for found in self.originals.comments(self.survey, days):
            tables = comment_tables(found, self.engine)
            comments.append(tables[COMMENTS])
            mentions.append(tables[MENTIONS])
            self.breathe()
        files[COMMENTS] = write_parquet(self.folder, COMMENTS, kinds[COMMENTS], comments)
        files[MENTIONS] = write_parquet(self.folder, MENTIONS, kinds[MENTIONS], mentions)
        return CopyPart(files, today, all(fits))

    def _folded(self, made: Manifest, layout: CopyLayout, today: date, fold: Collection[date]) -> Manifest:
        """With these days in the files of their months."""
        for month, days in _by_month(fold).items():
            whole = made.months.get(month)
            files = {kind: self._together(kind, schema, made, whole, days) for kind, schema in schemas(layout).items()}
            parts = [made.days[day] for day in days] + ([whole] if whole else [])
            made = replace(
                made,
                months={**made.months, month: CopyPart(files, today, all(part.in_order for part in parts))},
                days={day: part for day, part in made.days.items() if day not in days},
            )
            self.breathe()
        return made

    def _together(
        self, kind: str, schema: pa.Schema, made: Manifest, whole: CopyPart | None, days: Sequence[date]
    ) -> str:  # fmt: skip
        month_file = (whole.files if whole else made.empty)[kind]
        query = f"""
            SELECT * FROM read_parquet(?) WHERE NOT list_contains(?::DATE[], received_on)
            UNION ALL BY NAME SELECT * FROM read_parquet(?) ORDER BY {_ORDER[kind]}"""  # noqa: S608  words of this file
        own = [str(self.folder / made.days[day].files[kind]) for day in days]
        values = [[str(self.folder / month_file)], list(days), own, *([str(zone())] if kind == ANSWERS else [])]
        batches = self.engine.batches(query, values, ROWS_TOGETHER)
        tables = (pa.Table.from_batches([batch]).select(schema.names).cast(schema) for batch in batches)
        return write_parquet(self.folder, kind, schema, tables)

    def _remove_others(self, manifest: Manifest) -> None:
        """Files of no part: those that were replaced, and what a broken step left behind."""
        kept = {MANIFEST, ".writing", *manifest.files()}
        for path in self.folder.iterdir():
            if path.name not in kept:
                try:
                    path.unlink()
                except PermissionError:  # some systems keep what is being read; the next step removes it
                    continue

    def _date_back(self, moment: datetime) -> None:
        for path in (*self.folder.iterdir(), self.folder):
            if path.stat().st_mtime > moment.timestamp():
                date_back(path, moment.timestamp())


def to_fold(manifest: Manifest, today: date) -> list[date]:
    """The days with files of their own that were written before today."""
    return [day for day, part in manifest.days.items() if part.written < today]


def _held_back(day: date, layout: CopyLayout, today: date) -> bool:
    """Anonymous answers of a day that isn't over: nothing of them is released, and nothing tells that one has come."""
    return layout.anonymous and day == today


def _by_month(days: Iterable[date]) -> Mapping[str, list[date]]:
    months = defaultdict(list)
    for day in sorted(days):
        months[month_of(day)].append(day)
    return months


def _days_of(day: date) -> Collection[date]:
    """All days of its month."""
    first = day.replace(day=1)
    return [each for each in (first + timedelta(days=n) for n in range(31)) if each.month == first.month]
