"""A form for a measure: a new one, or one that has been written down already."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import streamlit as st

from analysis.pages.filters import segment_labels
from analysis.pages.plans.new_plan import owners
from analysis.pages.plans.saving import figures_by_name
from analysis.pages.survey_answers import released_answers
from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _, distinct, reason, said
from surveys.definition.breakdowns.breakdown import BreakdownKind
from surveys.improvement.money import UnfitFormula, worked_out
from surveys.improvement.plans import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    FixedMeasure,
    ImprovementPlan,
    PlanErrors,
    PlanMeasure,
    Surroundings,
)
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile


def draw(plan: ImprovementPlan, measures: Sequence[PlanMeasure], account: Account, today: date) -> None:
    """Where it is taken and from when to when, who does it, what it costs, and until when its effect is read."""
    if not account.may(Action.PLAN_IMPROVEMENT):
        return
    record = session.store().surveys.get(plan.survey)
    view = released_answers(record, account)
    kinds = {} if view.anonymous else {kind: words for kind, words in _kinds(view).items() if view.values(kind)}
    with st.expander(_("登记措施"), icon=":material/add_task:"):
        if not kinds:
            look.soft(_("这份问卷的答卷不分单位，措施的效果不能按单位对照；匿名问卷请比较各轮次。"))
            return
        names = distinct({"": _("新增")} | {each.id: each.title for each in measures})
        chosen = st.selectbox(_("要登记或修改的措施"), list(names), format_func=names.__getitem__, key="measure chosen")
        present = next((each for each in measures if each.id == chosen), None)
        index = list(kinds).index(present.unit_kind) if present and present.unit_kind in kinds else 0
        kind = st.selectbox(
            _("按什么划分单位"), list(kinds), index, format_func=kinds.__getitem__, key=f"measure kind {chosen}"
        )
        _form(plan, present, kind, view, account, today)


def _kinds(view: ReleasedAnswers) -> dict[str, str]:
    told = [name for name in view.circumstances if view.breakdowns[name].kind is not BreakdownKind.FILE]
    labels = segment_labels(view)
    return {"department": _("部门")} | {name: labels[name] for name in told}


def _form(
    plan: ImprovementPlan, present: PlanMeasure | None, kind: str, view: ReleasedAnswers, account: Account, today: date
) -> None:
    units, people = view.values(kind), owners()
    here = [view.name_of(kind, code) for code in present.units] if present and present.unit_kind == kind else []
    usual = present.owner if present and present.owner in people else account.name
    with st.form(f"measure {plan.code} {present.id if present else ''}", border=False):
        title = st.text_input(_("做什么"), present.title if present else "", max_chars=LONGEST_TITLE)
        taken = st.multiselect(_("在哪些单位"), units, [each for each in here if each in units])
        left, right = st.columns(2)
        by_lot = left.checkbox(_("单位是抽签决定的"), present.by_lot if present else False)
        owner = right.selectbox(
            _("负责人"), list(people), list(people).index(usual), format_func=people.__getitem__
        )
        first = (present.begins, present.ends, present.measured_until) if present else _usual(today)
        begins = left.date_input(_("开始"), first[0])
        ends = right.date_input(_("结束（此后的答卷用来复测）"), first[1])
        until = left.date_input(_("复测到"), first[2])
        known = "" if present is None or present.cost is None else str(present.cost)
        cost = right.text_input(_("费用（元，可不填）"), known)
        saving = st.text_input(
            _("节约的计算公式（可不填）"), present.saving if present else "",
            placeholder=_("20000 × (19 − 8)，可用指标名称，如 户数 × 0.7"),
        )  # fmt: skip
        check = st.text_area(_("怎样检查"), present.check if present else "", max_chars=LONGEST_NOTE)
        if st.form_submit_button(_("保存"), type="primary"):
            codes = tuple(view.code_of(kind, each) for each in taken)
            measure = PlanMeasure(
                present.id if present else secrets.token_hex(6), plan.code, title.strip(), owner, begins, ends, until,
                kind, codes, today, by_lot, _amount(cost), check.strip(), present.done_on if present else None,
                saving.strip(),
            )  # fmt: skip
            there = frozenset(view.code_of(kind, each) for each in units)
            around = Surroundings(frozenset(people), today, {kind: there})
            _keep(measure, present, around, cost, account)


def _usual(today: date) -> tuple[date, date, date]:
    """Tomorrow, for two weeks, and two months of answers afterwards."""
    return today + timedelta(days=1), today + timedelta(days=15), today + timedelta(days=75)


def _amount(typed: str) -> Decimal | None:
    try:
        return Decimal(typed.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None


def _keep(measure: PlanMeasure, present: PlanMeasure | None, around: Surroundings, cost: str, account: Account) -> None:
    try:
        if measure.saving:
            worked_out(measure.saving, figures_by_name())
        if cost.strip() and (measure.cost is None or not measure.cost.is_finite()):
            st.error(_("费用“{cost}”不是一个数").format(cost=cost))
            return
        session.store().plans.keep_measure(measure, around, by=account.name, seen=present)
    except PlanErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    except (UnfitFormula, FixedMeasure, ChangedMeanwhile) as refused:
        st.error(reason(refused))
        return
    look.done(_("已保存。"))
