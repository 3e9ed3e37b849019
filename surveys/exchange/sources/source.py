"""What is known of a program whose exports are brought in: how its header looks, and how it writes answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.tables.headers import Head, names_in
from surveys.tables.rows import Row

_TEXT_AFTER_CODE = re.compile(r"(?<=\w)\. .*", re.DOTALL)
JOINT = " ▸ "
"""Between what two rows of a header say of one column."""

CHOSEN = frozenset(("1", "1.0", "是", "√", "✓", "✔", "☑", "x", "y", "yes", "true", "选中", "已选", "已选择", "selected",
                    "checked", "ja", "oui", "sí", "vrai", "wahr"))  # fmt: skip
UNCHOSEN = frozenset(("0", "0.0", "否", "×", "✗", "☐", "n", "no", "false", "未选", "未选中", "未选择", "not selected",
                      "unchecked", "nein", "non", "faux", "falsch"))  # fmt: skip
"""What stands in a column of its own for an option that was chosen, or wasn't; in small letters."""


@dataclass(frozen=True)
class Manner:
    """How a program writes answers."""

    joints: tuple[str, ...] = (";", "；")  # between the choices in one cell
    missing: frozenset[str] = frozenset()  # stands for no answer, in any cell
    written: tuple[tuple[str, str], ...] = ()  # what encloses the text written beside a choice
    named: Mapping[str, str] = field(default_factory=dict)  # its own names for choices → as they are called here
    strict: bool = False  # codes and labels word for word, `0` and `1` for choices
    text_chooses: bool = False  # a text beside "other" in a column of its own means that "other" was chosen
    by_position: bool = False  # an option may be written as its place in the list: 2 is the second
    free_other: bool = False  # what is none of the options was written beside "other"

    def is_missing(self, text: str) -> bool:
        return text.strip().lower() in self.missing


@dataclass(frozen=True)
class SourceSystem:
    """A program by name: its header among a table's first rows, what its columns are, how it writes answers."""

    label: str
    head: Callable[[Sequence[Row]], Head | None]
    manner: Manner = Manner()
    circumstances: Mapping[str, str] = field(default_factory=dict)  # heading in small letters → what it tells
    unfinished: Mapping[str, frozenset[str]] = field(default_factory=dict)  # heading → entries of a row not sent in
    beside: frozenset[str] = frozenset()  # headings of its own that are never an answer, in small letters
    month_first: bool | None = None  # in dates such as 3/5/2026; None where the program has no way of its own
    text_suffix: str = ""  # ends the heading of a column that holds the text beside "other"
    by_place: bool = False  # the columns of a ranking are its places, each with the option that stands there
    utc: bool = False  # moments without a zone are not local

    def circumstance(self, heading: str) -> str | None:
        """What a column tells of its response, by the program's own heading for it."""
        return next((told for name in _names(heading) if (told := self.circumstances.get(name))), None)

    def own(self, heading: str) -> bool:
        """Whether the program writes this column by itself, whatever is asked."""
        return any(name in self.beside for name in _names(heading))

    def tells_unfinished(self, heading: str) -> bool:
        """Whether the column tells which rows were not sent in."""
        return any(name in self.unfinished for name in _names(heading))

    def never_sent(self, heading: str, entry: str) -> bool:
        """Whether this entry says that the respondent did not finish, or only tried the survey out."""
        entries = next((self.unfinished[name] for name in _names(heading) if name in self.unfinished), frozenset())
        return entry.strip().lower() in entries


def _plain(heading: str) -> str:
    return " ".join(heading.split()).lower().strip("：: ")


def _names(heading: str) -> tuple[str, ...]:
    """What a heading may be known by: all of it, the first of two rows, or a code before a text: `id. Response ID`."""
    return tuple(_plain(each) for each in (heading, heading.split(JOINT)[0], _TEXT_AFTER_CODE.sub("", heading)))


def first_with(rows: Sequence[Row], *signs: frozenset[str], least: int = 2) -> int | None:
    """The position of the first row in which each of these sets has a heading, and together they have so many."""
    for at, row in enumerate(rows):
        names = {known for name in names_in(row) for known in _names(name)}
        found = [names & each for each in signs]
        if all(found) and sum(map(len, found)) >= least:
            return at
    return None


def plain_head(*signs: frozenset[str], least: int = 2) -> Callable[[Sequence[Row]], Head | None]:
    """Finds a header of one row by the columns that the program writes by itself."""

    def head(rows: Sequence[Row]) -> Head | None:
        at = first_with(rows, *signs, least=least)
        return None if at is None else Head(names_in(rows[at]), rows[at].number, rows[at].number)

    return head
