"""The outside view against the self-check: the same items, answered by customers and by the unit in one round."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from analysis.differences.self_check import OwnAnswers, ViewGap, own_answers, view_gaps
from analysis.exploring import Item
from analysis.exploring.items import items_of
from analysis.interpretation.wordings import signed_figure
from analysis.level.satisfaction import mean_score
from analysis.pages.survey_answers import released_answers
from analysis.released.parts import Column, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import person_name, published_surveys, survey_names
from surveys.console.kit.words import _, join_names, language
from surveys.definition.survey import Audience
from surveys.fieldwork.tasks.task import TaskState
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskSearch

_MOST_NAMED = 20


def draw(view: ReleasedAnswers, items: dict[str, Item], _selection: SelectionInView) -> None:
    """Which items the unit sees better than its customers do, and who answered for it."""
    checks = {each.code: each for each in published_surveys() if _pairs(each, view.record, items)}
    if not checks:
        how = _("用同样题目代码的员工问卷（记名），如模板“供电服务自查”，由各单位自己填写。")
        look.empty(_("没有可对照的自查问卷"), how)
        return
    names = survey_names(list(checks.values()))

    def choose() -> str:
        return st.selectbox(_("自查问卷"), list(names), format_func=names.__getitem__, key="selfcheck")

    record = checks[address.choice("selfcheck", names, choose, next(iter(names)))]
    own = _same_part(released_answers(record, session.signed_in()), view)
    if own is None or not own.n:
        look.empty(_("这一部分还没有自查"), _("换一个轮次或部门，或提醒该单位填写。"))
        return
    shared = _pairs(record, view.record, items)
    said: dict[str, OwnAnswers] = {}
    for column in shared:
        found = own.ask(own_answers, Column(column))
        if found is not None:
            said[column] = found
    customers = {
        column: view.ask(mean_score, Column(column), low=shared[column].low, high=shared[column].high)
        for column in said
        if view.answered(column) >= view.minimum
    }
    _told(view_gaps(said, customers), shared)
    _who(own, record, view)


def _pairs(record: SurveyRecord, other: SurveyRecord, items: dict[str, Item]) -> dict[str, Item]:
    """The rated items that both surveys have on one scale, by column; none of a survey that is no self-check."""
    survey = record.survey
    if record.code == other.code or survey.anonymous or survey.audience is not Audience.STAFF:
        return {}
    there = items_of(survey, language())
    return {
        column: item for column, item in items.items()
        if item.low is not None and column in there and (there[column].low, there[column].high) == (item.low, item.high)
    }  # fmt: skip


def _same_part(own: ReleasedAnswers, view: ReleasedAnswers) -> ReleasedAnswers | None:
    """The self-check in the round, the days and the department that are in view."""
    if view.round is not None:
        if view.round not in own.rounds():
            return None
        own = own.of_round(view.round)
    elif view.period is not None:
        own = own.within(view.period)
    department = view.segments.get("department")
    return own if department is None else own.of_branch(department) if view.leads else own.of_department(department)


def _told(gaps: Sequence[ViewGap], items: dict[str, Item]) -> None:
    if not gaps:
        look.soft(_("没有两边都答了的题，或作答太少。"))
        return
    over = [items[each.code].label for each in gaps if each.clear and each.difference > 0]
    if over:
        st.markdown(_("**自己看得明显比客户高：{names}**").format(names=look.as_written(join_names(over[:5]))))
    else:
        st.markdown(_("**没有哪一题自己看得明显比客户高。**"))
    look.table(
        [_("题目"), _("自评"), _("客户"), _("自评 − 客户（95% 区间）"), _("自评人数"), _("客户人数"), _("判断")],
        [
            (items[each.code].label, f"{each.own.mean:.2f}", each.customers.shown(),
             _with_span(each), each.own.n, each.customers.n, _judged(each))
            for each in gaps
        ],
    )  # fmt: skip


def _with_span(gap: ViewGap) -> str:
    value, low, high = (signed_figure(each, "score") for each in (gap.difference, gap.low, gap.high))
    return _("{value}（{span}）").format(value=value, span=_("{low} 至 {high}").format(low=low, high=high))


def _judged(gap: ViewGap) -> Markup:
    if not gap.clear:
        return look.tag(_("看不出差别"))
    return look.tag(_("自评偏高"), "bad") if gap.difference > 0 else look.tag(_("自评偏低"), "wait")


def _who(own: ReleasedAnswers, record: SurveyRecord, view: ReleasedAnswers) -> None:
    """Who has answered for the units in view, where they did so by tasks."""
    store, department = session.store(), view.segments.get("department")
    within = session.signed_in().scope if department is None else [view.code_of("department", department)]
    wanted = TaskSearch(record.code, view.round, TaskState.DONE, departments=within)
    done = store.tasks.all(wanted, local_day(utc_now()), limit=_MOST_NAMED)
    people = [store.accounts.numbered(each.account) for each in done if each.account is not None]
    names = sorted({person_name(each.name) for each in people if each is not None})
    look.soft(_("只有一份自评时按它本身比较，区间只含客户一边的误差；“偏高”“偏低”按全部题目一起判断。"))
    if names:
        look.soft(_("代表单位填写的：{names}").format(names=join_names(names)))
    else:
        look.soft(_("自查共 {count} 份答卷。").format(count=own.n))
