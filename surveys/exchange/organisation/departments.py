"""Departments from a table, each with the one it is part of: a tree, in whichever order the rows come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.exchange.organisation.lines import (
    CODE_COLUMN,
    NAME,
    Line,
    LineReader,
    OrganisationColumn,
    RowState,
    columns_of,
    fit_code,
    fit_name,
    made_code,
)
from surveys.localisation.language import marked
from surveys.localisation.profile import tidy_name
from surveys.localisation.wording import Message
from surveys.organisation.department_tree import circle, parents_of
from surveys.organisation.departments import Department
from surveys.tables import Table

PARENT = OrganisationColumn(marked("上级部门"), ("parent", "parent department", "上级", "隶属部门", "父级部门"))
DEPARTMENT_COLUMNS = (NAME, PARENT, CODE_COLUMN)


def departments_from(table: Table, known: Sequence[Department]) -> list[Line[Department]]:
    """What becomes of each row; raises UnfitTable.

    A parent is named by code or name, and may stand further down. Without such a column parents stay as they are.
    """
    taken = {each.code for each in known}
    by_name, by_code = {each.name: each for each in known}, {each.code: each for each in known}
    reader: LineReader[Department] = LineReader()
    above: dict[str, str] = {}  # what the file says of the parent, by code
    told = columns_of(table.header, DEPARTMENT_COLUMNS)[PARENT] is not None

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[Department | None, Department]:
        name, code = fit_name(cells[NAME]), cells[CODE_COLUMN].lower()
        before = by_code.get(code) if code else by_name.get(name)
        if not code:
            code = before.code if before else made_code("d", taken)
        fit_code(code)
        reader.once(code)
        taken.add(code)
        above[code] = cells[PARENT]
        by_name.setdefault(name, one := Department(code, name, before.parent if before else None))
        return before, one

    lines = reader.lines(table, DEPARTMENT_COLUMNS, NAME, made, taken)
    return _Placing(lines, known).placed(above) if told else lines


@dataclass(frozen=True)
class _Placing:
    """Puts the departments of a file under their parents."""

    lines: Sequence[Line[Department]]
    known: Sequence[Department]

    def placed(self, above: Mapping[str, str]) -> list[Line[Department]]:
        """The lines with parents; those are refused whose parent is not there, or that would go round in a circle."""
        lines = [self._under(each, above) for each in self.lines]
        while (refused := self._hanging(lines)) or (refused := self._circular(lines)):
            lines = [_refused(each, refused[each.number]) if each.number in refused else each for each in lines]
        return lines

    def _under(self, line: Line[Department], above: Mapping[str, str]) -> Line[Department]:
        if line.one is None:
            return line
        found = self._found(above[line.one.code])
        if isinstance(found, Message):
            return _refused(line, found)
        one = replace(line.one, parent=found)
        before = next((each for each in self.known if each.code == one.code), None)
        state = RowState.NEW if before is None else RowState.SAME if before == one else RowState.CHANGED
        return replace(line, one=one, state=state)

    def _found(self, said: str) -> str | Message | None:
        """The code of the department that is meant; None for none, a message where it can't be told."""
        if not said:
            return None
        every = {each.code: each.name for each in self.known}
        every |= {each.one.code: each.one.name for each in self.lines if each.one is not None}
        by_name = [code for code, name in every.items() if name == tidy_name(said)]
        found = [said.lower()] if said.lower() in every else by_name
        if len(found) == 1:
            return found[0]
        wording = (
            marked("上级部门“{name}”不止一个，请写代号")
            if found
            else marked("没有上级部门“{name}”，请检查写法，或把它也写进文件")
        )
        return Message(wording, {"name": said[:40]})

    def _hanging(self, lines: Sequence[Line[Department]]) -> dict[int, Message]:
        """Lines whose parent stands in the file alone, in a line that is refused."""
        there = {each.code for each in self.known} | {each.one.code for each in lines if each.one is not None}
        wording = marked("上级部门“{name}”那一行不能导入")
        return {
            each.number: Message(wording, {"name": each.one.parent})
            for each in lines if each.one is not None and each.one.parent is not None and each.one.parent not in there
        }  # fmt: skip

    def _circular(self, lines: Sequence[Line[Department]]) -> dict[int, Message]:
        """Lines of departments that would be above themselves."""
        new = [each.one for each in lines if each.one is not None]
        every = parents_of(self.known) | parents_of(new)
        names = {each.code: each.name for each in [*self.known, *new]}
        found: dict[int, Message] = {}
        for each in lines:
            way = circle(each.one.code, every) if each.one is not None else []
            if way:
                told = " → ".join(names[code] for code in way)
                found[each.number] = Message(marked("上级部门绕成了圈：{way}。请给其中一个换一个上级"), {"way": told})
        return found


def _refused(line: Line[Department], reason: Message) -> Line[Department]:
    return replace(line, one=None, state=RowState.REFUSED, reason=reason)
