"""One indicator: what is promised, how it went, what it was worked out of since when, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from analysis.charts.indicator_chart import indicator_chart
from analysis.pages.chart import chart
from analysis.pages.indicators import change_form, definition_form, entered_values
from analysis.pages.indicators.shown import plain, reach, standing_tag
from surveys.accounts import Account
from surveys.console.kit import actions, look
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, language, said
from surveys.improvement.indicators import Indicator, IndicatorValue
from surveys.localisation.language import in_words, marked
from surveys.permissions import Action

_COMPARABLE = {True: marked("可比"), False: marked("不可比，另起一条线")}


def draw(indicator: Indicator, values: Sequence[IndicatorValue], account: Account) -> None:
    """Chart and table first; forms below for whoever keeps it."""
    st.header(look.as_written(indicator.name), anchor=False)
    if indicator.promise:
        st.markdown(_("承诺：**{words}**").format(words=look.as_written(indicator.promise)))
    look.soft(" · ".join(filter(None, (
        _(indicator.wanted.label), _(indicator.every.label), _(indicator.current.source.label), _owner(indicator)
    ))))  # fmt: skip
    there = [each for each in values if each.value is not None]
    if there:
        _chart(indicator, there)
    heads = [_("期间"), _("数值（95% 区间）"), _("情况"), _("口径")]
    look.table(heads, [
        (said(each.period.name), reach(each, indicator), standing_tag(each, indicator),
         _("第 {number} 版").format(number=indicator.definitions.index(indicator.in_force(each.period)) + 1))
        for each in reversed(values)
    ])  # fmt: skip
    _definitions(indicator)
    if account.may(Action.PLAN_IMPROVEMENT, indicator.department):
        if indicator.retired_on is None:
            entered_values.draw(indicator, values, account)
            change_form.draw(indicator, account)
            definition_form.draw_revision(indicator, account)
        _retire(indicator)


def _owner(indicator: Indicator) -> str:
    return _("负责人：{name}").format(name=person_name(indicator.owner)) if indicator.owner else ""


def _chart(indicator: Indicator, there: Sequence[IndicatorValue]) -> None:
    rows = pd.DataFrame([
        {
            "period": said(each.period.name), "value": each.value, "low": each.low, "high": each.high, "n": each.n,
            "shown": plain(each.value or 0.0), "interval": reach(each, indicator) if each.low is not None else "",
            "line": str(indicator.line(each.period)), "unfinished": each.unfinished,
        }
        for each in there
    ])  # fmt: skip
    title = indicator.name + (f"（{indicator.current.unit}）" if indicator.current.unit else "")
    chart(indicator_chart, rows, title=title, target=indicator.target, language=language())


def _definitions(indicator: Indicator) -> None:
    if len(indicator.definitions) == 1:
        return
    with st.expander(_("口径的变更（{count} 次）").format(count=len(indicator.definitions) - 1)):
        look.table([_("版"), _("从"), _("数从哪里来"), _("与以前"), _("为什么"), _("谁改的")], [
            (number, said(indicator.period(each.since).name), _(each.source.label),
             "—" if number == 1 else _(_COMPARABLE[each.comparable]), each.reason, person_name(each.set_by))
            for number, each in enumerate(indicator.definitions, 1)
        ])  # fmt: skip


def _retire(indicator: Indicator) -> None:
    key = f"retire indicator {indicator.code}"
    if actions.button(_("停用") if indicator.retired_on is None else _("重新启用"), key):
        actions.perform(key, partial(change_form.retire, indicator))
    if (came := actions.outcome(key)) is not None and came.value:
        st.error(in_words(came.value, language()))
