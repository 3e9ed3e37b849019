"""What someone has entered so far behind a personal link, sealed so that only who holds the link can read it.

An unfinished form stands beside its invitation, which names a person. For an anonymous survey it must therefore not
be readable from the database: the key is made from the link's token, of which the database holds only the hash.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken

from surveys.questions import Entered


def seal(token: str, entered: Entered) -> bytes:
    """The entries as they are kept. The time inside is the beginning of time: none is kept."""
    document = json.dumps({name: list(values) for name, values in entered.items()}, ensure_ascii=False)
    return _lock(token).encrypt_at_time(document.encode("utf-8", "replace"), 0)


def unseal(token: str, sealed: bytes) -> Mapping[str, Sequence[str]]:
    """What was sealed with this token; nothing when it was sealed with another or is damaged."""
    try:
        document: dict[str, list[str]] = json.loads(_lock(token).decrypt(sealed))
    except (InvalidToken, ValueError):
        return {}
    return document


def _lock(token: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"unfinished:" + token.encode("utf-8", "replace")).digest()))
