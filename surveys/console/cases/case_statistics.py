"""Cases in numbers: by state, category and department; times in states; the share answered in time, with interval."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

import streamlit as st

from analysis.intervals.shares import share
from surveys.accounts import Account
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.cases.journeys import answered_within, boxes_emptied_daily, first_reactions, times_in_states
from surveys.cases.states import CaseState
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.cases import working_calendar
from surveys.organisation.working_days import REPLY_WITHIN
from surveys.storage.records.cases import CaseSearch

_PERIODS = {"30": 30, "90": 90, "365": 365}


def draw(account: Account) -> None:
    """Of the cases that came within a period to one's departments; further reports of a matter count once."""
    words = {code: _("最近 {days} 天收到的").format(days=days) for code, days in _PERIODS.items()}

    def draw_periods() -> str | None:
        return st.segmented_control(_("时段"), list(words), format_func=words.__getitem__, key="case_period")

    days = _PERIODS[address.choice("case_period", words, draw_periods, "90")]
    store, now = session.store(), utc_now()
    journeys = store.case_steps.journeys(account.case_scope, now - timedelta(days=days))
    if not journeys:
        look.empty(_("这段时间没有工单"), _("换一个更长的时段看看。"))
        return
    calendar, today = working_calendar(store), local_day(now)
    about = store.case_steps.categories(journeys.keys())
    kept = categories_from(store.organisation.setting(CASE_CATEGORIES))
    limits = {each.name: each.days for each in kept}
    _in_time(*answered_within(journeys, limits, REPLY_WITHIN, about, calendar, today))
    reactions = first_reactions(journeys.values(), calendar)
    if reactions:
        told = _("从收到到第一次有人处理，一半在 {days} 个工作日以内（n = {n}）。")
        look.soft(told.format(days=f"{median(reactions):g}", n=len(reactions)))
    emptied, days_with_mail = boxes_emptied_daily(journeys.values(), calendar)
    if days_with_mail:
        told = _("意见箱有来信的 {days} 天里，{emptied} 天的来信都在下一个工作日之内有人处理。")
        look.soft(told.format(days=days_with_mail, emptied=emptied))
    rows = [(_(each.state.stage), each.median_days, each.longest, each.n) for each in times_in_states(
        journeys.values(), calendar)]  # fmt: skip
    look.table([_("阶段"), _("停留中位数（工作日）"), _("最长（工作日）"), "n"], rows)
    _counts(account)


def _in_time(kept: int, decided: int) -> None:
    found = share(kept, decided)
    if not found.ok:
        look.soft(_("按期答复率：已到期或已答复的还不到 2 件，暂不计算。"))
        return
    value, low, high = found.figures()
    told = _("按期答复 {value}（95% 区间 {low}–{high}，n = {n}）")
    st.markdown(f"**{told.format(value=f'{value:.0%}', low=f'{low:.0%}', high=f'{high:.0%}', n=decided)}**")


def _counts(account: Account) -> None:
    cases, names = session.store().cases, department_names()
    kept = categories_from(session.store().organisation.setting(CASE_CATEGORIES))
    by_category = [(_(each.name), cases.amount(account.case_scope, wanted=CaseSearch(
        category=each.name, mains_only=True))) for each in kept]  # fmt: skip
    look.table([_("类别"), _("工单")], [row for row in by_category if row[1]])
    own = [code for code in names if account.case_scope is None or code in account.case_scope]
    heads = [_("部门"), *(_(each.stage) for each in CaseState), _("超期")]
    today = local_day(utc_now())
    rows = [
        (names[code], *(cases.amount([code], each, wanted=CaseSearch(mains_only=True)) for each in CaseState),
         cases.amount([code], wanted=CaseSearch(late_on=today)))
        for code in own
    ]  # fmt: skip
    look.table(heads, [row for row in rows if any(row[1:])])
