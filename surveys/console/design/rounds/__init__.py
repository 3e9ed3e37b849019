"""The rounds of a survey: how often it is asked, which are planned, open and over, and what has come of each."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.rounds.file_dates import file_dates
from surveys.console.design.rounds.lists import calendar_rounds, kept_rounds
from surveys.console.design.rounds.rule import rule_section
from surveys.console.kit import look, session
from surveys.console.kit.words import _, said
from surveys.storage.records.surveys import SurveyRecord


def rounds_page(record: SurveyRecord) -> None:
    """The rule, the list, and what can be done with each."""
    look.heading(
        _("{title} · 轮次").format(title=said(record.survey.title)),
        _("一轮是问卷问一遍：每人每轮填一次，结果按轮比较。已经开始填写的答卷，轮次结束后仍计入那一轮。"),
    )
    st.button(_("全部问卷"), icon=":material/arrow_back:", type="tertiary", on_click=st.query_params.clear)
    rule_section(record)
    counts = session.store().rounds.counts(record.code)
    if record.opening.rounds.rule.by_calendar:
        calendar_rounds(record, counts)
    else:
        kept_rounds(record, counts)
    file_dates(record)
