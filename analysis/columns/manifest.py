"""What the copy of a survey consists of, as one small file that is replaced as a whole."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from analysis.columns.files import replace_text

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class CopyPart:
    """The files of a month or of a day, by kind; *written* is the day on which they were made.

    `in_order`: no answer is of another day than its moment, so that in the order of days they are in that of receipt.
    """

    files: Mapping[str, str]
    written: date
    in_order: bool = True


@dataclass(frozen=True)
class Manifest:
    """A day in `days` stands for that day in the place of what its month has.

    `generation` is that of the database, `layout` the digest of the columns; `until` is the first day left out, of an
    anonymous survey. `zone` is the time zone in which days are cut. `name` is another one whenever the parts are.
    """

    generation: int
    layout: str
    zone: str
    until: date | None
    as_of: datetime
    empty: Mapping[str, str]  # a file of each kind without rows, so that there is always one to read
    months: Mapping[str, CopyPart] = field(default_factory=dict)  # by year and month: 2026-11
    days: Mapping[date, CopyPart] = field(default_factory=dict)
    name: str = ""

    def named(self) -> Manifest:
        return replace(self, name=secrets.token_hex(8))

    @property
    def in_order(self) -> bool:
        return all(part.in_order for part in (*self.months.values(), *self.days.values()))

    def files(self) -> Iterator[str]:
        for part in (*self.months.values(), *self.days.values()):
            yield from part.files.values()
        yield from self.empty.values()


def read_manifest(folder: Path) -> Manifest | None:
    """None where there is none, or none that can be read."""
    try:
        kept = json.loads((folder / MANIFEST).read_text("utf-8"))
        months = {month: _part(part) for month, part in kept.pop("months").items()}
        days = {date.fromisoformat(day): _part(part) for day, part in kept.pop("days").items()}
        until, as_of = kept.pop("until"), datetime.fromisoformat(kept.pop("as_of"))
        return Manifest(
            months=months, days=days, until=date.fromisoformat(until) if until else None, as_of=as_of, **kept
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _part(kept: dict[str, object]) -> CopyPart:
    return CopyPart(kept["files"], date.fromisoformat(str(kept["written"])), bool(kept["in_order"]))  # type: ignore[arg-type]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    as_kept = asdict(manifest)
    as_kept["days"] = {day.isoformat(): part for day, part in as_kept["days"].items()}
    replace_text(folder / MANIFEST, json.dumps(as_kept, default=_iso))


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"
