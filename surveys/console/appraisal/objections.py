"""Objections to reports: who may examine each, by when it is answered, and what comes of it beside the first figure."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.appraisal.appraisal import LONGEST_TEXT, Appeal, AppealOutcome, Appraisal, Appraised
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, said
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Message
from surveys.operations.staff.appraisals import answer_appeal, examiners_problem
from surveys.permissions import Action

_ANSWER = "answer appeal"


def draw(appraisal: Appraisal, people: Sequence[Appraised], account: Account) -> None:
    """All objections, those due first first."""
    appeals = session.store().appraisals.appeals(appraisal.id)
    if not appeals:
        look.empty(
            _("没有申诉"),
            _("报告发布后 {days} 天内，本人可以在“我的任务”里提出申诉。").format(days=appraisal.rules.appeal_days),
        )
        return
    for each in appeals:
        if (came := actions.outcome(f"{_ANSWER} {each.person}")) is not None:
            if came.value is None:
                st.success(_("已答复，本人可以看到。"))
            else:
                st.error(said(came.value))
    by_person = {each.person: each for each in people}
    names = session.store().subjects.names("person")
    for each in appeals:
        if each.person in by_person:
            with st.container(border=True):
                _one(appraisal, by_person[each.person], each, account, names.get(each.person, each.person))


def _one(appraisal: Appraisal, one: Appraised, appeal: Appeal, account: Account, name: str) -> None:
    st.markdown(f"**{look.as_written(name)}**")
    problem = examiners_problem(session.store(), account, appraisal, one)
    if problem is not None:
        look.soft(said(problem))
        return
    look.written(appeal.words)
    look.soft(_("{filed} 提出，{due} 前答复").format(filed=appeal.filed_on, due=appeal.due_on))
    if appeal.outcome is not None:
        look.written(appeal.answer)
        words = _("{outcome}，{name} 于 {day} 答复")
        look.soft(
            words.format(outcome=_(appeal.outcome.label), name=person_name(appeal.answered_by), day=appeal.answered_on)
        )
        return
    if appeal.late(local_day(utc_now())):
        st.warning(_("答复已超期"))
    _form(appraisal, one, appeal)


def _form(appraisal: Appraisal, one: Appraised, appeal: Appeal) -> None:
    key = f"appeal {appraisal.id} {one.person}"
    outcome = st.selectbox(
        _("结论"), list(AppealOutcome), index=None, format_func=lambda each: _(each.label), key=f"{key} outcome",
        placeholder=_("请选择"),
    )  # fmt: skip
    words = st.text_area(_("答复"), max_chars=LONGEST_TEXT, key=f"{key} words")
    corrected = st.number_input(
        _("更正后的综合得分（可不填）"), 0.0, 100.0, None, key=f"{key} corrected",
        help=_("原来的得分保留，更正写在旁边。"),
    )  # fmt: skip
    if actions.button(_("答复"), f"{_ANSWER} {one.person}", type="primary", disabled=outcome is None):
        actions.perform(f"{_ANSWER} {one.person}", lambda: _answer(appraisal, one, outcome, words, corrected))


def _answer(
    appraisal: Appraisal, one: Appraised, outcome: AppealOutcome | None, words: str, corrected: float | None
) -> Message | None:
    account = session.acting(Action.EXAMINE_APPEALS)
    chosen = outcome or AppealOutcome.REJECTED
    return answer_appeal(session.store(), account, appraisal, one, chosen, words, corrected, now=utc_now())
