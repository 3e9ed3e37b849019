"""The second factor of a sign-in: a code that changes every thirty seconds (TOTP, RFC 6238), and codes for its loss."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyotp
from cryptography.fernet import Fernet, InvalidToken

RECOVERY_CODES: Final = 8
_STEP: Final = 30  # seconds
_AROUND: Final = (0, -1, 1)  # steps that a slow hand or a clock a little off may be away


def new_secret() -> str:
    """160 random bits in Base32, for the app that shows the codes."""
    return pyotp.random_base32()


def enrolment_link(secret: str, account: str, issuer: str) -> str:
    """What the app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(account, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time that this code belongs to; None when it is not one of about now."""
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdigit()):
        return None
    seconds = int(now.timestamp())
    codes = pyotp.TOTP(secret, interval=_STEP)
    steps = [step for step in _AROUND if pyotp.utils.strings_equal(codes.at(seconds + step * _STEP), plain)]
    return seconds // _STEP + steps[0] if steps else None


def sealed(key: bytes, secret: str) -> str:
    """How it is kept: readable with the installation's secret alone, without the moment that Fernet would write."""
    return _lock(key).encrypt_at_time(secret.encode(), 0).decode()


def unsealed(key: bytes, text: str) -> str | None:
    """The secret again; None when another installation has sealed it."""
    try:
        return _lock(key).decrypt(text.encode()).decode()
    except (InvalidToken, UnicodeDecodeError):
        return None


def _lock(key: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"second factor\0" + key).digest()))


def recovery_hashes(codes: Sequence[str]) -> list[str]:
    """What is kept of codes for the loss of the app; they are random, so that a plain hash suffices."""
    return [hashlib.sha256(code.encode()).hexdigest() for code in codes]
