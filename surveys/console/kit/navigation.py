"""The console's frame: the navigation a role is given, who is signed in, and the page that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account
from surveys.bounded_work import work_of
from surveys.console.kit import actions, address, downloads, handbook, look, saved_views, session
from surveys.console.kit.words import _, language, language_switch
from surveys.permissions import Action
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.staff.console_page import ConsolePage

# Drawn here, because Streamlit would fetch the picture of a named icon from the internet.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0E6E6E" '
    'd="M6 3h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z"/>'
    '<path fill="#fff" d="M16 19.5l-5.2-4.9a3.3 3.3 0 0 1 5.2-4 3.3 3.3 0 0 1 5.2 4z"/></svg>'
)


def run(pages: Sequence[ConsolePage]) -> None:
    """Draw the open page, if it is one of those this account's role may see."""
    address.begin()
    account = session.signed_in()
    work_of.set(account.name)
    language_switch(account.language, lambda tag: session.store().accounts.speak(session.signed_in().name, tag))
    st.set_page_config(page_title=session.store().organisation.name() or _("心声"), page_icon=_ICON, layout="wide")
    look.dress()
    by_path = {page.path: _page(page) for page in pages if account.may(page.action)}
    look.remember_pages(by_path)
    handbook.remember(pages, list(by_path))
    groups: defaultdict[str, list[st.Page]] = defaultdict(list)
    for page in pages:
        if page.path in by_path:
            groups[_(page.group) if page.group else ""].append(by_path[page.path])
    current = st.navigation(dict(groups), expanded=True)
    downloads.tell(partial(_taken, _open_page(current, pages, by_path).action))
    _who(account)
    doubts = st.container()
    try:
        current.run()
        saved_views.draw(account, _open_page(current, pages, by_path))
        actions.end()
    finally:  # also where a page stops early
        with doubts:
            _say_doubts()
        handbook.draw_way(_open_page(current, pages, by_path))


def _open_page(current: st.Page, pages: Sequence[ConsolePage], drawn: Mapping[str, st.Page]) -> ConsolePage:
    """The open page."""
    return next(page for page in pages if page.path in drawn and drawn[page.path].url_path == current.url_path)


def _taken(action: Action, of: str, ending: str) -> None:
    """Something of the open page is taken along: asked again, as it may be long after the page was drawn."""
    session.store().accounts.record(session.still(action).name, "download", of, ending)


def _say_doubts() -> None:
    """What the address asked for in vain, so that nobody takes what is shown for what was asked."""
    for name, value in address.doubted_values():
        words = _("链接里的“{name}={value}”在这里认不出或用不上，没有按它显示；请检查链接，或在页面上重新选择。")
        st.warning(look.as_written(words.format(name=name, value=value[:80])))


def _page(page: ConsolePage) -> st.Page:
    return st.Page(page.draw, title=_(page.title), icon=page.icon, url_path=page.path or "start", default=not page.path)


def _who(account: Account) -> None:
    sign = Markup(
        '<div class="xs-who"><b>{}</b><br><span class="xs-soft">{}</span><br>'
        '<a href="{}" target="_self">{}</a> · <a href="{}" target="_self">{}</a><br>'
        '<a href="{}" target="_self">{}</a></div>'
    )
    with st.sidebar:
        name, role = account.display_name or account.name, _(account.role.label)
        ways = (
            address_in_language("/password", language()),
            _("修改密码"),
            address_in_language("/logout", language()),
            _("退出登录"),
            address_in_language("/sessions", language()),
            _("登录的设备"),
        )
        st.html(sign.format(name, role, *ways))
