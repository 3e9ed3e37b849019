"""Tokens that only this installation can make: readable parts with a signature, compared in constant time."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FORM_LIFETIME = timedelta(days=7)
_LONGEST = 500  # no token of ours is longer; spares the work on a megabyte of nonsense


def nonce() -> str:
    """128 random bits, fit for an address or a form field."""
    return secrets.token_urlsafe(16)


def signed(secret: bytes, purpose: str, *parts: str) -> str:
    """The parts, joined by dots, with a signature that holds for this purpose alone."""
    body = ".".join(parts)
    return f"{body}.{_signature(secret, purpose, body)}"


def verified(secret: bytes, purpose: str, token: str) -> list[str] | None:
    """The parts of a token made by `signed` for this purpose; None for any other."""
    body, _, signature = token[:_LONGEST].rpartition(".")
    right = _signature(secret, purpose, body)
    # As bytes: compare_digest refuses strings with letters beyond ASCII.
    return body.split(".") if hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()) else None


def _signature(secret: bytes, purpose: str, body: str) -> str:
    digest = hmac.digest(secret, f"{purpose}\0{body}".encode("utf-8", "replace"), "sha256")
    return urlsafe_b64encode(digest[:18]).decode()


@dataclass(frozen=True)
class FormToken:
    """What a rendered form carries: which version it shows, since when, and the number its answers will have."""

    version: int
    issued_at: datetime
    nonce: str

    @classmethod
    def new(cls, version: int, now: datetime) -> FormToken:
        return cls(version, now.replace(microsecond=0), nonce())

    def text(self, secret: bytes, survey: str) -> str:
        issued = str(int(self.issued_at.timestamp()))
        return signed(secret, f"form:{survey}", str(self.version), issued, self.nonce)

    @classmethod
    def read(cls, secret: bytes, survey: str, text: str) -> FormToken | None:
        """The token of this survey's form; None when it was tampered with or belongs to another survey."""
        match verified(secret, f"form:{survey}", text):
            case [version, issued, number]:
                return cls(int(version), datetime.fromtimestamp(int(issued), UTC), number)
        return None

    def expired(self, now: datetime) -> bool:
        return now - self.issued_at > FORM_LIFETIME

    def seconds(self, now: datetime) -> int | None:
        """How long the form was open; None when the clock was set back meanwhile."""
        passed = int((now - self.issued_at).total_seconds())
        return passed if passed >= 0 else None
