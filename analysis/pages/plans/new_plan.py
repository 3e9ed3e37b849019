"""A form for a new improvement plan."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

import streamlit as st

from analysis.frames import rated_dimensions
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.choosers import departments_for, published_surveys, survey_names
from surveys.console.kit.words import _, distinct, language, said
from surveys.improvement.plans import LONGEST_NOTE, LONGEST_TITLE, ImprovementPlan, PlanErrors, Surroundings
from surveys.permissions import Action

APPROVAL = "plans need approval"
"""The setting by which new plans wait for somebody else's approval."""


def draw(account: Account, today: date) -> None:
    """Title, survey and area, owner, day and goal; an address with `about` and `area` fills in the first two."""
    records = {each.code: each for each in published_surveys() if not each.survey.anonymous or account.scope is None}
    wanted = st.query_params.get("about", "")
    with st.expander(_("新建计划"), expanded=bool(wanted), icon=":material/add:"):
        if not records:
            look.soft(_("先发布一份问卷并收到答卷。"))
            return
        names = survey_names(list(records.values()))
        codes = list(names)
        index = codes.index(wanted) if wanted in codes else 0
        survey = st.selectbox(_("针对哪份问卷"), codes, index, format_func=names.__getitem__, key="plan about")
        _form(records[survey].code, account, today)


def _form(survey: str, account: Account, today: date) -> None:
    record = session.store().surveys.get(survey)
    areas = {"": _("总体满意度")} | {
        code: each.label for code, each in rated_dimensions(record.survey, language()).items()
    }
    wanted = st.query_params.get("area", "")
    index = list(areas).index(wanted) if wanted in areas else 0
    with st.form("new plan", border=False):
        title = st.text_input(_("要改进什么"), max_chars=LONGEST_TITLE)
        left, right = st.columns(2)
        area = left.selectbox(_("改进项"), list(areas), index, format_func=areas.__getitem__)
        owner = right.selectbox(_("负责人"), list(owners()), format_func=owners().__getitem__, index=_own(account))
        places = departments_for(account, Action.PLAN_IMPROVEMENT)
        department = left.selectbox(_("部门"), list(places), format_func=places.__getitem__)
        due = right.date_input(_("完成日期"), today + timedelta(days=90))
        goal_from = left.number_input(_("现状（平均分，可不填）"), value=None, step=0.1)
        goal_to = right.number_input(_("目标（平均分，可不填）"), value=None, step=0.1)
        relevant = left.number_input(_("至少提高多少才算值得（分）"), value=0.2, min_value=0.01, step=0.1)
        note = st.text_area(_("说明"), max_chars=LONGEST_NOTE)
        if st.form_submit_button(_("建立"), type="primary"):
            plan = ImprovementPlan(
                secrets.token_hex(6), title.strip(), survey, area, department or None, owner, due, goal_from, goal_to,
                relevant, note=note.strip(),
            )  # fmt: skip
            _add(plan, account, today)


def _add(plan: ImprovementPlan, account: Account, today: date) -> None:
    store = session.store()
    if not account.may(Action.PLAN_IMPROVEMENT) or (account.scope is not None and plan.department not in account.scope):
        st.error(_("不能为这个部门建立计划。"))
        return
    approval = store.organisation.setting(APPROVAL) == "1"
    try:
        store.plans.add(plan, Surroundings(frozenset(owners()), today), by=account.name, approval=approval)
    except PlanErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    for name in ("about", "area"):
        st.query_params.pop(name, None)
    look.done(_("已建立，等待批准。") if approval else _("已建立，接着登记措施。"))


def owners() -> dict[str, str]:
    """Accounts that can be answerable, by name."""
    accounts = [each for each in session.store().accounts.all() if each.active]
    return distinct({each.name: each.display_name or each.name for each in accounts})


def _own(account: Account) -> int:
    return list(owners()).index(account.name)
