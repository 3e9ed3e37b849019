"""Reports that go out by themselves: what is arranged for a survey, to whom, and one more."""

from __future__ import annotations

import secrets
from functools import partial

import streamlit as st

from analysis.reports.kinds import REPORT_KINDS, About, ReportKind
from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import department_names, person_name
from surveys.console.kit.words import _, join_names, said
from surveys.improvement.report_schedules import ReportEvery, ReportSchedule, report_turn
from surveys.localisation.clock import utc_now
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord


def draw(record: SurveyRecord, kind: ReportKind, unit: str, account: Account) -> None:
    """The arranged ones that concern the reader, then a form for whoever may arrange."""
    mine = [each for each in session.store().report_schedules.all(record.code) if _concerns(each, account)]
    with st.expander(_("定期发送（{count}）").format(count=len(mine)), icon=":material/schedule_send:"):
        if mine:
            _listed(mine, account)
        if kind.about in (About.CUSTOMER, About.YEAR):
            look.soft(_("年度报告和客户报告不定期发送。"))
        else:
            _form(record, kind, unit, account)


def _concerns(schedule: ReportSchedule, account: Account) -> bool:
    return account.sees_all_departments or account.name in (schedule.made_by, *schedule.readers)


def _listed(schedules: list[ReportSchedule], account: Account) -> None:
    units = department_names()
    heads = [_("报告"), _("单位"), _("多久一次"), _("发给"), _("上次")]
    look.table(heads, [
        (said(REPORT_KINDS[each.kind].name) if each.kind in REPORT_KINDS else each.kind,
         units.get(each.unit, each.unit) or _("全部"), _(each.every.label),
         join_names([person_name(name) for name in each.readers]), each.told or "—")
        for each in schedules
    ], taken=False)  # fmt: skip
    for each in schedules:
        if account.sees_all_departments or each.made_by == account.name:
            key, name = f"end schedule {each.code}", said(REPORT_KINDS[each.kind].name)
            if actions.button(_("停止：{name}，{every}").format(name=name, every=_(each.every.label)), key):
                actions.perform(key, partial(_end, each.code, account))


def _end(code: str, account: Account) -> None:
    try:
        session.store().report_schedules.remove(code, by=account.name)
    except KeyError:
        return  # somebody else was faster


def _form(record: SurveyRecord, kind: ReportKind, unit: str, account: Account) -> None:
    people = _readers(unit)
    every = {each.value: _(each.label) for each in ReportEvery}
    with st.form(f"schedule {record.code}", border=False):
        chosen = st.selectbox(_("多久一次"), list(every), format_func=every.__getitem__, key="schedule every")
        readers = st.multiselect(_("发给"), list(people), format_func=people.__getitem__, key="schedule readers")
        look.soft(_("发送的是链接：收件人登录后，按自己的权限生成；没有权限的人收不到。"))
        if st.form_submit_button(_("安排“{name}”").format(name=said(kind.name)), type="primary"):
            if not readers:
                st.error(_("请选择发给谁"))
                return
            turn = report_turn(ReportEvery(chosen), record.opening.rounds, utc_now())
            session.store().report_schedules.add(
                ReportSchedule(
                    secrets.token_hex(6), record.code, kind.code, ReportEvery(chosen), tuple(readers), unit,
                    account.name, turn[0] if turn else "",
                ), by=account.name,
            )  # fmt: skip
            look.done(_("已保存。"))
            st.rerun()


def _readers(unit: str) -> dict[str, str]:
    """Accounts that may see results, and those of the unit."""
    found = [each for each in session.store().accounts.all() if each.active and each.may(Action.VIEW_RESULTS)]
    return {each.name: person_name(each.name) for each in found if not unit or each.sees(unit)}
