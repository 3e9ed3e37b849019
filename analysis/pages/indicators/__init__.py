"""The page of indicators and promises: how each stands, how it went, and where its values come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from analysis.improvement.indicator_values import latest, values_of
from analysis.improvement.stored_indicators import StoredIndicators
from analysis.pages.indicators import definition_form, indicator_sheet, values_file
from analysis.pages.indicators.shown import number, reach, standing_tag
from analysis.pages.survey_answers import gate
from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.choosers import department_names, say_scope
from surveys.console.kit.words import _, distinct, said
from surveys.improvement.indicators import Indicator, IndicatorValue
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action

_ALL, _PROMISES, _RETIRED = "all", "promises", "retired"
_KINDS = {_ALL: marked("全部指标"), _PROMISES: marked("服务承诺"), _RETIRED: marked("已停用")}


def draw() -> None:
    """The board, the chosen one below it, then what adds to it."""
    look.heading(
        _("指标与承诺"),
        _("满意度之外要跟踪的数：可靠率、投诉率、按时率……每一期与目标相比；对外的服务承诺看是否兑现。"),
    )
    account = session.signed_in()
    say_scope(account)
    reach_of = account.reach(Action.VIEW_RESULTS)
    found = session.store().indicators.all(None if reach_of is None else sorted(reach_of))
    may = account.may(Action.PLAN_IMPROVEMENT)
    if found:
        _board(found, account)
    else:
        look.empty(_("还没有指标"), _("在下方新建：选数从哪里来，定目标和周期。"))
    if may:
        values_file.draw(found, account)
        definition_form.draw_new(account)


def _board(found: Sequence[Indicator], account: Account) -> None:
    kinds = {_ALL: _followed, _PROMISES: _promised, _RETIRED: _gone}

    def draw_kinds() -> str | None:
        return st.segmented_control(
            _("看哪些"), list(_KINDS), format_func=lambda each: _(_KINDS[each]), key="kind", required=True
        )

    kind = address.choice("kind", _KINDS, draw_kinds, _ALL)
    shown = [each for each in found if kinds[kind](each)]
    if not shown:
        look.soft(_("没有这样的指标。"))
        return
    measuring = StoredIndicators(session.store(), gate(), local_day(utc_now()))
    values = {each.code: values_of(each, measuring) for each in shown}
    departments = department_names()
    heads = [_("指标"), _("最近一期"), _("数值（95% 区间）"), _("目标"), _("情况"), _("部门")]
    look.table(heads, [_row(each, values[each.code], departments) for each in shown])
    names = distinct({each.code: each.name for each in shown})

    def draw_names() -> str:
        return st.selectbox(_("打开指标"), list(names), format_func=names.__getitem__, key="indicator")

    chosen = address.choice("indicator", names, draw_names, shown[0].code)
    opened = next(each for each in shown if each.code == chosen)
    indicator_sheet.draw(opened, values[chosen], account)


def _row(indicator: Indicator, values: Sequence[IndicatorValue], departments: Mapping[str, str]) -> list[object]:
    last = latest(values)
    department = departments.get(indicator.department or "", _("全单位"))
    target = "—" if indicator.target is None else number(indicator.target, indicator)
    name: object = indicator.name
    if indicator.promise:
        name = Markup("{} {}").format(indicator.name, look.tag(_("承诺")))
    if last is None:
        return [name, "—", _("还没有数据"), target, "—", department]
    return [name, said(last.period.name), reach(last, indicator), target, standing_tag(last, indicator), department]


def _followed(indicator: Indicator) -> bool:
    return indicator.retired_on is None


def _promised(indicator: Indicator) -> bool:
    return bool(indicator.promise) and indicator.retired_on is None


def _gone(indicator: Indicator) -> bool:
    return indicator.retired_on is not None
