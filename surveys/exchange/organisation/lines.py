"""Lines of a table that become parts of the organisation: its columns, what becomes of each row, and why not.

A row without a code is known again by its name, so that the same file brought twice adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Generic, TypeVar

from surveys.localisation.language import gettext, marked
from surveys.localisation.profile import tidy_name
from surveys.localisation.wording import Message, Series
from surveys.organisation.departments import Department
from surveys.tables import Row, Table

MOST_ROWS = 5000
LONGEST_NAME = 60
LONGEST_PLACE = 40
CODE = re.compile(r"[a-z][a-z0-9\-]{0,39}")
CODE_RULE = marked("代号用小写字母开头，只含小写字母、数字和连字符，最多 40 个字符")
BETWEEN = re.compile(r"[、,，;；/\n]+")

T = TypeVar("T")


class RowState(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line(Generic[T]):
    """One row of the file, and the thing it makes."""

    number: int
    name: str
    state: RowState
    one: T | None = None
    reason: Message | None = None


class UnfitTable(ValueError):
    """A table of which nothing can be taken; carries a Message."""


@dataclass(frozen=True)
class OrganisationColumn:
    """A column by its usual heading and others under which it is known."""

    heading: str
    others: tuple[str, ...] = ()
    needed: bool = False


NAME = OrganisationColumn(
    marked("名称"), ("name", "部门名称", "触点名称", "department name", "touchpoint name"), needed=True
)
CODE_COLUMN = OrganisationColumn(marked("代号"), ("code", "编码", "编号"))
DEPARTMENT = OrganisationColumn(marked("部门"), ("department", "所属部门", "departments"), needed=True)


def made_code(letter: str, taken: Collection[str]) -> str:
    """The first free of d001, d002, …: for what was given no code."""
    return next(code for number in range(1, len(taken) + 2) if (code := f"{letter}{number:03}") not in taken)


class RefusedLine(ValueError):
    """Why a row can't be taken."""


def refused(words: str, **values: object) -> RefusedLine:
    return RefusedLine(Message(words, values))


class LineReader(Generic[T]):
    """Goes through the rows of one table; a code that comes twice is refused the second time."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def once(self, code: str) -> None:
        if code in self._met:
            raise refused(marked("文件里前面已有“{code}”"), code=code)
        self._met.add(code)

    def lines(
        self, table: Table, columns: Sequence[OrganisationColumn], title: OrganisationColumn,
        made: Callable[[Mapping[OrganisationColumn, str]], tuple[T | None, T]], taken: set[str] | None = None,
    ) -> list[Line[T]]:  # fmt: skip
        """The rows in their order; codes that the file itself gives are *taken* before any is made."""
        places = columns_of(table.header, columns)
        rows = list(islice(table.rows, MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise UnfitTable(Message(marked("文件超过 {most} 行，请分成几个文件"), {"most": MOST_ROWS}))
        place = places.get(CODE_COLUMN)
        if taken is not None and place is not None:
            taken |= {row.cells[place].strip().lower() for row in rows if place < len(row.cells)}
        return list(self._lines(rows, places, title, made))

    def _lines(
        self, rows: Sequence[Row], places: Mapping[OrganisationColumn, int | None], title: OrganisationColumn,
        made: Callable[[Mapping[OrganisationColumn, str]], tuple[T | None, T]],
    ) -> Iterator[Line[T]]:  # fmt: skip
        for row in rows:
            cells = {
                column: "" if place is None or place >= len(row.cells) else row.cells[place].strip()
                for column, place in places.items()
            }
            name = cells[title][:LONGEST_NAME]
            try:
                if row.garbled:
                    raise refused(marked("有无法识别的字符，请另存为 UTF-8 再导入"))
                for column, place in places.items():
                    if place is not None and place in row.faults:
                        raise refused(marked("{column}：{why}"), column=Message(column.heading), why=row.faults[place])
                before, one = made(cells)
            except RefusedLine as refusal:
                yield Line(row.number, name, RowState.REFUSED, None, refusal.args[0])
                continue
            state = RowState.NEW if before is None else RowState.SAME if before == one else RowState.CHANGED
            yield Line(row.number, name, state, one)


def columns_of(header: Sequence[str], columns: Sequence[OrganisationColumn]) -> dict[OrganisationColumn, int | None]:
    """Where each column stands, by any of its headings in either language; raises UnfitTable."""
    heads = [head.strip().casefold() for head in header]
    found: dict[OrganisationColumn, int | None] = {}
    for column in columns:
        names = {column.heading.casefold(), gettext(column.heading, "en").casefold(), *column.others}
        found[column] = next((place for place, head in enumerate(heads) if head in names), None)
    missing = [column.heading for column in columns if column.needed and found[column] is None]
    if missing:
        words = marked("第一行要有这些列：{columns}。请下载模板，按它的表头填写")
        raise UnfitTable(Message(words, {"columns": Series(tuple(map(Message, missing)))}))
    return found


def fit_name(text: str) -> str:
    name = tidy_name(text)
    if not name:
        raise refused(marked("没有填写名称"))
    if len(name) > LONGEST_NAME:
        raise refused(marked("名称超过 {most} 个字"), most=LONGEST_NAME)
    return name


def fit_place(text: str) -> str | None:
    if len(text) > LONGEST_PLACE:
        raise refused(marked("“{text}”超过 {most} 个字"), text=text[:20], most=LONGEST_PLACE)
    return tidy_name(text) or None


def fit_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise refused(CODE_RULE)


def department_named(text: str, departments: Sequence[Department]) -> str:
    wanted = text.strip()
    by_code = [each.code for each in departments if each.code == wanted.lower()]
    found = by_code or [each.code for each in departments if each.name == tidy_name(wanted)]
    if not found:
        raise refused(marked("没有部门“{name}”，请先新增或检查写法"), name=wanted[:40])
    if len(found) > 1:
        raise refused(marked("部门“{name}”不止一个，请写代号"), name=wanted[:40])
    return found[0]
