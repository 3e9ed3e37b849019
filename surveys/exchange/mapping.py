"""Which column of a table answers which item, or which part of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.exchange.cells import restored
from surveys.exchange.circumstances import CIRCUMSTANCES
from surveys.exchange.columns import Layout
from surveys.exchange.row_answers import packed
from surveys.language import marked
from surveys.wording import Said, Series, saying

RECEIVED = "_received_on"


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


@dataclass(frozen=True)
class ColumnMapping:
    """A table's columns as a survey's items and their parts."""

    targets: Mapping[str, int]  # target → position of its column
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unknown: tuple[str, ...]  # columns that are no item; they are not imported

    def entries(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row enters, by target; empty cells are left out."""
        found = {target: restored(cells[position]) for target, position in self.targets.items()} | dict(self.constants)
        meant = {target: self.values.get(target, {}).get(text.strip(), text) for target, text in found.items()}
        return {target: text for target, text in meant.items() if text.strip()}


def column_mapping(header: Sequence[str], layout: Layout, wishes: Wishes) -> ColumnMapping:
    """Each column goes where it was asked to, else where its name, heading or title belongs. Raises UnfitMapping."""
    problems = list(_problems(header, layout, wishes))
    if problems:
        raise UnfitMapping(problems)
    targets: dict[str, int] = {wishes.columns[name]: at for at, name in enumerate(header) if name in wishes.columns}
    known = _names(layout)
    for at, name in enumerate(header):
        target = known.get(restored(name))
        if target is not None and name not in wishes.columns and target not in wishes.constants:
            targets.setdefault(target, at)
    unknown = tuple(name for at, name in enumerate(header) if at not in targets.values())
    return ColumnMapping(targets, wishes.constants, wishes.values, unknown)


def answer_targets(layout: Layout) -> dict[str, str]:
    """Every name that a column of answers may be given, with its title for a person.

    They are the columns of an export, and the code of a question whose choices may stand together in one cell.
    """
    together = {code: str(item.title) for code, item in layout.items.items() if packed(item)}
    return together | {column.name: column.title for column in layout.answers}


def _names(layout: Layout) -> dict[str, str]:
    """Every name a column may have by itself, and what it then answers."""
    targets = answer_targets(layout)
    titles = [
        (title.strip(), code)
        for code, item in layout.items.items()
        if code in targets
        for title in item.title.root.values()
    ]
    titles += [(column.title.strip(), column.name) for column in layout.answers if column.name not in layout.items]
    headings = {column.heading.strip(): column.name for column in layout.columns}
    return _unambiguous(titles) | headings | {name: name for name in (*targets, *CIRCUMSTANCES)}


def _unambiguous(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The titles that only one item has; which of two is meant, no one could say."""
    distinct = dict.fromkeys(titles)
    times = Counter(title for title, _ in distinct)
    return {title: target for title, target in distinct if times[title] == 1}


def _problems(header: Sequence[str], layout: Layout, wishes: Wishes) -> Iterable[Said]:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        yield saying(marked("表头有重复的列：{names}。请改名"), names=Series(tuple(twice)))
    for column in wishes.columns:
        if column not in header:
            yield saying(
                marked("文件里没有“{column}”这一列。表头是：{header}"), column=column, header=Series(tuple(header))
            )
    known = answer_targets(layout)
    asked = (*wishes.columns.values(), *wishes.constants, *wishes.values)
    for target in dict.fromkeys(asked):
        if target not in known and target not in CIRCUMSTANCES:
            yield saying(marked("问卷里没有题目“{target}”。题目有：{known}"), target=target, known=Series(tuple(known)))
    targets = list(wishes.columns.values())
    for target in dict.fromkeys(targets):
        if targets.count(target) > 1 or target in wishes.constants:
            yield saying(marked("“{target}”有不止一个来源。每道题只用一列或一个常量"), target=target)
