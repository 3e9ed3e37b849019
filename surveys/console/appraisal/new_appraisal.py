"""A new appraisal: which survey, who is rated, the weight of each group, and time limits."""

from __future__ import annotations

import streamlit as st

from surveys.anonymity import minimums
from surveys.appraisal.appraisal import (
    GROUPS,
    LONGEST_NAME,
    USUAL_WEIGHTS,
    AppraisalRules,
    SmallGroups,
    UnfitRules,
    is_appraisal,
)
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import survey_names
from surveys.console.kit.words import _, distinct, said
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.staff.appraisals import begin_appraisal
from surveys.permissions import Action

_KEY = "begin appraisal"


def draw() -> None:
    """The form; what is wrong with it is said all at once."""
    if (came := actions.outcome(_KEY)) is not None:
        problems, words = came.value
        for each in problems:
            st.error(said(each))
        if words:
            st.success(look.as_written(words))
    surveys = [each for each in session.store().surveys.all() if each.live and is_appraisal(each.survey)]
    if not surveys:
        return
    with st.expander(_("新建评价"), icon=":material/add:"):
        names = survey_names(surveys)
        survey = st.selectbox(_("问卷"), list(names), format_func=names.__getitem__, key="appraisal survey")
        name = st.text_input(
            _("名称"), max_chars=LONGEST_NAME, key="appraisal name", placeholder=_("如：2026 年度管理人员评价")
        )
        persons = _persons()
        rules = _rules()
        look.soft(_("评价人由系统按组织结构提出，下一步逐人核对；被评价人的上级先评，下属后评。"))
        if actions.button(_("提出评价人"), _KEY, type="primary", disabled=not persons):
            actions.perform(_KEY, lambda: _begin(survey, name.strip() or names[survey], persons, rules))


def _persons() -> list[str]:
    found = {each.code: each.name for each in session.store().subjects.of_kind("person", on=local_day(utc_now()))}
    names = distinct(found)
    return st.multiselect(
        _("被评价人"), list(names), format_func=names.__getitem__, key="appraisal persons", placeholder=_("选择人员")
    )


def _rules() -> AppraisalRules:
    look.soft(_("各类别权重（合计 100%，自评不计入）"))
    columns = st.columns(len(GROUPS))
    weights = {
        group: int(column.number_input(_(RELATIONS[group]), 0, 100, USUAL_WEIGHTS[group], key=f"weight {group}"))
        for group, column in zip(GROUPS, columns, strict=True)
    }
    first, second, third, fourth = st.columns(4)
    least = minimums().group
    minimum = int(first.number_input(_("每类最少人数"), least, 100, least, key="appraisal minimum"))
    small = second.selectbox(
        _("人数不足的类别"), list(SmallGroups), format_func=lambda each: _(each.label), key="appraisal small"
    )
    appeal = int(third.number_input(_("申诉期（天）"), 1, 90, 10, key="appraisal appeal days"))
    answer = int(fourth.number_input(_("答复期（工作日）"), 1, 60, 5, key="appraisal answer days"))
    return AppraisalRules(weights, minimum, small or SmallGroups.MERGE, appeal, answer)


def _begin(survey: str, name: str, persons: list[str], rules: AppraisalRules) -> tuple[tuple[object, ...], str]:
    by, store = session.acting(Action.RUN_APPRAISALS).name, session.store()
    try:
        made, number = begin_appraisal(store, store.surveys.get(survey), name, persons, rules, by=by, now=utc_now())
    except UnfitRules as refused:
        return refused.problems, ""
    left = len(persons) - number
    words = _("已为 {number} 人提出评价人，请在上方核对。").format(number=number)
    more = _("{left} 人已在本轮的另一次评价里，没有重复加入。").format(left=left) if left else ""
    st.query_params["appraisal"] = made.id
    return (), f"{words}{more}"
