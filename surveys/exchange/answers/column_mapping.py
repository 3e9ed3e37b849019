"""Which column of a table answers which item, or which part of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from surveys.exchange.answers.circumstances import CIRCUMSTANCES
from surveys.exchange.answers.columns import OF_CONTEXT, Layout
from surveys.exchange.answers.headings import Headings, answer_targets
from surveys.exchange.sources import ANY, JOINT, SOURCES, SourceSystem
from surveys.exchange.sources.moments import as_iso, as_seconds
from surveys.localisation.language import marked
from surveys.localisation.wording import Said, Series, saying
from surveys.tables import Guide
from surveys.tables.cells import restore_cell

RECEIVED = "_received_on"
_MOST_TOLD = 40  # headings

__all__ = [
    "RECEIVED",
    "ColumnMapping",
    "UnfitMapping",
    "Wishes",
    "answer_targets",
    "answers_guide",
    "column_mapping",
    "positions_of",
    "usual_columns",
]


class UnfitMapping(ValueError):
    """A mapping that does not fit the table or the survey; carries all its problems, each for the person importing."""

    def __init__(self, problems: Sequence[Said]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Wishes:
    """What the person importing asked for. Targets are answer columns or context names such as `_touchpoint`."""

    columns: Mapping[str, str] = field(default_factory=dict)  # column → target
    constants: Mapping[str, str] = field(default_factory=dict)  # target → the entry of every row
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # target → entry in the file → entry meant
    positions: Mapping[int, str] = field(default_factory=dict)  # the same as *columns*, by a column's position from 0
    left_out: Collection[int] = ()  # positions of columns that are not to be imported, whatever they are called


@dataclass(frozen=True)
class ColumnMapping:
    """A table's columns as a survey's items and their parts."""

    targets: Mapping[str, int]  # target → position of its column
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unknown: tuple[str, ...]  # columns that are no item; they are not imported
    source: SourceSystem = ANY
    unfinished: Mapping[int, str] = field(default_factory=dict)  # positions of what tells whether a row was sent in

    def entries(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row enters, by target; empty cells are left out."""
        found = {target: self._entry(target, cells[position]) for target, position in self.targets.items()}
        found |= self.constants
        meant = {target: self._meant(target, text) for target, text in found.items()}
        return {target: text for target, text in meant.items() if text.strip()}

    def _meant(self, target: str, text: str) -> str:
        """The entry that was meant, for all of a cell or for those that stand together in it."""
        values = self.values.get(target)
        if not values:
            return text
        if text.strip() in values:
            return values[text.strip()]
        for joint in self.source.manner.joints:
            parts = [part.strip() for part in text.split(joint)]
            if len(parts) > 1 and any(part in values for part in parts):
                return joint.join(filter(None, (values.get(part, part) for part in parts)))
        return text

    def answered(self, cells: Sequence[str]) -> bool:
        """Whether a row's own cells hold an answer, beside what every row is given."""
        return any(
            self._entry(target, cells[at]).strip()
            for target, at in self.targets.items()
            if target not in CIRCUMSTANCES and not target.startswith(OF_CONTEXT)
        )

    def never_sent(self, cells: Sequence[str]) -> str | None:
        """What says that this row was begun and never sent in, or sent to try the survey out; None for any other."""
        for at, heading in self.unfinished.items():
            if self.source.never_sent(heading, cells[at]):
                return heading
        return None

    def _entry(self, target: str, cell: str) -> str:
        text = restore_cell(cell)
        manner = self.source.manner
        if manner.strict:
            return text
        if manner.is_missing(text):
            return ""
        if target == "_seconds":
            return as_seconds(text)
        if target in _MOMENTS:
            return as_iso(text, month_first=self.source.month_first, utc=self.source.utc)
        return text


_MOMENTS = ("_received_on", "_received_at")


