"""Typing in the value of a period, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.pages.indicators.shown import number
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _, said
from surveys.improvement.indicator_files import number_of
from surveys.improvement.indicators import Indicator, IndicatorErrors, IndicatorSource, IndicatorValue, period_of
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action

LONGEST_NOTE = 200


def draw(indicator: Indicator, values: Sequence[IndicatorValue], account: Account) -> None:
    """Only for periods whose values are typed in; older ones than the list shows are written by name."""
    entered = [each for each in values if indicator.in_force(each.period).source is IndicatorSource.ENTERED]
    if not entered:
        return
    with st.expander(_("登记数值"), icon=":material/edit:"):
        names = {each.period.code: said(each.period.name) for each in reversed(entered)}
        missing = next((each.period.code for each in reversed(entered) if each.value is None), next(iter(names)))
        with st.form(f"enter {indicator.code}", border=False, clear_on_submit=True):
            left, right = st.columns(2)
            period = left.selectbox(
                _("期间"), list(names), list(names).index(missing), format_func=names.__getitem__,
                accept_new_options=True, help=_("更早的可以直接写，如 2024-03、2024年第二季度。"),
            )  # fmt: skip
            label = _("数值") + (f"（{indicator.current.unit}）" if indicator.current.unit else "")
            written = right.text_input(label, placeholder="99.965")
            note = st.text_input(_("备注（来源、口径说明，可不填）"), max_chars=LONGEST_NOTE)
            if st.form_submit_button(_("登记"), type="primary", key=f"enter value {indicator.code}"):
                _enter(indicator, str(period or ""), written, note, account)
        _take_back(indicator, names)


def _enter(indicator: Indicator, written: str, value_written: str, note: str, account: Account) -> None:
    session.acting(Action.PLAN_IMPROVEMENT, indicator.department)
    period, value = period_of(written, indicator.every), number_of(value_written)
    today = local_day(utc_now())
    if period is None:
        st.error(
            _("“{period}”不是一期，应写成如 {example}").format(period=written, example=indicator.period(today).code)
        )
    elif period.first > today:
        st.error(_("{period} 还没有开始，不能登记").format(period=said(period.name)))
    elif indicator.in_force(period).source is not IndicatorSource.ENTERED:
        st.error(_("这一期由系统计算，不能登记"))
    elif value is None:
        st.error(_("“{value}”不是一个数").format(value=value_written))
    else:
        try:
            session.store().indicators.enter(
                indicator.code, {period.code: value}, by=account.name, day=today, note=note.strip()
            )
        except (IndicatorErrors, KeyError) as refused:
            st.error(said(refused.args[0]))
            return
        look.done(_("已登记 {period}：{value}").format(period=said(period.name), value=number(value, indicator)))


def _take_back(indicator: Indicator, names: dict[str, str]) -> None:
    there = [code for code in session.store().indicators.entered(indicator.code) if code in names]
    if not there:
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    chosen = left.selectbox(
        _("撤回登记错的一期"), there[::-1], None, format_func=names.__getitem__, key=f"taken back {indicator.code}"
    )
    if right.button(_("撤回"), key=f"take back {indicator.code}", disabled=chosen is None) and chosen is not None:
        account = session.acting(Action.PLAN_IMPROVEMENT, indicator.department)
        try:
            session.store().indicators.take_back(indicator.code, chosen, by=account.name)
        except KeyError:
            st.error(_("别人已经撤回了这一期，请刷新后再看。"))
            return
        look.done(_("已撤回 {period}").format(period=names[chosen]))
