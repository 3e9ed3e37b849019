"""One improvement plan: its goal, where it stands, its measures, and what each of them did."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st
from markupsafe import Markup

from analysis.frames import rated_dimensions
from analysis.improvement.lesson_words import words_of
from analysis.pages.plans import measure_effect, measure_form, saving
from surveys.accounts import Account
from surveys.console.kit import actions, lessons_offered, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, language, reason
from surveys.definition.survey import Survey
from surveys.improvement.plans import MOVES, ImprovementPlan, PlanMeasure, PlanState
from surveys.localisation.language import marked
from surveys.permissions import Action
from surveys.storage.records.surveys import UnknownSurvey

_MOVES = {
    (PlanState.PROPOSED, PlanState.RUNNING): marked("批准"),
    (PlanState.PROPOSED, PlanState.DROPPED): marked("不批准"),
    (PlanState.RUNNING, PlanState.DONE): marked("结束计划"),
    (PlanState.RUNNING, PlanState.DROPPED): marked("放弃"),
    (PlanState.DONE, PlanState.RUNNING): marked("重新打开"),
    (PlanState.DROPPED, PlanState.PROPOSED): marked("重新提出"),
}


def draw(plan: ImprovementPlan, account: Account, today: date) -> None:
    """Goal and state, then every measure with its effect, then a form for one more."""
    st.header(look.as_written(plan.title), anchor=False)
    measures = session.store().plans.measures(plan.code)
    try:
        survey = session.store().surveys.get(plan.survey).survey
    except UnknownSurvey:
        look.soft(_("问卷已经删除，措施的效果不能再测；计划和措施保留。"))
        _moves(plan, account)
        rows = [(each.title, person_name(each.owner), str(each.ends)) for each in measures]
        look.table([_("措施"), _("负责人"), _("结束")], rows)
        return
    look.soft(" · ".join(filter(None, (_area(plan, survey), _goal(plan), plan.note))))
    lessons_offered.draw(words_of(f"{plan.title} {_area_name(plan, survey)}"))
    _moves(plan, account)
    for measure in measures:
        with st.container(border=True, key=f"measure-{measure.id}"):
            _measure(plan, measure, account, today)
    if plan.state is PlanState.RUNNING:
        measure_form.draw(plan, measures, account, today)


def _area(plan: ImprovementPlan, survey: Survey) -> str:
    return _("改进项：{area}").format(area=_area_name(plan, survey))


def _area_name(plan: ImprovementPlan, survey: Survey) -> str:
    named = rated_dimensions(survey, language()).get(plan.area)
    return named.label if named else _("总体满意度")


def _goal(plan: ImprovementPlan) -> str:
    if plan.goal_to is None:
        return _("至少提高 {points} 分才算值得").format(points=f"{plan.relevant:g}")
    start = "—" if plan.goal_from is None else f"{plan.goal_from:g}"
    return _("目标：从 {low} 到 {high}，{day} 前").format(low=start, high=f"{plan.goal_to:g}", day=plan.due)


def _moves(plan: ImprovementPlan, account: Account) -> None:
    with st.container(horizontal=True):
        for state in MOVES[plan.state]:
            approving = plan.state is PlanState.PROPOSED and state is PlanState.RUNNING
            may = account.may(Action.APPROVE_PLANS) and account.name != plan.created_by
            if approving and not may:
                look.soft(_("等待批准：由提出人以外有权限的人批准。"))
                continue
            key = f"move plan {plan.code} {state}"
            if actions.button(_(_MOVES[plan.state, state]), key):
                actions.perform(key, partial(_move, plan, state, account))
            if (came := actions.outcome(key)) is not None and came.value:
                st.error(came.value)


def _move(plan: ImprovementPlan, state: PlanState, account: Account) -> str:
    try:
        session.store().plans.move(plan.code, state, by=account.name)
    except (ValueError, KeyError):
        return _("别人已经改过这份计划，请刷新后再看。")
    return ""


def _measure(plan: ImprovementPlan, measure: PlanMeasure, account: Account, today: date) -> None:
    late = look.tag(_("已超期"), "bad") if measure.late(today) else Markup("")
    done = look.tag(_("已完成"), "good") if measure.done_on else Markup("")
    st.html(Markup("<b>{}</b> {} {}").format(measure.title, late, done))
    parts = [
        _("负责人：{name}").format(name=person_name(measure.owner)),
        _("{begins} 至 {ends}，复测到 {until}").format(
            begins=measure.begins, ends=measure.ends, until=measure.measured_until
        ),
        *([_("费用 {cost} 元").format(cost=f"{measure.cost:,}")] if measure.cost is not None else []),
        *([_("检查：{check}").format(check=measure.check)] if measure.check else []),
    ]
    look.soft(" · ".join(parts))
    _carried_out(measure, account, today)
    effect = measure_effect.draw(plan, measure, account, today)
    saving.draw(measure)
    if measure.ends < today:
        lessons_offered.link_to_write("measure", measure.id, effect=effect)


def _carried_out(measure: PlanMeasure, account: Account, today: date) -> None:
    key = f"done {measure.id}"
    label = _("撤回“已完成”") if measure.done_on else _("标记为已完成")
    if measure.begins <= today and actions.button(label, key):
        day = None if measure.done_on else today
        actions.perform(key, partial(_done, measure.id, day, account))
    if (came := actions.outcome(key)) is not None and came.value:
        st.error(came.value)


def _done(measure: str, day: date | None, account: Account) -> str:
    try:
        session.store().plans.done(measure, day, by=account.name)
    except KeyError as gone:
        return reason(gone)
    return ""
