"""The page of tasks: who fills which form about what; given out by rule, by file or one by one, and watched over."""

from __future__ import annotations

import streamlit as st

from surveys.anonymity import minimums
from surveys.console.distribution.tasks import by_file, by_hand, by_rule, listing, own_changes
from surveys.console.kit import look, session
from surveys.console.kit.choosers import say_scope, survey_picker
from surveys.console.kit.words import _, said
from surveys.definition.survey import Audience
from surveys.fieldwork.rounds import code_words
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskCounts


def draw() -> None:
    """How the rounds of a survey stand, ways to give tasks out, and the tasks themselves."""
    look.heading(_("任务"), _("谁在什么时候、关于什么填写哪份问卷：按规则、从文件或逐个下发，到期提醒，可改派和撤销。"))
    account = session.signed_in()
    with_tasks = {each.survey for each in session.store().tasks.counts(local_day(utc_now()))}
    records = [each for each in session.store().surveys.all() if each.live and _fits(each, with_tasks)]
    if not records:
        look.empty(_("还没有按任务填写的问卷"), _("先在“问卷”中发布一份员工问卷，例如部门互评、质检评分卡或现场检查。"))
        return
    record = survey_picker(records)
    say_scope(account, said(record.survey.title))
    _progress(record)
    if account.may(Action.RUN_CAMPAIGNS):
        ways = {_("按规则下发"): by_rule.draw, _("从文件下发"): by_file.draw, _("单独下发"): by_hand.draw}
        for tab, way in zip(st.tabs(list(ways)), ways.values(), strict=True):
            with tab:
                way(record)
        own_changes.draw(record)
    listing.draw(record)


def _fits(record: SurveyRecord, with_tasks: set[str]) -> bool:
    return record.code in with_tasks or by_task_alone(record.survey) or record.survey.audience is Audience.STAFF


def _progress(record: SurveyRecord) -> None:
    """One line for each round. Of an anonymous survey no counts that are so small that they tell of somebody."""
    counts = session.store().tasks.counts(local_day(utc_now()), record.code)
    if not counts:
        look.empty(_("这份问卷还没有任务"), _("用下面的方式下发；轮次开放时，按规则的任务会自动下发。"))
        return
    heads = [_("轮次"), _("任务"), _("已完成"), _("待填"), _("已超期"), _("已撤销")]
    look.table(heads, [_line(record, each) for each in counts])
    if record.survey.anonymous:
        look.soft(_("匿名问卷只显示份数，不显示谁已经填写；人数太少的轮次不显示。"))


def _line(record: SurveyRecord, counts: TaskCounts) -> list[object]:
    told = [counts.done, counts.open, counts.late, counts.withdrawn]
    small = record.survey.anonymous and counts.asked < minimums().group
    return [said(code_words(counts.round)), counts.asked, *(["—"] * 4 if small else told)]
