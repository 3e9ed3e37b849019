"""Invitations so long after a date in each file, such as the day somebody moved in: to each in their own time."""

from __future__ import annotations

import streamlit as st

from surveys.console.distribution.campaign_drafts import when_words
from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord


def file_dates(record: SurveyRecord) -> None:
    """Those that there are, and the way to another; nothing of surveys that nobody is invited to."""
    if by_task_alone(record.survey) or record.survey.subject:
        return
    campaigns = [each for each in session.store().campaigns.all() if each.survey == record.code]
    there = [each for each in campaigns if each.plan.schedule.file_date is not None]
    st.markdown(_("**按档案里的日期**"))
    look.soft(_("例如入住 3 个月后、以后每年：日期到了就邀请本人填一次，算在那一天所在的轮次。"))
    if there:
        lines = [(each.plan.name, when_words(each.plan.schedule), _(each.state.label)) for each in there]
        look.table([_("活动"), _("何时邀请"), _("状态")], lines)
    if session.signed_in().may(Action.RUN_CAMPAIGNS) and record.live:
        look.link_to("campaigns", _("新的一条…"), **{"for": record.code, "when": "file_date"})
