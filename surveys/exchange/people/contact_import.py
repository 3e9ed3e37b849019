"""Brings people in from a table: each row checked, known again, and either kept, found unchanged, or left out with why.

Someone is known again by the customer number, else by the phone, else by the e-mail. An empty cell leaves what is
there. So importing a file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Protocol

from surveys.exchange.people.contact_columns import assert_fit, read_one, target_label, with_whole_name
from surveys.exchange.people.contact_fields import ATTRIBUTES
from surveys.exchange.people.logins import Logins
from surveys.exchange.rejections import Reason, RejectedRow, UnfitRow
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.departments import Department
from surveys.people.addresses import same_address
from surveys.people.contact import Contact, ContactKind, Secrecy, UnfitValue, new_contact_id
from surveys.people.visibility import PeopleRules, Sight
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.sqlite.contacts import Found
from surveys.tables import Row, Table, breaking_off_told
from surveys.tables.cells import restore_cell

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
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # target → entry in the file → entry meant
    logins: Logins = field(default_factory=Logins, compare=False)  # what an import itself changes


@dataclass(frozen=True)
class ContactImportSummary:
    """How many rows made a new file, changed one, changed nothing, or were left out."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    several: int = 0  # rows taken of which one of several numbers or addresses in a cell was left behind

    def __add__(self, other: ContactImportSummary) -> ContactImportSummary:
        return ContactImportSummary(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged,
            self.rejected + other.rejected, self.several + other.several,
        )  # fmt: skip


Keep = Callable[[Sequence[Contact], Found], None]
Reject = Callable[[RejectedRow], None]


def keep_none(contacts: Sequence[Contact], seen: Found) -> None:
    """What a check does with the files it has read."""


def import_people(
    directory: Directory, keep: Keep, targets: Mapping[int, str], table: Table, terms: Terms, rejected: Reject
) -> ContactImportSummary:
    """Read the whole table, a thousand rows in each transaction; *rejected* hears of each row left out.

    Raises UnfitColumns when no row could be taken, UnfitFile when the table breaks off.
    """
    assert_fit(targets)
    intake, summary = _Intake(directory, targets, terms, table.header), ContactImportSummary()
    kept = Counter[str]()
    with breaking_off_told(kept):
        while batch := list(islice(table.rows, AT_ONCE)):
            result = _kept(intake, batch, keep)
            for each in result.rejected:
                rejected(each)
            summary += result.summary
            kept["rows"] += len(batch)
    return summary


def _kept(intake: _Intake, rows: Sequence[Row], keep: Keep) -> _Batch:
    """Take these rows and keep what they make; anew where somebody has changed a file between the two."""
    while True:
        result = intake.take(rows)
        try:
            keep(result.contacts, result.seen)
        except ChangedMeanwhile:
            intake.forget(rows[0].number)
        else:
            return result


@dataclass(frozen=True)
class _Batch:
    contacts: list[Contact]
    seen: Found
    rejected: list[RejectedRow]
    summary: ContactImportSummary


class _Known:
    """Files by what they are known again by."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        self._by: dict[tuple[str, str], list[Contact]] = {}
        for contact in contacts:
            for key in _KEYS:
                if text := getattr(contact, key):
                    self._by.setdefault((key, same_address(key, text)), []).append(contact)

    def by(self, key: str, text: str) -> list[Contact]:
        return self._by.get((key, same_address(key, text)), [])


class _Intake:
    """Takes rows batch by batch, and remembers the keys of the rows before."""

    def __init__(
        self, directory: Directory, targets: Mapping[int, str], terms: Terms, header: Sequence[str]
    ) -> None:  # fmt: skip
        self._directory, self._targets, self._terms, self._header = directory, targets, terms, header
        self._rows: dict[tuple[str, str], int] = {}  # the row that had this key first
        self._taken: dict[str, int] = {}  # the row that was about this file

    def forget(self, first: int) -> None:
        """Rows from this number on have not been taken after all."""
        self._rows = {key: row for key, row in self._rows.items() if row < first}
        self._taken = {contact: row for contact, row in self._taken.items() if row < first}

    def take(self, rows: Sequence[Row]) -> _Batch:
        rejected = list[RejectedRow]()
        read = list(self._read(rows, rejected.append))
        keys = {key: [values[key] for _, values, _ in read if values.get(key)] for key in _KEYS}
        seen = Found(keys, self._directory.known(keys))
        known = _Known(seen.contacts)
        contacts, added, unchanged, several = list[Contact](), 0, 0, 0
        for row, values, more in read:
            try:
                present = self._present(row, values, known)
                contact = self._filled(present, values)
            except UnfitRow as error:
                rejected.append(RejectedRow(row, error.reasons))
                continue
            several += more
            told = {key: same_address(key, values[key]) for key in (*_KEYS, "login") if values.get(key)}
            self._rows |= dict.fromkeys(told.items(), row.number)
            if contact == present:
                unchanged += 1
            else:
                added += present is None
                contacts.append(contact)
        left_out = len(rows) - len(contacts) - unchanged
        summary = ContactImportSummary(added, len(contacts) - added, unchanged, left_out, several)
        return _Batch(contacts, seen, rejected, summary)

    def _read(self, rows: Sequence[Row], rejected: Reject) -> Iterator[tuple[Row, dict[str, Any], bool]]:
        for row in rows:
            try:
                yield row, *self._values(row)
            except UnfitRow as error:
                rejected(RejectedRow(row, error.reasons))

    def _values(self, row: Row) -> tuple[dict[str, Any], bool]:
        """What the row says, by target, nothing of empty cells; whether it says more of one. Raises UnfitRow."""
        if problems := row.problems(self._header, self._targets):
            raise UnfitRow(problems)
        values, reasons, several = dict[str, Any](), list[Reason](), False
        for at, target in self._targets.items():
            text = restore_cell(row.cells[at])
            text = self._terms.values.get(target, {}).get(text.strip(), text)
            if not text.strip():
                continue
            try:
                values[target], more = read_one(target, text, self._terms.departments)
                several = several or more
            except UnfitValue as error:
                reasons.append(
                    Message(marked("{field}：{reason}"), {"field": target_label(target), "reason": error.args[0]})
                )
        if not any(values.get(key) for key in _KEYS) and not reasons:
            reasons.append(Message(marked("没有客户编号、电话或邮箱，再次导入时认不出同一个人")))
        if reasons:
            raise UnfitRow(reasons)
        return with_whole_name(values), several

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
        for key in (*telling, "login"):
            earlier = self._rows.get((key, same_address(key, values.get(key, ""))))
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
        plain |= self._account(plain.pop("login", ""), start, plain)
        if present is not None and _same_mailbox(plain.get("email", ""), present.email):
            del plain["email"]
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

    def _account(self, login: str, file: Contact, plain: Mapping[str, Any]) -> dict[str, Any]:
        """Whose file it is by the name with which they sign in: staff, unless the row says otherwise."""
        if not login:
            return {}
        if plain.get("kind", ContactKind.STAFF) is not ContactKind.STAFF:
            raise _unfit(marked("有用户名的档案应是员工"))
        try:
            return {"account": self._terms.logins.account_of(login, file.id), "kind": ContactKind.STAFF}
        except UnfitValue as error:
            raise UnfitRow([error.args[0]]) from None


def _same_mailbox(one: str, other: str) -> bool:
    return bool(one) and same_address("email", one) == same_address("email", other)


def _unfit(wording: str, **values: object) -> UnfitRow:
    return UnfitRow([Message(wording, values)])
