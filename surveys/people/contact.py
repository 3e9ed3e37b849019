"""A contact: one customer or member of staff, with attributes of three kinds and a level of secrecy."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from surveys.definition.conditions import Entered
from surveys.localisation import normalisation
from surveys.localisation.language import marked
from surveys.localisation.wording import Message

ATTRIBUTE_NAME = re.compile(r"[\w\-]{1,60}")
LONGEST_TEXT = 200


class ContactKind(StrEnum):
    """What someone is to the organisation."""

    CUSTOMER = "customer"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {ContactKind.CUSTOMER: marked("客户"), ContactKind.STAFF: marked("员工")}


class Secrecy(StrEnum):
    """How closely a file is held; the legal terms are their own values. Later ones are closer."""

    NONE = ""
    SECRET = "秘密"  # noqa: S105  a level, no password
    CONFIDENTIAL = "机密"
    TOP = "绝密"

    @property
    def rank(self) -> int:
        return list(Secrecy).index(self)


@dataclass(frozen=True)
class Contact:
    """One person's file. Texts are empty where nothing is known."""

    id: str
    name: str
    kind: ContactKind = ContactKind.CUSTOMER
    customer_number: str = ""  # unique where there is one
    phone: str = ""  # as `as_phone` writes it
    email: str = ""
    chat: str = ""  # the address for messages by chat
    department: str | None = None
    who: Mapping[str, str] = field(default_factory=dict)  # what kind of person
    does: Mapping[str, str] = field(default_factory=dict)  # what they use and do
    worth: Mapping[str, float] = field(default_factory=dict)  # what they are worth: amounts
    tier: str = ""
    secrecy: Secrecy = Secrecy.NONE
    secrecy_until: date | None = None  # the last day of the level
    account: int | None = None  # of staff who sign in
    opted_out_at: datetime | None = None
    only_channel: str = ""  # the one way they want to be asked: a channel's name, or `call`; empty for any
    created_at: datetime | None = None  # None before it is kept
    updated_at: datetime | None = None  # when the file was last changed or found to be right

    def level(self, today: date) -> Secrecy:
        """The level that holds today: none once its period has ended."""
        ended = self.secrecy_until is not None and self.secrecy_until < today
        return Secrecy.NONE if ended else self.secrecy

    def fields(self) -> Entered:
        """What conditions can be held against: `who.x`, `does.x`, `worth.x`, `tier`, `department`, `kind`."""
        plain = {"kind": self.kind.value, "tier": self.tier, "department": self.department or ""}
        texts = {f"who.{name}": text for name, text in self.who.items()}
        texts |= {f"does.{name}": text for name, text in self.does.items()}
        texts |= {f"worth.{name}": plain_number(amount) for name, amount in self.worth.items()}
        return {name: [text] for name, text in (plain | texts).items() if text}


@dataclass(frozen=True)
class FileFacts:
    """What figures are made of: a file without what names or reaches its person."""

    id: str
    tier: str
    department: str | None
    who: Mapping[str, str]
    does: Mapping[str, str]
    worth: Mapping[str, float]


def new_contact_id() -> str:
    """64 random bits: an id tells nothing of when its file was made, and stands in the audit trail for the name."""
    return secrets.token_hex(8)


def plain_number(amount: float) -> str:
    """An amount as conditions and tables read it: 4.0 is 4, and never in powers of ten."""
    return f"{amount:.6f}".rstrip("0").rstrip(".")


class UnfitValue(ValueError):
    """Something that can't stand in a contact's file; carries a message for the person who wrote it."""

    def __init__(self, wording: str, **values: object) -> None:
        super().__init__(Message(wording, values))


def as_phone(text: str) -> str:
    """One way to write each number, so that equal ones are equal texts; raises UnfitValue.

    A mobile number as 11 digits, a landline with its area code, one from abroad after a plus.
    """
    return fitting(normalisation.phone, text)


def as_email(text: str) -> str:
    """The address with its domain in small letters; raises UnfitValue."""
    return fitting(normalisation.email, text)


def as_customer_number(text: str) -> str:
    """In capitals, with all its zeros; raises UnfitValue."""
    return fitting(normalisation.customer_number, text)


def fitting(read: Callable[[str], str], text: str) -> str:
    """What a reader of `surveys.localisation.normalisation` makes of a text; raises UnfitValue."""
    try:
        return read(text)
    except normalisation.Unreadable as error:
        raise UnfitValue(error.message.wording, **error.message.values) from None
