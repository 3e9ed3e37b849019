"""Which customer a report is about: looked for by name, number or phone among the files of one's own."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, distinct
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.contact_register import Register
from surveys.people.contact import ContactKind
from surveys.people.contact_search import ContactSearch

_MOST = 50


def draw(account: Account) -> str:
    """The id of the chosen file; empty where none is found."""
    def typed() -> str | None:
        return st.text_input(_("查找客户"), key="find", placeholder=_("姓名、客户编号或电话"))

    text = address.typed_text("find", typed)
    register = Register(session.store(), account, local_day(utc_now()))
    found = register.page(ContactSearch(kind=ContactKind.CUSTOMER, text=text), limit=_MOST)
    if not found:
        look.empty(_("没有找到"), _("换一个姓名、编号或电话。"))
        return ""
    names = distinct({each.id: f"{each.name} {each.customer_number}".strip() for each in found}, by_code=False)

    def draw_names() -> str:
        return st.selectbox(_("客户"), list(names), format_func=names.__getitem__, key="customer")

    return address.choice("customer", names, draw_names, found[0].id)
