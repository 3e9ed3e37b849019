"""The part of the page of campaigns that is about asking less: opt-outs, and the rule against asking too often."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Role
from surveys.campaigns.giving_out import FATIGUE, fatigue
from surveys.clock import local_day
from surveys.pages import look, session
from surveys.pages.words import _
from surveys.people.masking import masked_name, masked_number


def draw() -> None:
    """Who wants no more invitations, and for how many days no one is asked again."""
    with st.expander(_("避免打扰")):
        _opted_out()
        _fatigue_form()


def _opted_out() -> None:
    """Who wants no more invitations; names are covered, the file itself is under people."""
    stopped = session.store().contacts.opted_out()
    if stopped:
        rows = [
            (
                masked_name(each.name), masked_number(each.customer_number),
                local_day(each.opted_out_at).isoformat() if each.opted_out_at else "—",
            )
            for each in stopped
        ]  # fmt: skip
        look.table([_("不再邀请"), _("客户编号"), _("自")], rows)


def _fatigue_form() -> None:
    with st.form("fatigue", border=False):
        days = st.number_input(
            _("同一个人多少天内只邀请一次（所有活动合计；0 表示不限制）"),
            0,
            365,
            fatigue(session.store()).days,
            key=FATIGUE,
        )
        look.soft(_("不愿再收到邀请的人不受天数影响，始终不邀请；他们在“客户”中有标记。"))
        if st.form_submit_button(_("保存")):
            account = session.acting(Role.ADMIN, Role.DESIGNER)
            session.store().organisation.set(FATIGUE, str(int(days)))
            session.store().accounts.record(account.name, "set", FATIGUE, str(int(days)))
            look.done(_("已保存。"))
