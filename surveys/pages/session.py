"""Who is signed in, and the store their pages read."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from surveys.accounts import Account, Role
from surveys.clock import utc_now
from surveys.pages import look
from surveys.pages.words import _, language
from surveys.storage import Store, default_path, open_store
from surveys.web.language_switch import spoken
from surveys.web.sessions import account_of


def store() -> Store:
    """The process's store."""
    return open_store(default_path())


def signed_in() -> Account:
    """The account behind this page's cookie; without one the page ends here with a way to sign in."""
    account = account_of(st.context.cookies, store(), utc_now())
    if account is None:
        _end(_("您还没有登录，或登录已过期。"), sign_in=True)
    return account


def acting(*roles: Role) -> Account:
    """The account that is about to change something; its role is looked up again at this moment."""
    account = signed_in()
    if account.role not in roles:
        _end(_("您的账号没有执行此操作的权限，内容没有改动。"))
    return account


def _end(message: str, *, sign_in: bool = False) -> NoReturn:
    with st.container(border=True, width=480):
        st.markdown(f"**{message}**")
        if sign_in:
            look.links((spoken("/login", language()), _("前往登录")), new_tab=False)
    st.stop()
