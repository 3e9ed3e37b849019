"""The page of appraisals (360°): planned, raters confirmed, reports released, set side by side, objections answered."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.appraisal.appraisal import Appraisal, Appraised
from surveys.console.appraisal import calibration_table, new_appraisal, objections, people, report_sheet
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, distinct
from surveys.permissions import Action

_TABS = ("people", "reports", "calibration", "objections")


def draw() -> None:
    """The appraisal chosen first, then what is to be done with it; a new one below."""
    look.heading(_("360° 评价"), _("确认评价人、收齐评价、出报告、面谈、校准、申诉；谁给了什么评价，任何人都看不到。"))
    account = session.signed_in()
    found = session.store().appraisals.all()
    runs = account.may(Action.RUN_APPRAISALS)
    if found:
        names = distinct({each.id: each.name for each in found})

        def draw_names() -> str:
            return st.selectbox(_("评价"), list(names), format_func=names.__getitem__, key="appraisal")

        chosen = address.choice("appraisal", names, draw_names, found[0].id)
        _opened(next(each for each in found if each.id == chosen), account)
    else:
        look.empty(
            _("还没有评价"),
            _("先在“问卷”里发布“管理人员 360° 评价”，在“组织”里写明每个人的岗位职责和直接上级，再在下方新建。"),
        )
    if runs:
        new_appraisal.draw()


def _opened(appraisal: Appraisal, account: Account) -> None:
    everybody = session.store().appraisals.people(appraisal.id)
    mine = [each for each in everybody if may_read(account, each)]
    labels = dict(zip(_TABS, (_("人员与评价人"), _("报告与面谈"), _("校准"), _("申诉")), strict=True))
    if not account.may(Action.RUN_APPRAISALS):
        labels = {"reports": labels["reports"]}
    if account.may(Action.EXAMINE_APPEALS):
        labels["objections"] = _("申诉")
    drawn = address.tabs("tab", labels)
    for code, tab in drawn.items():
        with tab:
            if st.session_state["tab"] != code:
                continue
            if code == "people":
                people.draw(appraisal, everybody)
            elif code == "reports":
                report_sheet.draw(appraisal, mine, account)
            elif code == "calibration":
                calibration_table.draw(appraisal, everybody)
            else:
                objections.draw(appraisal, everybody, account)


def may_read(account: Account, one: Appraised) -> bool:
    """Whether somebody's report is this account's business: who runs appraisals, and who leads that person."""
    if account.may(Action.RUN_APPRAISALS):
        return True
    return account.id in one.superiors and account.may_for(Action.VIEW_APPRAISALS, one.department)
