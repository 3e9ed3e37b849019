"""A list of members of staff, as a table of names, numbers or user names: whose accounts these are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.accounts import Account
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.people.contact import Contact
from surveys.tables import Table
from surveys.tables.cells import restore_cell

HEADINGS = (
    ("用户名", "登录名", "username", "user name", "login"),
    ("工号", "员工编号", "employee id", "staff number"),
    ("姓名", "name", "full name"),
)
"""What tells of whom a row is, the surest first."""


@dataclass(frozen=True)
class StaffList:
    """The accounts of a list, each once, and by the number of a row why nobody was found there."""

    accounts: tuple[int, ...]
    faults: tuple[tuple[int, Message], ...] = ()


class StaffKnown:
    """Accounts by what a row can say of them: user name, number in their file, name where it is one person's."""

    def __init__(self, accounts: Iterable[Account], files: Iterable[Contact]) -> None:
        active = [each for each in accounts if each.active]
        numbers = {each.customer_number: each.account for each in files if each.customer_number and each.account}
        there = {each.id for each in active}
        named = [each.display_name or each.name for each in active]
        self._by = (
            {each.name: each.id for each in active},
            {number: account for number, account in numbers.items() if account in there},
            {(each.display_name or each.name): each.id for each in active},
        )
        self._twice = {each for each in named if named.count(each) > 1}

    def found(self, told: Sequence[str]) -> int | Message:
        """The account of a row, by the first of its entries; what is wrong with it, as a message."""
        for known, text in zip(self._by, told, strict=True):
            if not text:
                continue
            if known is self._by[-1] and text in self._twice:
                return Message(marked("有不止一人叫“{name}”，请加一列用户名或工号"), {"name": text[:60]})
            if text in known:
                return known[text]
            return Message(marked("没有“{name}”的账号"), {"name": text[:60]})
        return Message(marked("没有写是谁"), {})


def staff_in(table: Table, known: StaffKnown) -> StaffList:
    """Whose accounts the rows of a table are; blank rows are nobody's. Without a heading its first column counts."""
    columns = [_column(table.header, headings) for headings in HEADINGS]
    if columns == [None, None, None]:
        columns = [0, None, None]
    accounts, faults = dict[int, None](), list[tuple[int, Message]]()
    for row in table.rows:
        told = ["" if at is None else restore_cell(row.cells[at]).strip() for at in columns]
        if not any(cell.strip() for cell in row.cells):
            continue
        found = known.found(told)
        if isinstance(found, Message):
            faults.append((row.number, found))
        else:
            accounts[found] = None
    return StaffList(tuple(accounts), tuple(faults))


def _column(header: Sequence[str], headings: Sequence[str]) -> int | None:
    plain = [restore_cell(each).strip().lower() for each in header]
    return next((plain.index(each) for each in headings if each in plain), None)
