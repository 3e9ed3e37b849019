"""Browsers in which somebody has signed in before: they don't wait while others guess at the account."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from surveys.accounts import Account
from surveys.web.protection.cookies import cookie_of, set_cookie
from surveys.web.protection.signing import nonce, sign, verify

KNOWN_COOKIE = "xinsheng_known"
_HALF_A_YEAR = 180 * 24 * 3600


def known_device(secret: bytes, cookies: Mapping[str, str], account: Account | None) -> str:
    """The number of this browser where the account was signed in before; empty of any other."""
    if account is None:
        return ""
    parts = verify(secret, f"known:{account.id}", cookie_of(cookies, KNOWN_COOKIE) or "")
    return parts[0] if parts else ""


def give_known(secret: bytes, response: Response, account: Account, *, secure: bool) -> None:
    """Remember that the account was signed in here. It opens nothing by itself."""
    value = sign(secret, f"known:{account.id}", nonce())
    set_cookie(response, KNOWN_COOKIE, value, secure=secure, max_age=_HALF_A_YEAR)
