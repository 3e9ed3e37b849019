"""The receipt of an answer: derived from the form by a key, read back as people type it, and where it leads."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on paper


_RECEIPT_LENGTH = 12


def receipt_for(submission: str, secret: bytes) -> str:
    """The receipt code of a form: 12 characters, the same each time the form is sent."""
    digest = int.from_bytes(hmac.digest(secret, b"receipt:" + submission.encode(), "sha256"))
    letters = []
    for _ in range(_RECEIPT_LENGTH):
        digest, rest = divmod(digest, len(_RECEIPT_ALPHABET))
        letters.append(_RECEIPT_ALPHABET[rest])
    return _in_groups("".join(letters))


def random_code() -> str:
    """A code that looks like a receipt and is one of 5·10^17: twelve letters drawn at random."""
    return _in_groups("".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_LENGTH)))


def as_receipt(typed: str) -> str | None:
    """The receipt code in what someone typed, however they wrote it; None when it can't be one."""
    plain = "".join(letter for letter in typed.upper() if letter in _RECEIPT_ALPHABET)
    return _in_groups(plain) if len(plain) == _RECEIPT_LENGTH else None


def _in_groups(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, _RECEIPT_LENGTH, 4))


def response_id(survey: str, receipt: str) -> str:
    """Where the response with this receipt is kept. Random to all who don't know the receipt: it shows no order."""
    plain = "".join(letter for letter in receipt.upper() if letter in _RECEIPT_ALPHABET)
    return hashlib.blake2b(f"{survey}:{plain}".encode(), digest_size=16).hexdigest()
