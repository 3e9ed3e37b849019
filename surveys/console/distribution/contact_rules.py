"""The part of the page of campaigns that is about asking less: opt-outs, and the rule against asking too often."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day
from surveys.operations.launch import FATIGUE, USUAL_FATIGUE
from surveys.people.masking import masked_name, masked_number
from surveys.permissions import Action


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
        look.table([_("不再邀请"), _("客户编号"), _("自")], rows, taken=False)
    if kept := session.store().wishes.amount():
        words = _("另按地址记着 {count} 个不再邀请的号码和邮箱（只存加密的记号）：档案删除、重新导入或共用时仍有效。")
        look.soft(words.format(count=f"{kept:,}"))


def _fatigue_form() -> None:
    present = session.store().organisation.setting(FATIGUE)
    sheet = concurrent_edits.sheet("save fatigue", present, lambda days: {_("天数"): days or ""}, FATIGUE)
    with st.form("fatigue", border=False):
        days = st.number_input(
            _("同一个人多少天内只邀请一次（所有活动合计；0 表示不限制）"),
            0,
            365,
            int(sheet.first) if sheet.first else USUAL_FATIGUE,
            key=FATIGUE,
        )
        look.soft(_("不愿再收到邀请的人不受天数影响，始终不邀请；他们在“客户”中有标记。"))
        if st.form_submit_button(_("保存"), key="save fatigue"):
            account = session.acting(Action.RUN_CAMPAIGNS)
            keep = partial(session.store().organisation.set, FATIGUE, str(int(days)), seen=sheet.seen)
            if not concurrent_edits.keep_edit("save fatigue", keep):
                return
            session.store().accounts.record(account.name, "set", FATIGUE, str(int(days)))
            look.done(_("已保存。"))
