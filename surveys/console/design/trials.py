"""A survey on trial: how many have tried it, clearing that, and the start, from which on answers count."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.answer_rows import answer_rows
from surveys.console.kit.words import _, said
from surveys.permissions import Action
from surveys.storage.records.set_apart import NotOnTrial, SetApartWhy
from surveys.storage.records.surveys import SurveyRecord

_SHOWN = 50


def amount(record: SurveyRecord) -> int:
    """How many answers there are from a trial, on now or over."""
    return session.store().set_apart.amount(record.code, SetApartWhy.TRIAL)


def start(record: SurveyRecord) -> None:
    """Ends the trial, with what becomes of its answers said before."""
    with st.popover(_("正式开始…")):
        tried = amount(record)
        look.soft(_("试填了 {count} 份，都不计入。正式开始之后收到的才计入，打开次数也从零数起。").format(count=tried))
        keep = st.checkbox(_("保留试填的答卷（单独存放，永远不计入）"), key=f"keep trial {record.code}")
        if st.button(_("正式开始"), type="primary", key=f"end trial {record.code}"):
            account = session.acting(Action.DESIGN_SURVEYS)
            try:
                session.store().trials.end(record.code, keep=keep, by=account.name)
            except NotOnTrial:
                st.error(_("没有改动：这份问卷已经正式开始。"))
            else:
                look.done(_("“{title}”已正式开始，从现在起收到的答卷计入。").format(title=said(record.survey.title)))


def tried(record: SurveyRecord) -> None:
    """The answers of the trial, apart from all others; of an anonymous survey their number alone."""
    count = amount(record)
    if not record.trial and not count:
        return
    with st.expander(_("试填的答卷（{count} 份，不计入）").format(count=count), expanded=record.trial):
        if record.trial:
            look.soft(_("正在试填：表单照常可用，答卷单独存放，不进任何数字、配额、抽奖和应答率。"))
        if count and not record.survey.anonymous:
            found = session.store().set_apart.of(record.code, SetApartWhy.TRIAL)
            answer_rows(record, [each.response for each in found[:_SHOWN]])
        if count and session.signed_in().may(Action.SET_ANSWERS_APART):
            with st.popover(_("清空试填…")):
                if st.button(_("确认清空"), key=f"clear trial {record.code}"):
                    account = session.acting(Action.SET_ANSWERS_APART)
                    gone = session.store().trials.clear(record.code, by=account.name)
                    look.done(_("已删除 {count} 份试填的答卷。").format(count=gone))
