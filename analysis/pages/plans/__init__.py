"""The page of improvement plans: what is being done about a finding, by whom and until when, and whether it worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from analysis.pages.plans import new_plan, plan_sheet
from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names, person_name, say_scope, survey_names
from surveys.console.kit.words import _, distinct
from surveys.improvement.plans import ImprovementPlan, PlanState
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action

_ALL, _OPEN = "all", "open"
_STATES = {_OPEN: marked("未完成"), **{each.value: each.label for each in PlanState}, _ALL: marked("全部")}
_TONES = {PlanState.PROPOSED: "wait", PlanState.DONE: "good"}


def draw() -> None:
    """The plans by state, the late ones marked; the chosen one with its measures and effects; a form for a new one."""
    look.heading(_("改进计划"), _("从发现到措施：谁负责、什么时候完成、目标是什么；措施结束后自动用同样的题目复测。"))
    account, today = session.signed_in(), local_day(utc_now())
    say_scope(account)
    plans = session.store().plans.all(account.scope)
    address.asked("area", "about")
    if plans:
        _board(plans, account, today)
    else:
        look.empty(_("还没有改进计划"), _("在“改进”页从一个改进项建立，或在下方新建。"))
    new_plan.draw(account, today)
    if account.may(Action.CHANGE_SETTINGS):
        _approval(account)


def _approval(account: Account) -> None:
    """Whether new plans wait for somebody else's approval: the administrator's choice."""
    organisation = session.store().organisation
    wanted = organisation.setting(new_plan.APPROVAL) == "1"
    if st.checkbox(_("新计划要由提出人以外的人批准"), wanted, key="plans need approval") != wanted:
        organisation.set(new_plan.APPROVAL, "" if wanted else "1")
        session.store().accounts.record(account.name, "approval of plans", "off" if wanted else "on")
        look.done(_("已保存。"))


def _board(plans: Sequence[ImprovementPlan], account: Account, today: date) -> None:
    state = address.choice("state", _STATES, _draw_state, _OPEN)
    shown = [each for each in plans if state in (_ALL, each.state.value) or (state == _OPEN and each.state.open)]
    if not shown:
        look.soft(_("没有这种状态的计划。"))
        return
    titles, departments = survey_names(session.store().surveys.all()), department_names()
    heads = [_("计划"), _("问卷"), _("部门"), _("负责人"), _("完成日期"), _("状态")]
    look.table(heads, [_row(each, titles, departments, today) for each in shown])
    names = distinct({each.code: each.title for each in shown})

    def draw_plans() -> str:
        return st.selectbox(_("打开计划"), list(names), format_func=names.__getitem__, key="plan")

    mine = next((each.code for each in shown if each.owner == account.name), shown[0].code)
    chosen = address.choice("plan", names, draw_plans, mine)
    plan_sheet.draw(next(each for each in shown if each.code == chosen), account, today)


def _draw_state() -> str | None:
    return st.segmented_control(
        _("状态"), list(_STATES), format_func=lambda each: _(_STATES[each]), key="state", required=True
    )


def _row(plan: ImprovementPlan, titles: dict[str, str], departments: dict[str, str], today: date) -> list[object]:
    state = look.tag(_(plan.state.label), _TONES.get(plan.state, ""))
    late = look.tag(_("已超期"), "bad") if plan.late(today) else state
    department = departments.get(plan.department or "", _("全单位"))
    title, owner = titles.get(plan.survey, plan.survey), person_name(plan.owner)
    return [plan.title, title, department, owner, plan.due.isoformat(), late]
