"""Alerts that are dealt with: seen, put off, or muted with a reason; for oneself, or for all of one's role here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import streamlit as st

from analysis.pages.overview.notices import Notice
from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import own_departments_in_words, person_name
from surveys.console.kit.words import _
from surveys.console.kit.words import reason as reason_of
from surveys.improvement.alert_marks import LONGEST_REASON, AlertMark, AlertState, UnfitMark, hiding, readers_of
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action

Marks = Mapping[str, tuple[Notice, AlertMark]]
"""By the key of an alert: what it says today, and what sets it aside."""
_WEEK = timedelta(days=7)
_KEEP = "set alert aside"


def standing(account: Account, notices: Sequence[Notice]) -> Marks:
    """Those of the *notices* that are set aside today."""
    today, marks = local_day(utc_now()), session.store().alert_marks.of(readers_of(account))
    found = {each.key: (each, hiding(marks, each.key, each.news or each.words, today)) for each in notices}
    return {key: (notice, mark) for key, (notice, mark) in found.items() if mark is not None}


def draw(account: Account, notices: Sequence[Notice], marks: Marks) -> None:
    """Folded away: a form that sets one of the *notices* aside, and what is set aside with its way back."""
    if not notices and not marks:
        return
    title = _("处理提醒（已处理 {count} 项）").format(count=len(marks)) if marks else _("处理提醒")
    with st.expander(title, icon=":material/notifications_paused:"):
        if notices:
            _form(account, notices)
        for key, (notice, mark) in marks.items():
            _one(key, notice, mark)


def _form(account: Account, notices: Sequence[Notice]) -> None:
    by_key = {each.key: each for each in notices}
    today = local_day(utc_now())
    titles = {key: _("{label}：{words}").format(label=each.label, words=each.words) for key, each in by_key.items()}
    key = st.selectbox(_("哪一条"), list(titles), format_func=titles.__getitem__, key="alert to set aside")
    labels = {each: _(each.label) for each in AlertState}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = st.segmented_control(
            _("怎样处理"), list(AlertState), format_func=labels.__getitem__, key="alert state", default=AlertState.SEEN,
            required=True,
        )  # fmt: skip
        until = st.date_input(
            _("到哪天再提醒"), today + _WEEK, min_value=today + timedelta(days=1), key="alert until", width=180,
            disabled=state is not AlertState.SNOOZED,
        )  # fmt: skip
        reason = st.text_input(_("理由"), key="alert reason", max_chars=LONGEST_REASON)
    alone, together = readers_of(account)
    named = {alone: _("只对我"), together: _colleagues(account)}
    readers = st.radio(_("对谁"), list(named), format_func=named.__getitem__, key="alert readers", horizontal=True)
    look.soft(_("“知道了”的提醒说的情况有变时会再出现；每次处理都记入审计。"))
    if actions.button(_("确定"), _KEEP):
        notice = by_key[key]
        mark = AlertMark(
            notice.key, readers or alone, state or AlertState.SEEN, notice.news or notice.words,
            until if state is AlertState.SNOOZED else None, reason,
        )  # fmt: skip
        actions.perform(_KEEP, partial(_keep, mark))
    if (came := actions.outcome(_KEEP)) is not None and came.value:
        st.error(came.value)


def _colleagues(account: Account) -> str:
    """All of the role in the same departments, in words."""
    role, departments = _(account.role.label), own_departments_in_words(account)
    return _("{departments}的全部{role}").format(departments=departments or _("全单位"), role=role)


def _keep(mark: AlertMark) -> str:
    """What is wrong with it, in words; empty where it is kept."""
    try:
        session.store().alert_marks.keep(mark, by=session.acting(Action.USE_CONSOLE).name, day=local_day(utc_now()))
    except UnfitMark as wrong:
        return reason_of(wrong)
    return ""


def _one(key: str, notice: Notice, mark: AlertMark) -> None:
    """What is set aside, by whom and why; whoever it holds for may take it back."""
    again = f"alert again {key}"
    with st.container(horizontal=True, vertical_alignment="center"):
        till = _("到 {day}").format(day=mark.until) if mark.until else ""
        who = "" if not mark.readers.shared else _("{name} 为同岗位的人处理").format(name=person_name(mark.set_by))
        facts = " · ".join(filter(None, (_(mark.state.label), till, mark.reason, who, str(mark.set_on))))
        look.soft(_("{words}（{facts}）").format(words=notice.words, facts=facts))
        if actions.button(_("恢复提醒"), again, type="tertiary"):
            actions.perform(again, partial(_again, mark))


def _again(mark: AlertMark) -> None:
    session.store().alert_marks.take_back(mark, by=session.acting(Action.USE_CONSOLE).name)
