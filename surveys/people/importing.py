"""Brings people in from a table: each row checked, known again, and either kept, found unchanged, or left out with why.

Someone is known again by the customer number, else by the phone, else by the e-mail. An empty cell leaves what is
there. So importing a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Protocol

from surveys.exchange.cells import restored
from surveys.exchange.rejections import Reason, RejectedRow, UnfitRow
from surveys.exchange.tables import Row, Table
from surveys.language import marked
from surveys.organisation import Department
from surveys.people.columns import ATTRIBUTES, assert_fit, read_cell, target_label
from surveys.people.contact import Contact, Secrecy, UnfitValue, new_contact_id
from surveys.people.sight import PeopleRules, Sight
from surveys.wording import Message

AT_ONCE = 1000  # rows in a transaction
_KEYS = ("customer_number", "phone", "email")


class SamePhone(StrEnum):
    """What two different customer numbers with one phone are."""

    DUPLICATE = "duplicate"
    HOUSEHOLD = "household"

    @property
    def label(self) -> str:
        return _SAME_PHONE_LABELS[self]


_SAME_PHONE_LABELS = {
    SamePhone.DUPLICATE: marked("视为重复，退回后来的"),
    SamePhone.HOUSEHOLD: marked("一人多户，都保存"),
}


class Directory(Protocol):
    """What an import asks of the store."""

    def known(self, keys: Mapping[str, Sequence[str]]) -> list[Contact]:
        """Those whose customer_number, phone or email is among these."""


@dataclass(frozen=True)
class Terms:
    """How rows are to be taken."""

    departments: Sequence[Department]
    sight: Sight  # of the person importing
    rules: PeopleRules
    today: date
    same_phone: SamePhone = SamePhone.DUPLICATE
    defaults: Mapping[str, Any] = field(default_factory=dict)  # by field, for new files whose row says nothing


@dataclass(frozen=True)
class ImportSummary:
    """How many rows made a new file, changed one, changed nothing, or were left out."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __add__(self, other: ImportSummary) -> ImportSummary:
        return ImportSummary(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged,
            self.rejected + other.rejected,
        )  # fmt: skip


Keep = Callable[[Sequence[Contact]], None]
Reject = Callable[[RejectedRow], None]


def import_people(
    directory: Directory, keep: Keep, targets: Mapping[int, str], table: Table, terms: Terms, rejected: Reject
) -> ImportSummary:
    """Read the whole table, a thousand rows in each transaction; *rejected* hears of each row left out.

    Raises UnfitColumns when no row could be taken, UnfitFile when the table breaks off.
    """
    assert_fit(targets)
    intake, summary = _Intake(directory, targets, terms, len(table.header)), ImportSummary()
    while batch := list(islice(table.rows, AT_ONCE)):
        result = intake.take(batch, rejected)
        keep(result.contacts)
        summary += result.summary
    return summary


@dataclass(frozen=True)
class _Batch:
    contacts: list[Contact]
    summary: ImportSummary


