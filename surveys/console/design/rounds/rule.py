"""The rule by which a survey is asked again: said in words, and changed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.definition.round_rules import Every, RoundRule
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action
from surveys.storage.records.rounds import RuleStays
from surveys.storage.records.surveys import SurveyRecord

_KINDS = {"calendar": marked("按日历"), "recurs": marked("定期开放几天"), "hand": marked("由人开轮次")}


def rule_section(record: SurveyRecord) -> None:
    """The rule, and how to change it."""
    rule, key = record.opening.rounds.rule, f"rule {record.code}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{rule_words(rule)}**")
        with st.popover(_("改规则…"), type="tertiary"):
            sheet = concurrent_edits.sheet(key, rule, lambda each: {_("轮次规则"): rule_words(each)}, record.code)
            wanted = _wanted_rule(sheet.first, f"{record.code} {sheet.first.model_dump_json()}")
            if st.button(_("保存规则"), key=key, type="primary"):
                _save_rule(record, wanted, sheet.seen, key)


def _wanted_rule(rule: RoundRule, mark: str) -> RoundRule:
    present = "recurs" if rule.recurs else "calendar" if rule.by_calendar else "hand"
    kind = st.radio(
        _("怎样分轮次"), list(_KINDS), list(_KINDS).index(present), format_func=lambda each: _(_KINDS[each]),
        key=f"kind {mark}",
    )  # fmt: skip
    if kind == "hand":
        return RoundRule()
    choices = list(Every)
    every = st.selectbox(
        _("多久一轮"), choices, choices.index(rule.cut), format_func=lambda each: _(each.label), key=f"every {mark}"
    )
    if kind == "calendar":
        return RoundRule(every=every)
    first = st.date_input(_("第一轮从哪天开始"), rule.first or local_day(utc_now()), key=f"first {mark}")
    usual = min(rule.days or 14, every.shortest)
    days = st.number_input(_("每轮开放几天"), 1, every.shortest, usual, key=f"days {mark} {every}")
    return RoundRule(every=every, first=first, days=int(days))


def _save_rule(record: SurveyRecord, wanted: RoundRule, seen: RoundRule, key: str) -> None:
    rounds = session.store().rounds
    save = partial(
        rounds.set_rule, record.code, wanted, by=session.acting(Action.DESIGN_SURVEYS).name, now=utc_now(), seen=seen
    )
    try:
        if not concurrent_edits.keep_edit(key, save):
            return
    except RuleStays:
        st.error(_("没有改动：匿名问卷收到答卷以后不能再改轮次的规则，把两种分法的结果相减，可能认出某一个人的回答。"
                   "可以复制这份问卷，在新的一份里用新规则。"))  # fmt: skip
        return
    look.done(_("轮次规则已改为：{rule}。").format(rule=rule_words(wanted)))


def rule_words(rule: RoundRule) -> str:
    """How often a survey is asked, in words."""
    if rule.every is None:
        return _("由人开轮次")
    every = _(rule.every.label)
    if rule.first is None or rule.days is None:
        return _("按日历，{every}一轮").format(every=every)
    return _("{every}一轮，从 {day} 起，每轮开放 {count} 天").format(every=every, day=rule.first, count=rule.days)
