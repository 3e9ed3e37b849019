"""Who is signed in, and the store their pages read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import streamlit as st

from surveys.accounts import ANYWHERE, Account, Anywhere
from surveys.console.kit import look
from surveys.console.kit.words import _, language
from surveys.localisation.clock import utc_now
from surveys.permissions import Action
from surveys.storage import Store, default_path, open_store
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.language_switch import address_in_language

P = ParamSpec("P")


def store() -> Store:
    """The process's store."""
    return open_store(default_path())


def signed_in() -> Account:
    """The account behind this page's cookie; without one the page ends here with a way to sign in."""
    account = account_of(st.context.cookies, store(), utc_now())
    if account is None:
        _end(_("您还没有登录，或登录已过期。"), sign_in=True)
    return account


def acting(action: Action, department: str | Anywhere | None = ANYWHERE) -> Account:
    """The account that is about to do something, to what belongs to *department*; whether it may is looked up again at
    this moment."""
    account = signed_in()
    if not account.may(action, department):
        _end(_("您的账号没有执行此操作的权限，内容没有改动。"))
    return account


class NotAnyMore(PermissionError):
    """Who was offered something may not have it any more."""


def still(action: Action) -> Account:
    """The account that takes what a page has offered; raises NotAnyMore when it may not any more.

    For work that no page waits for: there is none to end.
    """
    account = account_of(st.context.cookies, store(), utc_now())
    if account is None or not account.may(action):
        raise NotAnyMore(action.value)
    return account


def department_of(touchpoint: str) -> str | None:
    """Whose touchpoint it is; None when there is no such any more, which only who may everywhere reaches."""
    found = store().organisation.touchpoint(touchpoint)
    return found.department if found else None


def fragment(action: Action, every: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of a page that draws itself anew every so many seconds, for as long as who looks at it may.

    A fragment runs without its page, and so without what the page has asked: it asks for itself each time.
    """

    def of(draw: Callable[P, None]) -> Callable[P, None]:
        @st.fragment(run_every=every)
        @wraps(draw)
        def drawn(*args: P.args, **named: P.kwargs) -> None:
            acting(action)
            draw(*args, **named)

        return drawn

    return of


def _end(message: str, *, sign_in: bool = False) -> NoReturn:
    with st.container(border=True, width=480):
        st.markdown(f"**{message}**")
        if sign_in:
            look.links((address_in_language("/login", language()), _("前往登录")), new_tab=False)
    st.stop()
