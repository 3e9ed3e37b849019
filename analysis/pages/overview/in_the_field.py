"""What is being collected, and alerts about surveys that are silent or were never begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from analysis.monitoring.arrival_rhythm import silent_for, usual_gap
from analysis.pages.overview.notices import InView, Notice
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import drill_down, look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _, join_names, said
from surveys.fieldwork.availability import Availability
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.surveys import SurveyRecord


def quiet(view: InView) -> list[Notice]:
    """Surveys, and departments in them, that are silent for longer than is usual for them.

    Several that never had an answer are told together.
    """
    today = pd.Timestamp(local_day(utc_now()))
    awaited = [each for each in view.found if takes_answers(each.record) and not _is_young(each.record)]
    never = [each for each in awaited if each.arrivals().empty]
    apart = awaited if len(never) <= _TOLD_APART else [each for each in awaited if each not in never]
    told = [(each, _silence(each, today)) for each in apart]
    notices = [
        Notice("wait", _("收集"), _("{title}：{silence}").format(title=said(each.record.survey.title), silence=words),
               "distribution", _("检查发放"), each.record.code)
        for each, words in told
        if words
    ]  # fmt: skip
    return notices if apart is awaited else [*notices, _never(never)]


_TOLD_APART = 2  # so many surveys that never had an answer are named one by one


def _never(found: Sequence[ReleasedAnswers]) -> Notice:
    names = [said(each.record.survey.title) for each in found]
    words = _("{count} 份问卷还没有收到答卷：{names}。").format(count=len(names), names=join_names(names))
    return Notice("wait", _("收集"), words, "distribution", _("检查发放"), found[0].record.code)


YOUNG = timedelta(days=2)  # so long nobody wonders that there are no answers


def _is_young(record: SurveyRecord) -> bool:
    """Whether the survey, or its round, opened so lately that silence says nothing yet."""
    now, kept = utc_now(), record.opening.rounds.open_at(utc_now())
    begun = [record.published_at, record.opening.times.opens_at, kept.opens_at if kept else None]
    return any(each is not None and now - YOUNG < each <= now for each in begun)


def _silence(found: ReleasedAnswers, today: pd.Timestamp) -> str:
    """What is to be said of missing answers; empty where all is as usual."""
    arrived = found.arrivals()
    days = arrived["day"]
    if days.empty:
        return _("还没有收到答卷。")
    if silence := silent_for(days, today):
        words, usual = _("最近 {days} 天没有收到答卷（上一份 {day}）。"), usual_gap(days)
        if usual is not None:
            words = _("最近 {days} 天没有收到答卷（上一份 {day}），以往一般不超过 {usual} 天。")
        return words.format(days=silence, day=f"{days.max():%Y-%m-%d}", usual=usual)
    if found.anonymous:  # who is silent in it is nobody's business
        return ""
    silences = {str(name): silent_for(own, today) for name, own in days.groupby(arrived["department"])}
    quiet = [_("{name}（{days} 天）").format(name=name, days=each) for name, each in silences.items() if each]
    return _("{departments}没有收到答卷，比各自以往的间隔长。").format(departments=join_names(quiet)) if quiet else ""


def takes_answers(record: SurveyRecord) -> bool:
    """Whether it takes answers now; one whose time has not come yet is in the field too."""
    return record.opening.state(utc_now()) is Availability.OPEN


def drafts(view: InView) -> list[Notice]:
    """Surveys that were begun and never published."""
    if not view.account.sees_all_departments:
        return []
    drafts = [each for each in view.records if not each.live and not each.closed]
    return [
        Notice("", _("草稿"), _("{title}：还没有发布。").format(title=said(each.survey.title)), "surveys", _("去发布"),
               about=each.code)
        for each in drafts
    ]


def in_the_field(found: Sequence[ReleasedAnswers]) -> None:
    """How many answers there are of each survey, and since when none came."""
    st.header(_("正在收集"), anchor=False)
    today = pd.Timestamp(local_day(utc_now()))
    rows = []
    for each in found:
        arrived = each.arrivals()
        days, n = arrived["day"], arrived["n"]
        recent, newest = int(n[days > today - pd.Timedelta(days=7)].sum()), days.max()
        last = f"{newest:%Y-%m-%d}" if pd.notna(newest) else "—"
        spans = {"period": "all"}, {"period": "7"}, {"period": "custom", "from": f"{today:%F}", "to": f"{today:%F}"}
        amounts = int(n.sum()), recent, int(n[days == today].sum())
        counts: list[Linked | str] = [_led(each.record, n, span) for n, span in zip(amounts, spans, strict=True)]
        if each.anonymous:  # a day may stand for one person
            counts, last = [counts[0], "—", "—"], "—"
        rows.append((said(each.record.survey.title), *counts, last))
    look.table([_("问卷"), _("已收"), _("近 7 天"), _("今天"), _("最近一份")], rows)
    with st.container(horizontal=True):
        look.link_to("results", _("看满意度"))
        look.link_to("comments", _("看意见"))
        look.link_to("distribution", _("取链接和二维码"))


def _led(record: SurveyRecord, n: int, span: dict[str, str]) -> Linked:
    """A number of answers that leads to them, where there are any and they are shown one by one."""
    readable = n and not record.survey.anonymous
    address = drill_down.address_of("answers", survey=record.code, **span) if readable else ""
    return Linked(n, address, _("看这些答卷"))
