"""The library of lessons: looked for in plain words, read, written, and signed off by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from analysis.improvement.lesson_words import words_of
from analysis.pages.lessons import lesson_form
from surveys.accounts import Account
from surveys.console.kit import actions, address, look, session
from surveys.console.kit.choosers import department_names, person_name
from surveys.console.kit.words import _, distinct, said
from surveys.improvement.lessons import Lesson
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.sqlite.improvement.lessons import seen_by

_ALL, _WAITING = "all", "waiting"
_KINDS = {_ALL: marked("全部"), _WAITING: marked("等待审签")}
_SHOWN = 50


def draw() -> None:
    """Search first; then the chosen lesson, and a form for a new one."""
    look.heading(_("案例库"), _("发生了什么、原因、什么办法有用、效果多大；审签后所有管理者都能查到。"))
    account = session.signed_in()
    address.asked("of", "about", "effect")

    def typed() -> str | None:
        return st.text_input(_("查找"), key="q", placeholder=_("如：停电 通知 不及时"))

    asked = address.typed_text("q", typed)

    def draw_kinds() -> str | None:
        return st.segmented_control(
            _("看哪些"), list(_KINDS), format_func=lambda each: _(_KINDS[each]), key="kind", required=True
        )

    kind = address.choice("kind", _KINDS, draw_kinds, _ALL)
    found = [each for each in _found(asked, account) if kind == _ALL or not each.signed]
    if found:
        _listed(found, account)
    elif asked:
        look.empty(_("没有找到"), _("换一个说法，或少写几个词。"))
    else:
        look.empty(_("还没有经验"), _("工单办结、措施见效之后，在下方写下来，别的部门就能用上。"))
    lesson_form.draw(None, account)


def _found(asked: str, account: Account) -> list[Lesson]:
    kept = session.store().lessons
    words = words_of(asked)
    found = kept.like(words) if words else [] if asked.strip() else kept.all()
    return seen_by(found, account.name, account.scope)[:_SHOWN]


def _listed(found: Sequence[Lesson], account: Account) -> None:
    names = department_names()
    look.table([_("经验"), _("来自"), _("部门"), _("写下"), _("审签")], [
        (each.title, _(each.source.label), names.get(each.department or "", _("全单位")), str(each.written_on or ""),
         look.tag(person_name(each.signed_by), "good") if each.signed else look.tag(_("等待审签"), "wait"))
        for each in found
    ])  # fmt: skip
    titles = distinct({each.code: each.title for each in found})

    def draw_titles() -> str:
        return st.selectbox(_("打开"), list(titles), format_func=titles.__getitem__, key="lesson")

    chosen = address.choice("lesson", titles, draw_titles, found[0].code)
    _opened(next(each for each in found if each.code == chosen), account)


def _opened(lesson: Lesson, account: Account) -> None:
    with st.container(border=True):
        st.header(look.as_written(lesson.title), anchor=False)
        parts = {
            _("发生了什么"): lesson.happened, _("原因"): lesson.cause, _("什么办法有用"): lesson.helped,
            _("测得的效果"): lesson.effect, _("阶段"): lesson.stage,
        }  # fmt: skip
        for label, text in parts.items():
            if text:
                look.soft(label)
                look.written(text)
        written = _("{name} 写于 {day}").format(name=person_name(lesson.written_by), day=lesson.written_on)
        look.soft(written)
        _buttons(lesson, account)
    if account.may_for(Action.PLAN_IMPROVEMENT, lesson.department):
        lesson_form.draw(lesson, account)


def _buttons(lesson: Lesson, account: Account) -> None:
    may = account.may_for(Action.PLAN_IMPROVEMENT, lesson.department)
    key = f"sign lesson {lesson.code}"
    if not lesson.signed and account.name == lesson.written_by:
        look.soft(_("等待审签：由写的人以外的人审签。"))
    elif not lesson.signed and may and actions.button(_("审签"), key, type="primary"):
        actions.perform(key, partial(_sign, lesson))
    if (came := actions.outcome(key)) is not None and came.value:
        st.error(said(came.value))


def _sign(lesson: Lesson) -> Message | None:
    account = session.acting(Action.PLAN_IMPROVEMENT)
    if not account.may_for(Action.PLAN_IMPROVEMENT, lesson.department):
        return saying("这条经验由别的部门审签。")
    try:
        session.store().lessons.sign(lesson, by=account.name, day=local_day(utc_now()))
    except (ChangedMeanwhile, ValueError):
        return saying("别人刚刚改过这条经验，请刷新后再看。")
    return None
