"""What someone has entered so far behind a personal link, sealed so that only who holds the link can read it.

An unfinished form stands beside its invitation, which names a person. For an anonymous survey it must therefore not
be readable from the database: the key is made from the link's token, of which the database holds only the hash.
A link may be given out with several values in it (one order, then the next): each has a draft of its own. They are
sealed as one, so that neither their number nor what tells them apart stands beside a name.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from surveys.definition.questions import Entered

MOST_DRAFTS = 8  # of one link; the one saved longest ago makes room
_OLD_MARK = "_link"  # a single draft, as it was sealed before there were several, names its link's values so

Drafts = Mapping[str, Mapping[str, Sequence[str]]]  # what was entered, by what tells the link's values apart


def seal(token: str, drafts: Mapping[str, Entered]) -> bytes:
    """The drafts as they are kept. The time inside is the beginning of time: none is kept."""
    plain = {mark: {name: list(values) for name, values in entered.items()} for mark, entered in drafts.items()}
    document = json.dumps(plain, ensure_ascii=False)
    return _lock(token).encrypt_at_time(document.encode("utf-8", "replace"), 0)


def unseal(token: str, sealed: bytes | None) -> Drafts:
    """What was sealed with this token; nothing when it was sealed with another or is damaged."""
    try:
        document: dict[str, Any] = json.loads(_lock(token).decrypt(sealed)) if sealed else {}
    except (InvalidToken, ValueError):
        return {}
    if all(isinstance(each, dict) for each in document.values()):
        return document
    return {document.pop(_OLD_MARK, [""])[0]: document}


def with_draft(token: str, sealed: bytes | None, mark: str, entered: Entered) -> bytes:
    """The sealed drafts with this one in its place, saved last."""
    others = [(each, fields) for each, fields in unseal(token, sealed).items() if each != mark]
    return seal(token, {**dict(others[-(MOST_DRAFTS - 1) :]), mark: entered})


def _lock(token: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"unfinished:" + token.encode("utf-8", "replace")).digest()))
