"""Tokens that only this installation can make: readable parts with a signature, compared in constant time.

What is no token but a keyed hash, written again whenever it is needed and carrying nothing (receipts, the tokens of
personal links, look-up codes, marks of messages), has no use for this and is made where it belongs.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, Signer
from itsdangerous.signer import SigningAlgorithm

FORM_LIFETIME = timedelta(days=7)
_LONGEST = 500  # no token of ours is longer; spares the work on a megabyte of nonsense
_LONGEST_FORM = 64 * 1024  # but for that of a form, which holds what its address said: no address is longer

_TRIAL = "t"  # after the version of a form that was given out on trial


def nonce() -> str:
    """128 random bits, fit for an address or a form field."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class _ForPurpose(SigningAlgorithm):
    """HMAC-SHA256 over the purpose and the value, shortened to 144 bits: what is signed stands in addresses.

    Never to be changed: people keep links, tickets and cookies that were signed so.
    """

    purpose: str

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, b"%s\0%s" % (_bytes(self.purpose), value), "sha256")[:18]


def _signer(secret: bytes, purpose: str) -> Signer:
    return Signer(secret, sep=".", key_derivation="none", algorithm=_ForPurpose(purpose))


def sign(secret: bytes, purpose: str, *parts: str) -> str:
    """The parts, joined by dots, with a signature that holds for this purpose alone."""
    return _signer(secret, purpose).sign(_bytes(".".join(parts))).decode()


def verify(secret: bytes, purpose: str, token: str, longest: int = _LONGEST) -> list[str] | None:
    """The parts of a token made by `signed` for this purpose; None for any other."""
    signer, given = _signer(secret, purpose), _bytes(token[:longest])
    try:
        body = signer.unsign(given)
    except BadSignature:
        return None
    # Base64 is read with signs between its letters that mean nothing; a token of ours has one spelling.
    return body.decode().split(".") if signer.sign(body) == given else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@dataclass(frozen=True)
class FormToken:
    """What a rendered form carries: which version it shows, since when, the number its answers will have, and what its
    link said: so no other link and no field of the form can put anything in its place."""

    version: int
    issued_at: datetime
    nonce: str
    said: Mapping[str, str] = field(default_factory=dict)
    trial: bool = False  # the page said that nothing of it counts, and so it stays

    @classmethod
    def new(
        cls, version: int, now: datetime, said: Mapping[str, str] | None = None, *, trial: bool = False
    ) -> FormToken:  # fmt: skip
        return cls(version, now.replace(microsecond=0), nonce(), said or {}, trial)

    def text(self, secret: bytes, survey: str) -> str:
        issued = str(int(self.issued_at.timestamp()))
        said = [_packed(self.said)] if self.said else []
        version = f"{self.version}{_TRIAL if self.trial else ''}"
        return sign(secret, f"form:{survey}", version, issued, self.nonce, *said)

    @classmethod
    def read(cls, secret: bytes, survey: str, text: str) -> FormToken | None:
        """The token of this survey's form; None when it was tampered with or belongs to another survey."""
        match verify(secret, f"form:{survey}", text, _LONGEST_FORM):
            case [version, issued, number, *said]:
                issued_at = datetime.fromtimestamp(int(issued), UTC)
                trial = version.endswith(_TRIAL)
                told = _unpacked(said[0]) if said else {}
                return cls(int(version.removesuffix(_TRIAL)), issued_at, number, told, trial)
        return None

    def expired(self, now: datetime) -> bool:
        return now - self.issued_at > FORM_LIFETIME

    def seconds(self, now: datetime) -> int | None:
        """How long the form was open; None when the clock was set back meanwhile."""
        passed = int((now - self.issued_at).total_seconds())
        return passed if passed >= 0 else None


def _packed(said: Mapping[str, str]) -> str:
    text = json.dumps(dict(said), ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")


def _unpacked(text: str) -> dict[str, str]:
    said: dict[str, str] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return said
