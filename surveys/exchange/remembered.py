"""How files of one kind were brought in the last times, so that the next one begins with what was chosen then.

A file is of the same kind when its header is the same, read in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from surveys.tables import Look, Reading, UnfitFile

MOST = 20  # kinds of files
_TRIED = 5  # whose sheet, header row or encoding had to be chosen


@dataclass(frozen=True)
class Remembered:
    """What was chosen for the files with one header."""

    header: tuple[str, ...]
    reading: Reading
    columns: Mapping[int, str] = field(default_factory=dict)  # position → target
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # target → entry in the file → entry meant


def read_remembered(text: str | None) -> list[Remembered]:
    """What a setting holds, the latest first; nothing of one that can't be read."""
    try:
        return [_from(each) for each in json.loads(text or "[]")]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def with_latest(text: str | None, latest: Remembered) -> str:
    """The setting with one more, in the place of what was chosen before for the same header."""
    others = [each for each in read_remembered(text) if each.header != latest.header]
    return json.dumps([asdict(each) for each in [latest, *others][:MOST]], ensure_ascii=False)


def reading_as_before(look: Callable[[Reading], Look], memory: Sequence[Remembered]) -> Reading:
    """How a file was read when one of its kind came in last; what is found out by itself for any other.

    *look* looks into the file; raises UnfitFile as that does.
    """
    found = look(Reading())
    if any(each.header == found.table.header for each in memory):
        return Reading()
    for each in [each for each in memory if len(each.header) > 1][:_TRIED]:
        asked = replace(each.reading, encoding=each.reading.encoding if not found.sheets else None)
        try:
            if look(asked).table.header == each.header:
                return asked
        except UnfitFile:
            continue
    return Reading()


def last_time(header: Sequence[str], memory: Sequence[Remembered]) -> Remembered | None:
    """What was chosen for a file with this header."""
    return next((each for each in memory if each.header == tuple(header)), None)


def _from(plain: Mapping[str, Any]) -> Remembered:
    columns = {int(at): target for at, target in plain["columns"].items()}
    return Remembered(tuple(plain["header"]), Reading(**plain["reading"]), columns, plain["values"])
