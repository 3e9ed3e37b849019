"""Writing a lesson down: a new one, from a case or a measure where the address says so, or one that is there."""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st

from analysis.improvement.lesson_words import words_of
from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import departments_for
from surveys.console.kit.words import _, reason, said
from surveys.improvement.lessons import (
    LONGEST_PART,
    LONGEST_STAGE,
    LONGEST_TITLE,
    Lesson,
    LessonErrors,
    LessonSource,
)
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile


def draw(present: Lesson | None, account: Account) -> None:
    """Opened where the address names what it is of."""
    begun = _begun(account) if present is None else present
    title = _("写一条经验") if present is None else _("修改")
    key = present.code if present else "new"
    with st.expander(title, expanded=present is None and bool(begun.reference), icon=":material/edit_note:"):
        look.soft(_("不要写客户的姓名、电话、地址：审签后所有管理者都能看到。"))
        if present is not None and present.signed:
            look.soft(_("已审签；修改后要重新审签。"))
        with st.form(f"lesson {key}", border=False):
            changed = _fields(begun, account)
            if st.form_submit_button(_("保存"), type="primary", key=f"keep lesson {key}"):
                _keep(changed, present, account)
        if present is not None and actions.button(_("删除"), f"delete lesson {key}"):
            _remove(present)


def _begun(account: Account) -> Lesson:
    """An empty one, or what is known of the case or measure that the address names, as far as one may see it."""
    kind, about = st.query_params.get("of", ""), st.query_params.get("about", "")
    own = account.departments[0] if account.departments else None
    blank = Lesson("", "", "", "", "", department=own)
    if kind == LessonSource.CASE:
        case = session.store().cases.get(about)
        if case is not None and account.may(Action.ANSWER_CASES, case.department):
            return replace(
                blank, source=LessonSource.CASE, reference=about, helped=case.reply, department=case.department
            )
    if kind == LessonSource.MEASURE:
        measure = next((each for each in session.store().plans.measures() if each.id == about), None)
        plan = session.store().plans.get(measure.plan) if measure else None
        if measure and plan and account.may_for(Action.PLAN_IMPROVEMENT, plan.department):
            return replace(
                blank, title=plan.title, source=LessonSource.MEASURE, reference=about, helped=measure.title,
                department=plan.department, effect=st.query_params.get("effect", "")[:LONGEST_PART],
            )  # fmt: skip
    return blank


def _fields(begun: Lesson, account: Account) -> Lesson:
    title = st.text_input(_("标题"), begun.title, max_chars=LONGEST_TITLE)
    happened = st.text_area(_("发生了什么"), begun.happened, max_chars=LONGEST_PART)
    cause = st.text_area(_("原因"), begun.cause, max_chars=LONGEST_PART)
    helped = st.text_area(_("什么办法有用"), begun.helped, max_chars=LONGEST_PART)
    effect = st.text_area(_("测得的效果"), begun.effect, max_chars=LONGEST_PART)
    left, middle, right = st.columns(3)
    source = left.selectbox(_("来自"), list(LessonSource), list(LessonSource).index(begun.source),
                            format_func=lambda each: _(each.label))  # fmt: skip
    stage = middle.text_input(_("项目阶段（可不填）"), begun.stage, max_chars=LONGEST_STAGE)
    places = departments_for(account, Action.PLAN_IMPROVEMENT) or {"": _("全单位")}
    usual = begun.department if begun.department in places else next(iter(places))
    department = right.selectbox(
        _("部门"), list(places), list(places).index(usual or ""), format_func=places.__getitem__
    )
    return replace(
        begun, title=title.strip(), happened=happened.strip(), cause=cause.strip(), helped=helped.strip(),
        effect=effect.strip(), source=source or begun.source, stage=stage.strip(), department=department or None,
    )  # fmt: skip


def _keep(lesson: Lesson, present: Lesson | None, account: Account) -> None:
    acting = session.acting(Action.PLAN_IMPROVEMENT)
    if not all(acting.may_for(Action.PLAN_IMPROVEMENT, each.department) for each in (lesson, present) if each):
        st.error(_("不能写别的部门的经验。"))
        return
    kept = lesson if present else replace(lesson, code=secrets.token_hex(6))
    try:
        session.store().lessons.keep(
            kept, words_of(kept.text), by=account.name, day=local_day(utc_now()), seen=present
        )
    except LessonErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    except ChangedMeanwhile as refused:
        st.error(reason(refused))
        return
    for name in ("of", "about", "effect"):
        st.query_params.pop(name, None)
    st.query_params["lesson"] = kept.code
    look.done(_("已保存，等待审签。"))


def _remove(lesson: Lesson) -> None:
    account = session.acting(Action.PLAN_IMPROVEMENT)
    if not account.may_for(Action.PLAN_IMPROVEMENT, lesson.department):
        return
    try:
        session.store().lessons.remove(lesson.code, by=account.name)
    except KeyError:
        st.error(_("别人已经删除了这条经验。"))
        return
    look.done(_("已删除。"))
