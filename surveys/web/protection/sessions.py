"""Who is signed in, told by the cookie; and proof that a form was sent from a page of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from surveys.accounts import Account, token_hash
from surveys.localisation.clock import utc_now
from surveys.storage.records.protocols import Respondents
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.signing import nonce, sign, verify

SESSION_COOKIE = "xinsheng_session"
VISIT_COOKIE = "xinsheng_visit"  # stands in for the session until there is one


def account_of(cookies: Mapping[str, str], store: Respondents, now: datetime) -> Account | None:
    """The account signed in behind these cookies; None when nobody is, no longer, or not yet all the way.

    Every door asks here, so that none is open with a password that somebody else chose, or without a second factor
    where one is asked for.
    """
    account = entering(cookies, store, now)
    return account if account is not None and account.may_enter else None


def entering(cookies: Mapping[str, str], store: Respondents, now: datetime) -> Account | None:
    """The same, also of who has to choose a password or set a second factor up first; only for the way in and out."""
    token = cookie_of(cookies, SESSION_COOKIE)
    return store.accounts.of_session(token_hash(token), now) if token else None


def note_use(cookies: Mapping[str, str], store: Respondents) -> None:
    """Note that who is signed in behind these cookies works in the other process."""
    if token := cookie_of(cookies, SESSION_COOKIE):
        store.accounts.used_elsewhere(token_hash(token), utc_now())


def csrf_field(secret: bytes, cookie: str) -> str:
    """What a form carries to show that it came from our page, to this browser.

    It differs each time, so that compressed pages don't give it away by their length.
    """
    return sign(secret, f"csrf:{cookie}", nonce())


def csrf_fits(secret: bytes, cookie: str | None, field: str) -> bool:
    """Whether the field was made for the browser that holds this cookie."""
    return bool(cookie) and verify(secret, f"csrf:{cookie}", field) is not None


def new_visit(secret: bytes) -> str:
    """The visit cookie's value; signed, so that a planted one is of no use."""
    return sign(secret, "visit", nonce())


def visit_fits(secret: bytes, cookie: str | None) -> bool:
    return bool(cookie) and verify(secret, "visit", cookie or "") is not None
