"""Changing what is wanted of an indicator: its name, target, promise, owner; and whether it is followed at all."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analysis.pages.plans.new_plan import owners
from surveys.accounts import Account
from surveys.console.kit import look, session
from surveys.console.kit.words import _, reason, said
from surveys.improvement.indicator_files import number_of
from surveys.improvement.indicators import LONGEST_NAME, LONGEST_PROMISE, BetterWhen, Indicator, IndicatorErrors
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Message, saying
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile


def draw(indicator: Indicator, account: Account) -> None:
    """A form with what stands now."""
    with st.expander(_("修改名称、目标、承诺")), st.form(f"change {indicator.code}", border=False):
        changed, written = fields(indicator, account)
        if st.form_submit_button(_("保存"), type="primary", key=f"save {indicator.code}"):
            session.acting(Action.PLAN_IMPROVEMENT, indicator.department)
            keep(changed, written, indicator, account)


def fields(indicator: Indicator, account: Account) -> tuple[Indicator, str]:
    """The indicator as the fields say, and its target as it was written."""
    people = {"": _("（没有）"), **owners()}
    left, right = st.columns(2)
    name = left.text_input(_("名称"), indicator.name, max_chars=LONGEST_NAME)
    usual = indicator.owner if indicator.owner in people else ""
    owner = right.selectbox(_("负责人"), list(people), list(people).index(usual), format_func=people.__getitem__)
    wanted = left.radio(
        _("方向"), list(BetterWhen), list(BetterWhen).index(indicator.wanted), format_func=lambda each: _(each.label),
        horizontal=True,
    )  # fmt: skip
    present = "" if indicator.target is None else f"{indicator.target:g}"
    target = right.text_input(_("目标值（可不填）"), present)
    promise = st.text_area(
        _("对外的服务承诺（可不填；填了就要有目标值）"), indicator.promise, max_chars=LONGEST_PROMISE,
        placeholder=_("如：高压新装 30 个工作日内送电"),
    )  # fmt: skip
    return replace(
        indicator, name=name.strip(), owner=owner or "", wanted=wanted or indicator.wanted,
        target=number_of(target) if target.strip() else None, promise=promise.strip(),
    ), target  # fmt: skip


def keep(changed: Indicator, target: str, seen: Indicator, account: Account) -> None:
    """Save what was changed, or say on the page all that is wrong with it."""
    if target.strip() and changed.target is None:
        st.error(_("目标“{target}”不是一个数").format(target=target))
        return
    try:
        session.store().indicators.change(changed, frozenset(owners()), by=account.name, seen=seen)
    except IndicatorErrors as refused:
        for each in refused.errors:
            st.error(said(each))
        return
    except ChangedMeanwhile as refused:
        st.error(reason(refused))
        return
    look.done(_("已保存。"))


def retire(indicator: Indicator) -> Message | None:
    """Follow it no longer, or again; its values stay. Says why not."""
    account = session.acting(Action.PLAN_IMPROVEMENT, indicator.department)
    retired = None if indicator.retired_on else local_day(utc_now())
    people = frozenset({*owners(), indicator.owner})
    try:
        session.store().indicators.change(
            replace(indicator, retired_on=retired), people, by=account.name, seen=indicator
        )
    except (ChangedMeanwhile, KeyError):
        return saying("别人已经改过这个指标，请刷新后再看。")
    return None
