"""A new indicator, and another way of working one out from some period on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import streamlit as st

from analysis.figures import FIGURES
from analysis.frames import rated_dimensions
from analysis.pages.indicators import change_form
from analysis.pages.plans.new_plan import owners
from surveys.accounts import Account
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.console.kit import look, session
from surveys.console.kit.choosers import departments_for, published_surveys, survey_names
from surveys.console.kit.words import _, distinct, language, said
from surveys.definition.round_rules import Every
from surveys.improvement.indicators import (
    LONGEST_REASON,
    LONGEST_UNIT,
    BetterWhen,
    Indicator,
    IndicatorDefinition,
    IndicatorErrors,
    IndicatorSource,
)
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.order_times import stages_of
from surveys.permissions import Action

_BACK = timedelta(days=365)  # a new indicator looks back so far: what is there of its past is its past


def draw_new(account: Account) -> None:
    """Where its values come from first: what else there is to say follows from it."""
    with st.expander(_("新建指标或承诺"), icon=":material/add:"):
        today = local_day(utc_now())
        definition = _definition(account, "new", today - _BACK)
        if definition is None:
            return
        places = departments_for(account, Action.PLAN_IMPROVEMENT)
        with st.form("new indicator", border=False):
            left, right = st.columns(2)
            every = left.selectbox(_("周期"), list(Every), list(Every).index(Every.MONTH),
                                   format_func=_label)  # fmt: skip
            department = right.selectbox(_("部门"), list(places), format_func=places.__getitem__)
            direction, every = _usual_direction(definition.source), every or Every.MONTH
            blank = Indicator("", "", direction, every, (definition,), owner=account.name)
            described, target = change_form.fields(blank, account)
            look.soft(_("全单位的指标，所有能看结果的人都看得到。"))
            if st.form_submit_button(_("建立"), type="primary", key="add indicator"):
                _add(described, target, department or None, account, today)


def draw_revision(indicator: Indicator, account: Account) -> None:
    """Another source, unit or meaning from a later period on, with the reason and whether trends go on."""
    with st.expander(_("改口径")):
        look.soft(_("以前各期按原来的口径保留；这里写明从哪一期起、改了什么、新旧能不能比。"))
        today = local_day(utc_now())
        since = st.date_input(_("从哪一天所在的一期起"), today, key=f"since {indicator.code}")
        definition = _definition(account, indicator.code, since if isinstance(since, date) else today)
        if definition is None:
            return
        with st.form(f"redefine {indicator.code}", border=False):
            reason = st.text_area(_("为什么改、改了什么"), max_chars=LONGEST_REASON)
            comparable = st.checkbox(_("新旧口径可比，走势可以连着看"))
            if st.form_submit_button(_("保存新口径"), key=f"redefine {indicator.code} now"):
                session.acting(Action.PLAN_IMPROVEMENT, indicator.department)
                _redefine(indicator, _with_reason(definition, reason, comparable), account, today)


def _with_reason(definition: IndicatorDefinition, reason: str, comparable: bool) -> IndicatorDefinition:
    return IndicatorDefinition(
        definition.since, definition.source, definition.about, definition.unit, comparable, reason.strip()
    )


def _redefine(indicator: Indicator, definition: IndicatorDefinition, account: Account, today: date) -> None:
    try:
        session.store().indicators.define(indicator.code, definition, by=account.name, day=today)
    except IndicatorErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    look.done(_("新口径已保存。"))


def _add(described: Indicator, target: str, department: str | None, account: Account, today: date) -> None:
    if not account.may(Action.PLAN_IMPROVEMENT, department):
        st.error(_("不能为这个部门建立指标。"))
        return
    if target.strip() and described.target is None:
        st.error(_("目标“{target}”不是一个数").format(target=target))
        return
    new = Indicator(
        secrets.token_hex(6), described.name, described.wanted, described.every, described.definitions,
        described.target, department, described.promise, described.owner,
    )  # fmt: skip
    try:
        session.store().indicators.add(new, frozenset(owners()), by=account.name, day=today)
    except IndicatorErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    st.query_params["indicator"] = new.code
    look.done(_("已建立“{name}”。").format(name=new.name))


def _usual_direction(source: IndicatorSource) -> BetterWhen:
    return BetterWhen.LOWER if source is IndicatorSource.CASES else BetterWhen.HIGHER


def _definition(account: Account, key: str, since: date) -> IndicatorDefinition | None:
    """What the fields of the chosen source say; None while something is missing, which is said."""
    source = (
        st.selectbox(_("数从哪里来"), list(IndicatorSource), format_func=_label, key=f"source {key}")
        or IndicatorSource.ENTERED
    )
    about = _FIELDS[source](key)
    if about is None:
        return None
    unit = "%" if source.percent else about.pop("unit", "")
    return IndicatorDefinition(since, source, about, unit)


def _label(thing: IndicatorSource | Every) -> str:
    return _(thing.label)


def _entered(key: str) -> dict[str, str]:
    unit = st.text_input(_("单位（可不填）"), key=f"unit {key}", max_chars=LONGEST_UNIT, placeholder="%")
    return {"unit": unit.strip()}


def _answers(key: str) -> dict[str, str] | None:
    records = {each.code: each for each in published_surveys()}
    if not records:
        look.soft(_("先发布一份问卷并收到答卷。"))
        return None
    names = survey_names(list(records.values()))
    left, middle, right = st.columns(3)
    survey = left.selectbox(_("问卷"), list(names), format_func=names.__getitem__, key=f"survey {key}")
    record = records[survey]
    figures = {code: said(each.name) for code, each in FIGURES.items() if each.items(record.survey)}
    if not figures:
        look.soft(_("这份问卷没有可以跟踪的得分。"))
        return None
    figure = middle.selectbox(_("看什么"), list(figures), format_func=figures.__getitem__, key=f"figure {key} {survey}")
    dimensions = rated_dimensions(record.survey, language())
    items = {
        each.code: dimensions[each.code].label if each.code in dimensions else each.code or _("全部")
        for each in FIGURES[figure].items(record.survey)
    }
    item = right.selectbox(
        _("哪一项"), list(items), format_func=distinct(items).__getitem__, key=f"item {key} {figure}"
    )
    unit = "%" if FIGURES[figure].unit == "share" else ""
    return {"survey": survey, "figure": figure, "item": item, "unit": unit}


def _cases(key: str) -> dict[str, str]:
    kept = categories_from(session.store().organisation.setting(CASE_CATEGORIES))
    names = {"": _("全部工单")} | {each.name: _(each.name) for each in kept}
    left, right = st.columns(2)
    category = left.selectbox(_("工单类别"), list(names), format_func=names.__getitem__, key=f"category {key}")
    customers = right.text_input(_("客户数（户）"), key=f"customers {key}", placeholder="120000")
    return {"category": category, "customers": customers.replace(",", "").strip(), "unit": _("件/万户")}


def _cases_in_time(key: str) -> dict[str, str]:
    look.soft(_("按工单类别的答复时限计算（工单 → 规则与时限）。"))
    return {}


def _orders_in_time(key: str) -> dict[str, str] | None:
    stages = {each.fact: said(each.label) for each in stages_of(session.store()).root if each.limits}
    if not stages:
        look.soft(_("先在“业务事件”里给环节设时限。"))
        return None
    return {"stage": st.selectbox(_("环节"), list(stages), format_func=stages.__getitem__, key=f"stage {key}")}


_FIELDS: Mapping[IndicatorSource, Callable[[str], dict[str, str] | None]] = {
    IndicatorSource.ENTERED: _entered,
    IndicatorSource.ANSWERS: _answers,
    IndicatorSource.CASES: _cases,
    IndicatorSource.CASES_IN_TIME: _cases_in_time,
    IndicatorSource.ORDERS_IN_TIME: _orders_in_time,
}
