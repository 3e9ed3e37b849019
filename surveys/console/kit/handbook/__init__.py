"""The handbook in the console: a link on every page to its own help, and the page on which all of it is read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import address, look, session
from surveys.console.kit.handbook.texts import START, help_on
from surveys.console.kit.words import _, language
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.staff.console_page import ConsolePage

PATH = "help"
_TITLES = "console.titles"  # session key: what every page is called, by its place in the handbook
_OPEN = "console.open pages"  # session key: places of the pages that this account may open


def remember(pages: Sequence[ConsolePage], drawn: Sequence[str]) -> None:
    """Keep what the pages of this run are called; *drawn*: addresses of those that the account may open."""
    st.session_state[_TITLES] = {place_of(each.path): _(each.title) for each in pages}
    st.session_state[_OPEN] = [place_of(each) for each in drawn]


def place_of(path: str) -> str:
    """Where the handbook speaks of the page at this address."""
    return path or START


def draw_way(page: ConsolePage) -> None:
    """The link to the help on a page, in the corner that every page leaves free; it opens beside the page."""
    way = address_in_language(f"/{PATH}?on={place_of(page.path)}", language())
    link = Markup('<a class="xs-help" href="{}" target="_blank" rel="noopener">{}</a>')
    st.html(link.format(way, _("本页帮助")))


def draw() -> None:
    """One page of the console at a time, chosen from those that the reader may open, and ways to the pages it names."""
    look.heading(_("使用手册"), _("每一页能做什么、怎样做，按您的权限写。"))
    titles: dict[str, str] = st.session_state[_TITLES]
    pages = {each: titles[each] for each in st.session_state[_OPEN]}

    def draw_pages() -> str | None:
        return st.selectbox(_("哪一页"), list(pages), format_func=pages.__getitem__, key="on")

    chosen = address.choice("on", pages, draw_pages, START)
    told = help_on(chosen, session.signed_in().role.grants, language())
    st.header(pages[chosen], anchor=False)
    for each in told:
        st.markdown(each.titled(titles))
    named = dict.fromkeys([chosen, *(page for each in told for page in each.pages)])
    with st.container(horizontal=True):
        for page in named:
            look.link_to("" if page == START else page, titles[page])