class _Known:
    """Files by what they are known again by."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        self._by: dict[tuple[str, str], list[Contact]] = {}
        for contact in contacts:
            for key in _KEYS:
                if text := getattr(contact, key):
                    self._by.setdefault((key, text), []).append(contact)

    def by(self, key: str, text: str) -> list[Contact]:
        return self._by.get((key, text), [])


class _Intake:
    """Takes rows batch by batch, and remembers the keys of the rows before."""

    def __init__(self, directory: Directory, targets: Mapping[int, str], terms: Terms, width: int) -> None:
        self._directory, self._targets, self._terms, self._width = directory, targets, terms, width
        self._rows: dict[tuple[str, str], int] = {}  # the row that had this key first
        self._taken: dict[str, int] = {}  # the row that was about this file

    def take(self, rows: Sequence[Row], rejected: Reject) -> _Batch:
        read = list(self._read(rows, rejected))
        keys = {key: [values[key] for _, values in read if values.get(key)] for key in _KEYS}
        known = _Known(self._directory.known(keys))
        contacts, added, unchanged = list[Contact](), 0, 0
        for row, values in read:
            try:
                present = self._present(row, values, known)
                contact = self._filled(present, values)
            except UnfitRow as error:
                rejected(RejectedRow(row, error.reasons))
                continue
            self._rows |= {(key, values[key]): row.number for key in _KEYS if values.get(key)}
            if contact == present:
                unchanged += 1
            else:
                added += present is None
                contacts.append(contact)
        left_out = len(rows) - len(contacts) - unchanged
        return _Batch(contacts, ImportSummary(added, len(contacts) - added, unchanged, left_out))

    def _read(self, rows: Sequence[Row], rejected: Reject) -> Iterator[tuple[Row, dict[str, Any]]]:
        for row in rows:
            try:
                yield row, self._values(row)
            except UnfitRow as error:
                rejected(RejectedRow(row, error.reasons))

    def _values(self, row: Row) -> dict[str, Any]:
        """What the row says, by target; nothing of empty cells. Raises UnfitRow."""
        if row.garbled:
            raise _unfit(marked("含有无法识别的字符，文件的编码可能已损坏"))
        if len(row.cells) != self._width:
            raise _unfit(
                marked("有 {cells} 格，表头有 {width} 格，请检查引号和分隔符"), cells=len(row.cells), width=self._width
            )
        values, reasons = dict[str, Any](), list[Reason]()
        for at, target in self._targets.items():
            text = restored(row.cells[at])
            if not text.strip():
                continue
            try:
                values[target] = read_cell(target, text, self._terms.departments)
            except UnfitValue as error:
                reasons.append(
                    Message(marked("{field}：{reason}"), {"field": target_label(target), "reason": error.args[0]})
                )
        if not any(values.get(key) for key in _KEYS) and not reasons:
            reasons.append(Message(marked("没有客户编号、电话或邮箱，再次导入时认不出同一个人")))
        if reasons:
            raise UnfitRow(reasons)
        return values

    def _present(self, row: Row, values: Mapping[str, Any], known: _Known) -> Contact | None:
        """The file that the row is about; None for someone new. Raises UnfitRow for a duplicate."""
        self._assert_first(values)
        number, phone = values.get("customer_number", ""), values.get("phone", "")
        present = self._numbered(number, values, known) if number else self._reached(phone, values, known)
        if present is not None and present.id in self._taken:
            raise _unfit(marked("与第 {row} 行是同一份档案"), row=self._taken[present.id])
        shared = [each for each in known.by("phone", phone) if each.customer_number and each is not present]
        news = phone and (present is None or present.phone != phone)
        if news and shared and self._terms.same_phone is SamePhone.DUPLICATE:
            raise _unfit(marked("电话与已有的另一个客户编号相同"))
        if present is not None:
            self._taken[present.id] = row.number
        return present

    def _numbered(self, number: str, values: Mapping[str, Any], known: _Known) -> Contact | None:
        """By the number; else the one file without a number that has this name and phone."""
        if found := known.by("customer_number", number):
            return found[0]
        same = known.by("phone", values.get("phone", ""))
        unnumbered = [each for each in same if not each.customer_number and each.name == values.get("name")]
        return unnumbered[0] if len(unnumbered) == 1 and unnumbered[0].id not in self._taken else None

    def _reached(self, phone: str, values: Mapping[str, Any], known: _Known) -> Contact | None:
        """By phone, else by e-mail."""
        found = known.by("phone", phone) if phone else known.by("email", values.get("email", ""))
        if len(found) > 1:
            raise _unfit(marked("有 {count} 份档案用这个电话或邮箱，请填上客户编号"), count=len(found))
        return found[0] if found else None

    def _assert_first(self, values: Mapping[str, Any]) -> None:
        separate = self._terms.same_phone is SamePhone.HOUSEHOLD and bool(values.get("customer_number"))
        telling = ["customer_number"] if separate else ["customer_number", "phone"]
        if not values.get("customer_number") and not values.get("phone"):
            telling = ["email"]
        for key in telling:
            earlier = self._rows.get((key, values.get(key, "")))
            if earlier is not None:
                raise _unfit(marked("{field}与第 {row} 行相同"), field=target_label(key), row=earlier)

    def _filled(self, present: Contact | None, values: Mapping[str, Any]) -> Contact:
        """The file with what the row says. Raises UnfitRow where that is beyond the person importing."""
        terms = self._terms
        if present is not None and not terms.sight.covers(present, terms.today):
            raise _unfit(marked("这份档案不归您管理，没有改动"))
        if present is None and not values.get("name"):
            raise _unfit(marked("没有姓名或名称"))
        start = present or replace(Contact(new_contact_id(), values["name"]), **terms.defaults)
        plain = {name: value for name, value in values.items() if "." not in name}
        given = {
            kind: {n.partition(".")[2]: v for n, v in values.items() if n.startswith(f"{kind}.")} for kind in ATTRIBUTES
        }
        contact = replace(
            start, **plain, who={**start.who, **given["who"]}, does={**start.does, **given["does"]},
            worth={**start.worth, **given["worth"]},
        )  # fmt: skip
        if contact.secrecy is Secrecy.NONE:
            contact = replace(contact, secrecy_until=None)
        elif "secrecy_until" not in values and (contact.secrecy is not start.secrecy or contact.secrecy_until is None):
            contact = replace(contact, secrecy_until=terms.rules.ends(contact.secrecy, terms.today))
        if not terms.sight.covers(contact, terms.today):
            raise _unfit(marked("部门或密级超出您的权限"))
        return contact


def _unfit(wording: str, **values: object) -> UnfitRow:
    return UnfitRow([Message(wording, values)])
