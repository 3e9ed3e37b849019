"""The rules by which answers become cases, and the categories with their limits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from surveys.cases.categories import (
    CASE_CATEGORIES,
    CaseCategory,
    categories_as_setting,
    categories_from,
    categories_written,
)
from surveys.cases.rules import KNOWN_FACTS, CaseRoute, CaseRule, unfit_rule
from surveys.console.cases.case_work import answerers
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import department_names, survey_names
from surveys.console.kit.words import _, reason, said
from surveys.definition.conditions import Comparison
from surveys.definition.context.declared import declared
from surveys.definition.survey import Survey
from surveys.definition.versions.conditions import condition_words
from surveys.editing.comparisons import BARE, COMPARISONS
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord

_PARTS = 3
_CATEGORIES = "save case categories"


def draw() -> None:
    """Each rule in words; a form for a new one; the categories."""
    surveys = {each.code: each for each in session.store().surveys.all() if each.live}
    rules = session.store().case_rules.all()
    st.header(_("立单规则"), anchor=False)
    look.soft(_("符合条件的答卷自动成为工单，一份答卷一件；只管以后收到的答卷。留了联系方式的答卷不用规则也会立单。"))
    for rule in rules:
        _one(rule, surveys.get(rule.survey))
    named = {code: each for code, each in surveys.items() if not each.survey.anonymous}
    if named and department_names():
        with st.expander(_("新建规则"), expanded=not rules):
            _form(named)
    else:
        look.empty(_("还不能立规则"), _("先有部门，并发布一份实名问卷。匿名问卷不按回答立单。"))
    _categories()


def _one(rule: CaseRule, record: SurveyRecord | None) -> None:
    with st.container(border=True):
        title = said(record.survey.title) if record else rule.survey
        state = look.tag(_("启用"), "good") if rule.enabled else look.tag(_("停用"))
        look.table(
            [_("规则"), _("问卷"), _("条件"), _("类别"), _("转到"), _("状态")],
            [(rule.name, title, said(condition_words(rule.when, record.survey if record else None)), _(rule.category),
              _(rule.route.label), state)], taken=False,
        )  # fmt: skip
        with st.container(horizontal=True):
            if st.button(_("停用") if rule.enabled else _("启用"), key=f"switch {rule.code}"):
                account = session.acting(Action.MANAGE_CASE_RULES)
                changed = rule.model_copy(update={"enabled": not rule.enabled})
                session.store().case_rules.save(changed, by=account.name)
                look.done(_("已保存。"))
            if st.button(_("删除"), key=f"remove {rule.code}"):
                account = session.acting(Action.MANAGE_CASE_RULES)
                session.store().case_rules.remove(rule.code, by=account.name)
                look.done(_("已删除规则；它立的工单还在。"))


def _form(surveys: dict[str, SurveyRecord]) -> None:
    titles = survey_names(list(surveys.values()))
    code = st.selectbox(_("问卷"), list(surveys), format_func=titles.__getitem__, key="rule survey")
    survey = surveys[code].survey
    name = st.text_input(_("规则名称"), max_chars=40, key="rule name", placeholder=_("例如 不满意回访"))
    parts = [part for at in range(_PARTS) if (part := _part(survey, at)) is not None]
    left, right = st.columns(2)
    kept = categories_from(session.store().organisation.setting(CASE_CATEGORIES))
    category = left.selectbox(_("类别"), [each.name for each in kept], format_func=_, key="rule category")
    route = right.selectbox(_("转到"), list(CaseRoute), format_func=lambda each: _(each.label), key="rule route")
    topics = {each.code: said(each.label) for each in survey.dimensions}
    topic = ""
    if route is CaseRoute.OWNER:
        topic = st.selectbox(_("维度"), list(topics), format_func=topics.__getitem__, key="rule topic") or ""
    names = department_names()
    left, right = st.columns(2)
    department = left.selectbox(
        _("部门（找不到时也归这里）"), list(names), format_func=names.__getitem__, key="rule department"
    )
    people = answerers(department)
    owner = right.selectbox(
        _("经办人（由他具名答复）"),
        ["", *people],
        format_func=lambda each: people.get(each, _("先不指定")),
        key="rule owner",
    )
    imports = st.checkbox(_("导入的答卷也立单"), key="rule imports")
    if st.button(_("保存规则"), type="primary", key="save rule"):
        when: dict[str, Any] = parts[0] if len(parts) == 1 else {"all": parts}
        _save(survey, {
            "code": f"r{secrets.token_hex(4)}", "survey": code, "name": name.strip(), "when": when,
            "category": category, "route": route, "topic": topic, "department": department, "owner": owner or "",
            "imports": imports,
        })  # fmt: skip


def _part(survey: Survey, at: int) -> dict[str, Any] | None:
    """One comparison; those after the first may be left out."""
    items = {question.code: said(question.title) for question in survey.questions()}
    facts = {f"link.{name}": said(fact.label) for name, fact in declared(survey).items()}
    known = {f"link.{name}": name for name in KNOWN_FACTS} | facts
    labels = {"": _("（不再加条件）")} | items | known
    first, second, third = st.columns([3, 2, 2])
    fields = list(labels) if at else list(labels)[1:]
    asked = first.selectbox(_("题目或随答信息"), fields, format_func=labels.__getitem__, key=f"rule item {at}")
    if not asked:
        return None
    compare = second.selectbox(
        _("比较"), list(COMPARISONS), format_func=lambda each: _(COMPARISONS[each]), key=f"rule compare {at}",
        index=list(COMPARISONS).index(Comparison.AT_MOST) if not at else 0,
    )  # fmt: skip
    named = {"link": asked.removeprefix("link.")} if asked.startswith("link.") else {"item": asked}
    if compare in BARE:
        return {**named, "is": compare.value}
    value = third.text_input(_("值"), key=f"rule value {at}", max_chars=60)
    return {**named, "is": compare.value, "value": value.strip()} if value.strip() else {**named, "is": compare.value}


def _save(survey: Survey, values: dict[str, Any]) -> None:
    try:
        rule = CaseRule.model_validate(values)
    except ValidationError:
        st.error(_("请填写规则名称，并给每个条件一个值。"))
        return
    if problems := list(unfit_rule(rule, survey)):
        st.error(look.as_written("\n\n".join(_("{reason}。").format(reason=said(each)) for each in problems)))
        return
    account = session.acting(Action.MANAGE_CASE_RULES)
    session.store().case_rules.save(rule, by=account.name, seen=None)
    look.done(_("已保存规则；从现在收到的答卷起生效。"))


def _categories() -> None:
    st.header(_("类别与期限"), anchor=False)
    kept = session.store().organisation.setting(CASE_CATEGORIES)
    sheet = concurrent_edits.sheet(_CATEGORIES, kept, _told, CASE_CATEGORIES)
    lines = "\n".join(f"{_(each.name)} {each.days}" for each in categories_from(sheet.first))
    with st.form("case categories", border=True):
        typed = st.text_area(
            _("每行一个类别和答复期限（工作日）"), lines, height=200, key=f"categories {sheet.first}"
        )  # fmt: skip
        if st.form_submit_button(_("保存"), key=_CATEGORIES):
            found, faults = categories_written(typed)
            if faults:
                st.error(look.as_written("\n".join(reason(ValueError(each)) for each in faults)))
            elif concurrent_edits.keep_edit(_CATEGORIES, partial(_keep, found, sheet.seen)):
                look.done(_("已保存。"))


def _keep(categories: Sequence[CaseCategory], seen: str | None) -> None:
    account, store = session.acting(Action.MANAGE_CASE_RULES), session.store()
    store.organisation.set(CASE_CATEGORIES, categories_as_setting(categories), seen=seen)
    store.accounts.record(account.name, "save case categories", "organisation", f"{len(categories)} categories")


def _told(kept: str | None) -> dict[str, str]:
    return {_("类别"): _("、").join(f"{_(each.name)} {each.days}" for each in categories_from(kept))}