def column_mapping(header: Sequence[str], layout: Layout, wishes: Wishes, source: SourceSystem = ANY) -> ColumnMapping:
    """Each column goes where it was asked to, else where its name, heading or title belongs. Raises UnfitMapping."""
    usual = Headings(layout, source).targets([restore_cell(name) for name in header])
    asked = _asked(header, wishes)
    problems = list(_problems(header, layout, wishes, usual, asked))
    if problems:
        raise UnfitMapping(problems)
    targets = {target: at for at, target in asked.items()}
    for at, target in usual.items():
        if at not in asked and at not in wishes.left_out and target not in wishes.constants:
            targets.setdefault(target, at)
    unknown = tuple(name for at, name in enumerate(header) if at not in targets.values())
    told = {at: name for at, name in enumerate(header) if source.tells_unfinished(name)}
    return ColumnMapping(targets, wishes.constants, wishes.values, unknown, source, told)


def usual_columns(header: Sequence[str], layout: Layout, source: SourceSystem = ANY) -> dict[int, str]:
    """What the columns are most likely, position by position; of several for one target the first."""
    found: dict[int, str] = {}
    for at, target in Headings(layout, source).targets([restore_cell(name) for name in header]).items():
        if target not in found.values():
            found[at] = target
    return found


def answers_guide(layout: Layout, asked: Collection[str] = ()) -> Guide:
    """What helps to find the header of a table of answers; *asked* are columns that were named."""
    headings = Headings(layout, ANY)

    @cache
    def known(name: str) -> bool:
        return name in asked or headings.target(restore_cell(name)) is not None

    return Guide(known, {name: source.head for name, source in SOURCES.items()})


def _asked(header: Sequence[str], wishes: Wishes) -> dict[int, str]:
    """Position by position what was asked for; a column is found by its name, or by what stands first in it."""
    found = dict(wishes.positions)
    for column, target in wishes.columns.items():
        found |= dict.fromkeys(positions_of(column, header)[:1], target)
    return found


def positions_of(column: str, header: Sequence[str]) -> list[int]:
    """Where a column of this name is: by all of it, or by the first of two rows of its heading, or by `#3`."""
    exact = [at for at, name in enumerate(header) if name == column]
    if not exact and (number := re.fullmatch(r"#(\d{1,5})", column)) and 1 <= int(number[1]) <= len(header):
        return [int(number[1]) - 1]
    return exact or [at for at, name in enumerate(header) if name.partition(JOINT)[0] == column]


def header_told(header: Sequence[str]) -> Series:
    """The headings one after the other; of a very wide table the first."""
    return Series(tuple(header) if len(header) <= _MOST_TOLD else (*header[:_MOST_TOLD], "…"))


def _problems(
    header: Sequence[str], layout: Layout, wishes: Wishes, usual: Mapping[int, str], asked: Mapping[int, str]
) -> Iterable[Said]:
    matters = {at for at in usual if at not in asked and at not in wishes.left_out}
    matters |= {at for column in wishes.columns if not column.startswith("#") for at in positions_of(column, header)}
    names = Counter(header[at] for at in matters)
    if twice := sorted(name for name, times in names.items() if name and times > 1):
        yield saying(marked("表头有重复的列：{names}。请改名，或用 #列号 指定"), names=Series(tuple(twice)))
    for column in wishes.columns:
        if not positions_of(column, header):
            yield saying(
                marked("文件里没有“{column}”这一列。表头是：{header}"), column=column, header=header_told(header)
            )
    known = answer_targets(layout)
    wished = (*wishes.columns.values(), *wishes.positions.values(), *wishes.constants, *wishes.values)
    for target in dict.fromkeys(wished):
        if target not in known and target not in CIRCUMSTANCES and target not in layout.facts:
            yield saying(marked("问卷里没有题目“{target}”。题目有：{known}"), target=target, known=Series(tuple(known)))
    targets = [*wishes.columns.values(), *wishes.positions.values()]
    for target in dict.fromkeys(targets):
        if targets.count(target) > 1 or target in wishes.constants:
            yield saying(marked("“{target}”有不止一个来源。每道题只用一列或一个常量"), target=target)
