"""Rounds on the pages of results: which one is looked at, what they are called, and what is to be known of them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analysis.released import rounds_in_view
from analysis.released.released_answers import ReleasedAnswers
from analysis.released.rounds_in_view import round_before
from surveys.anonymity import minimums
from surveys.console.kit import address, session
from surveys.console.kit.words import _, language, said
from surveys.definition.round_rules import Every
from surveys.fieldwork.availability import local_time
from surveys.fieldwork.rounds import CalendarRound, calendar_round
from surveys.localisation.clock import local_day, utc_now
from surveys.storage.records.rounds import RoundCounts
from surveys.storage.records.surveys import SurveyRecord

ALL = "all"


def chosen_round(found: ReleasedAnswers) -> ReleasedAnswers:
    """The answers of the round in the address, set against the one before; all of them where none is chosen."""
    names = round_names(found)
    if not names:
        return found
    shown = {ALL: _("全部轮次")} | names

    def draw() -> str:
        return st.selectbox(_("轮次"), list(shown), format_func=shown.__getitem__, key="round", width=200)

    code = address.choice("round", shown, draw, ALL)
    return found if code == ALL else found.of_round(code, round_before(names, code))


def round_names(found: ReleasedAnswers) -> dict[str, str]:
    """What the rounds with answers in view are called, by code, the newest first."""
    return rounds_in_view.round_names(found, language())


SOON = timedelta(days=3)  # a round that closes within it wants a look


def round_news(record: SurveyRecord, days: pd.DataFrame | None) -> tuple[str, str] | None:
    """Tone and words of what is to be known of a survey's rounds; None where all goes well.

    *days* are those on which released answers came, as `ReleasedAnswers.arrivals` has them.
    """
    rounds, now = record.opening.rounds, utc_now()
    if rounds.always_open:
        if days is None or not rounds.rule.by_calendar:
            return None
        return _calendar_news(record, days, local_day(now))
    opened, coming = rounds.open_at(now), rounds.next_after(now)
    if opened is not None:
        words = _("“{name}”正在进行，{time} 结束。") if opened.ends_at else _("“{name}”正在进行。")
        ends = local_time(opened.ends_at) if opened.ends_at else ""
        soon = opened.ends_at is not None and opened.ends_at - now < SOON
        return "wait" if soon else "", words.format(name=said(opened.name), time=ends)
    if coming is not None and coming.opens_at is not None:
        return "", _("下一轮“{name}”{time} 开始。").format(name=said(coming.name), time=local_time(coming.opens_at))
    return "bad", _("上一轮已经结束，还没有安排下一轮，现在不能填写。")


def _calendar_news(record: SurveyRecord, days: pd.DataFrame, today: date) -> tuple[str, str] | None:
    """Of the round of today: that nobody answers although it is half over, or that it ends and some are missing."""
    rule = record.opening.rounds.rule
    present = calendar_round(rule, today)
    before = calendar_round(rule, present.first - timedelta(days=1))
    had, came = (_within(days, each) for each in (before, present))
    if had and not came and today - present.first > present.last - today:
        words = _("“{name}”已过半，还没有答卷；上一轮有 {count} 份。")
        return "wait", words.format(name=said(present.name), count=had)
    if rule.cut is Every.WEEK or present.last - today >= SOON:
        return None
    counts = session.store().rounds.counts(record.code).get(present.code, RoundCounts())
    if counts.took_part >= counts.asked or (record.survey.anonymous and counts.asked < minimums().group):
        return None
    words = _("“{name}”{day} 结束，请了 {asked} 人，已填 {count} 人。")
    numbers = {"asked": counts.asked, "count": counts.took_part}
    return "wait", words.format(name=said(present.name), day=present.last, **numbers)


def _within(days: pd.DataFrame, each: CalendarRound) -> int:
    inside = days["day"].between(pd.Timestamp(each.first), pd.Timestamp(each.last))
    return int(days.loc[inside, "n"].sum())
