"""The console's frame: the navigation a role is given, who is signed in, and the page that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account
from surveys.console import ConsolePage
from surveys.pages import look, session
from surveys.pages.words import _, language, language_switch
from surveys.web.language_switch import spoken

# Drawn here, because Streamlit would fetch the picture of a named icon from the internet.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0E6E6E" '
    'd="M6 3h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z"/>'
    '<path fill="#fff" d="M16 19.5l-5.2-4.9a3.3 3.3 0 0 1 5.2-4 3.3 3.3 0 0 1 5.2 4z"/></svg>'
)


def run(pages: Sequence[ConsolePage]) -> None:
    """Draw the open page, if it is one of those this account's role may see."""
    language_switch()
    st.set_page_config(page_title=_("心声"), page_icon=_ICON, layout="wide")
    look.dress()
    account = session.signed_in()
    by_path = {page.path: _page(page) for page in pages if account.role in page.roles}
    look.remember_pages(by_path)
    groups: defaultdict[str, list[st.Page]] = defaultdict(list)
    for page in pages:
        if page.path in by_path:
            groups[_(page.group) if page.group else ""].append(by_path[page.path])
    current = st.navigation(dict(groups), expanded=True)
    _who(account)
    current.run()


def _page(page: ConsolePage) -> st.Page:
    return st.Page(page.draw, title=_(page.title), icon=page.icon, url_path=page.path or "start", default=not page.path)


def _who(account: Account) -> None:
    sign = Markup(
        '<div class="xs-who"><b>{}</b><br><span class="xs-soft">{}</span><br>'
        '<a href="{}" target="_self">{}</a> · <a href="{}" target="_self">{}</a></div>'
    )
    with st.sidebar:
        name, role = account.display_name or account.name, _(account.role.label)
        ways = spoken("/password", language()), _("修改密码"), spoken("/logout", language()), _("退出登录")
        st.html(sign.format(name, role, *ways))
