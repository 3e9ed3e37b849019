"""Calls drawn at random for listening: how many of each agent, from which days, heard by whom."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _, distinct, join_names
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.staff.agent_quality import CallsDrawn, DrawOfCalls, draw_calls
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

_KEY = "draw calls"


def draw(record: SurveyRecord, account: Account) -> None:
    """The form, and what came of it."""
    if (came := actions.outcome(_KEY)) is not None:
        _told(came.value)
    with st.expander(_("抽取通话"), icon=":material/shuffle:"):
        look.soft(_("通话清单在“组织 → 评价对象 → 通话”里从文件导入，或由话务系统通过接口送来。"))
        today = local_day(utc_now())
        first, second, third, fourth = st.columns(4)
        begin = first.date_input(_("通话从"), today - timedelta(days=7), key="draw first")
        end = second.date_input(_("到"), today, key="draw last")
        each = int(third.number_input(_("每人抽取"), 1, 50, 5, key="draw each"))
        share = int(fourth.number_input(_("两人都听（%）"), 0, 100, 20, key="draw twice"))
        active = [one for one in session.store().accounts.all() if one.active]
        people = distinct({str(one.id): one.display_name or one.name for one in active})
        chosen = st.multiselect(
            _("质检员"), list(people), format_func=people.__getitem__, key="draw listeners", placeholder=_("选择人员")
        )
        if actions.button(_("随机抽取"), _KEY, type="primary", disabled=not chosen):
            wanted = DrawOfCalls(begin, end, each, [int(one) for one in chosen], share / 100)
            actions.perform(_KEY, lambda: _drawn(record, wanted))


def _drawn(record: SurveyRecord, wanted: DrawOfCalls) -> CallsDrawn:
    return draw_calls(session.store(), record, wanted, session.acting(Action.CHECK_CALLS), now=utc_now())


def _told(came: CallsDrawn) -> None:
    words = _("已抽取 {agents} 位话务员的 {calls} 通，其中 {twice} 通由两人各听一遍。")
    st.success(words.format(agents=came.agents, calls=came.calls, twice=came.twice))
    if came.short:
        st.warning(_("这几位的通话不够抽：{names}。").format(names=join_names(list(came.short))))
