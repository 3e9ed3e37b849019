"""A name that is taken, and a line of the audit trail."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime

FAILED_SIGN_IN = "failed sign-in"
"""The audit trail's word for it; its detail is the network it came from."""


@dataclass(frozen=True)
class AuditCheck:
    """What came of walking the audit trail: its lines, good anchors, last hash, and what is wrong, nothing if empty.

    A problem is `line 7` (changed, or one before it gone), `anchor 200` (missing, of lines that are gone, or signed
    with another secret), `segment 1` (what is noted of the archive that begins with this line is not as it was signed)
    or `head` (the hash that was noted before stands nowhere). *archived* is how many lines have left for archives.
    """

    lines: int
    anchors: int
    head: str
    problems: tuple[str, ...]
    archived: int = 0


@dataclass(frozen=True)
class OpenSession:
    """A sign-in that holds, known by the hash of its token: the days it began and was last used."""

    token_hash: str
    begun: date
    used: date


@dataclass(frozen=True)
class Guessing:
    """How many sign-ins failed lately, from how many networks, and from how many codes were guessed at."""

    failures: int
    networks: int
    of_codes: int


class NameTaken(ValueError):
    """Another account has this name."""


@dataclass(frozen=True)
class AuditLine:
    """Who changed what, when. Of sign-ins the day alone is kept: *at* is its beginning then, and *by_day* True."""

    at: datetime
    account: str
    action: str
    object: str
    detail: str
    by_day: bool = False


def anchor_signature(secret: bytes, text: str) -> str:
    """What an anchor of the audit trail carries: only who has the installation's secret can make it."""
    return hmac.digest(secret, b"audit anchor\0" + text.encode(), "sha256").hex()


SIGNED_BEFORE = "audit segment signed before "
"""Settings that keep, by first line, what a segment was signed with before: archives bear that."""


@dataclass(frozen=True)
class SignedAnew:
    """How many signatures of the audit trail were made with a new secret, and how far its chain was whole then."""

    signatures: int
    line: int
    hash: str
    whole: bool
