"""A contact: one customer or member of staff, with attributes of three kinds and a level of secrecy."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from surveys.conditions import Entered
from surveys.language import marked
from surveys.wording import Message

ATTRIBUTE_NAME = re.compile(r"[\w\-]{1,60}")
LONGEST_TEXT = 200


class Kind(StrEnum):
    """What someone is to the organisation."""

    CUSTOMER = "customer"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {Kind.CUSTOMER: marked("客户"), Kind.STAFF: marked("员工")}


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
    kind: Kind = Kind.CUSTOMER
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


_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"(?:\+?86|0086)?(0?[1-9]\d{1,2}\d{7,8})(?:(?:x|ext|转|#)(\d{1,6}))?", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-‐‑–—―()./·]")
_POWER_OF_TEN = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)


def as_phone(text: str) -> str:
    """One way to write each number, so that equal ones are equal texts; raises UnfitValue.

    A mobile number as 11 digits, a landline with its area code, one from abroad after a plus.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).lower()
    if not plain:
        return ""
    if found := _MOBILE.fullmatch(plain):
        return found[1]
    if _SERVICE.fullmatch(plain):
        return plain
    if (found := _ABROAD.fullmatch(plain)) and not plain.startswith(("+86", "0086")):
        return f"+{found[1]}"
    found = _LANDLINE.fullmatch(plain)
    if found and (found[1].startswith("0") or plain.startswith(("+86", "0086"))):
        number = found[1] if found[1].startswith("0") else f"0{found[1]}"
        return number + (f"-{found[2]}" if found[2] else "")
    if _POWER_OF_TEN.fullmatch(plain):
        raise UnfitValue(
            marked("电话“{text}”被表格软件改成了科学计数法，后几位已丢失，请把这一列设为文本后重新填写"), text=text
        )
    raise UnfitValue(marked("电话“{text}”不是手机号，也不是带区号的固定电话"), text=text[:40])


_EMAIL = re.compile(r"[^@\s,;<>\"'()\[\]\\:]{1,64}@(?:[\w\-]{1,63}\.)+[\w\-]{2,63}")


def as_email(text: str) -> str:
    """The address with its domain in small letters; raises UnfitValue."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain and not _EMAIL.fullmatch(plain):
        raise UnfitValue(marked("邮箱“{text}”不完整，应像 name@example.com"), text=text[:80])
    box, at, domain = plain.rpartition("@")
    return f"{box}{at}{domain.lower()}"
