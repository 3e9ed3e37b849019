"""Personal data with its middle covered: enough to tell two people apart, not enough to reach or name one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from surveys.people.contact import Contact

COVER = "*"


def masked_name(name: str) -> str:
    """The first character: 王**, 杭******."""
    return name[:1] + COVER * (len(name) - 1)


def masked_phone(phone: str) -> str:
    """The first three digits and the last four where there are at least eleven, else the last two."""
    return _covered(phone, 3, 4) if len(phone) >= 11 else _covered(phone, 0, 2)


def masked_email(email: str) -> str:
    """The first letter and the domain."""
    box, at, domain = email.rpartition("@")
    return _covered(box, 1, 0) + at + domain


def masked_number(number: str) -> str:
    """The last four characters, and never more than half."""
    return _covered(number, 0, min(4, len(number) // 2))


def _covered(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return COVER * len(text)
    return text[:first] + COVER * (len(text) - first - last) + text[len(text) - last :]


def mask_contact(contact: Contact, personal: Collection[str] = ()) -> Contact:
    """The file without what names or reaches its person; of attributes those whose name has a *personal* word in it."""

    def texts(attributes: dict[str, str]) -> dict[str, str]:
        hidden = {name for name in attributes if any(word in name for word in personal)}
        return {name: COVER * 4 if name in hidden else text for name, text in attributes.items()}

    return replace(
        contact, name=masked_name(contact.name), phone=masked_phone(contact.phone), email=masked_email(contact.email),
        customer_number=masked_number(contact.customer_number), chat=masked_number(contact.chat),
        who=texts(dict(contact.who)), does=texts(dict(contact.does)),
    )  # fmt: skip
