"""Addresses as keyed hashes: known again without being kept, so that wishes outlive the file of who had them."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from surveys.localisation import normalisation

KINDS = ("phone", "email", "chat")  # the fields of a contact that channels reach


def address_key(secret: bytes, kind: str, text: str) -> str:
    """The same for every way to write one address; nobody without the installation's secret can try numbers on it."""
    plain = f"{kind}:{same_address(kind, text)}".encode()
    return hashlib.blake2b(plain, key=secret[:64], digest_size=16, person=b"xinsheng-address").hexdigest()


# As files have kept numbers since ever, with what is no number of today among them: their keys must not change.
_KEPT = re.compile(r"1[3-9]\d{9}|0[1-9]\d{8,10}(?:-\d{1,6})?|\+(?!86)\d{7,15}|[48]00\d{7}", re.ASCII)

_READERS = {"phone": normalisation.phone, "email": normalisation.email}


def same_address(kind: str, text: str) -> str:
    """The same text for one address: phones however grouped, mailboxes in capital and small letters."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if kind == "phone" and _KEPT.fullmatch(plain):
        return plain
    return plain_address(kind, plain).casefold() if kind == "email" else plain_address(kind, plain)


def plain_address(kind: str, text: str) -> str:
    """An address of this kind as files keep it; what is none stays as it was written."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return _READERS[kind](plain) if kind in _READERS else plain
    except normalisation.Unreadable:
        return plain
