"""The tab on which the administrator says which department answers for which dimensions and topics."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.comments.organisation_analyser import analyser_of
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import published_surveys
from surveys.console.kit.words import _, distinct, join_names, said
from surveys.organisation.departments import Department
from surveys.organisation.responsibilities import RESPONSIBILITIES, OwnedTwice, as_setting, owners
from surveys.permissions import Action

_BUTTON = "save responsibilities"


def draw(departments: list[Department]) -> None:
    """Each department with what it owns; its managers are told of that first."""
    if not departments:
        look.empty(_("先新增部门"), _("部门建好之后，在这里说明每个维度和主题归谁负责。"))
        return
    look.soft(_("部门经理在“概览”和“改进”里先看到归自己部门负责的维度和主题。没有分配的不归任何部门。"))
    names = distinct(topic_names(), by_code=False)
    store = session.store().organisation
    sheet = concurrent_edits.sheet(_BUTTON, store.setting(RESPONSIBILITIES), _told, RESPONSIBILITIES)
    owned = owners(sheet.first)
    with st.form("responsibilities", border=True):
        chosen = {
            each.code: tuple(
                st.multiselect(
                    each.name,
                    list(names),
                    [topic for topic in names if owned.get(topic) == each.code],
                    format_func=names.__getitem__,
                    placeholder=_("选择维度和主题"),
                    key=f"owned {each.code} {sheet.first}",
                )
            )
            for each in departments
        }
        if st.form_submit_button(_("保存"), type="primary", key=_BUTTON):
            _save(chosen, sheet.seen, names)


def topic_names() -> dict[str, str]:
    """What can be owned: the dimensions of the surveys in the field, then the topics of comments, by code."""
    dimensions = {each.code: said(each.label) for record in published_surveys() for each in record.survey.dimensions}
    topics = {code: _(label) for code, label in analyser_of(session.store().organisation).finder.labels.items()}
    return topics | dimensions


def _save(chosen: dict[str, tuple[str, ...]], seen: str | None, names: dict[str, str]) -> None:
    try:
        setting = as_setting(_with_unseen(chosen, seen, names))
    except OwnedTwice as twice:
        topics = join_names([names.get(each, each) for each in twice.topics])
        st.error(_("{topics}分给了几个部门，请只留给一个。").format(topics=topics))
        return
    account, store = session.acting(Action.ADMINISTER_ORGANISATION), session.store()
    if concurrent_edits.keep_edit(_BUTTON, partial(store.organisation.set, RESPONSIBILITIES, setting, seen=seen)):
        store.accounts.record(account.name, "set responsibilities", RESPONSIBILITIES, "")
        look.done(_("已保存分工。"))


def _with_unseen(
    chosen: dict[str, tuple[str, ...]], seen: str | None, names: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """With what was given before and stands in no field now, such as topics of an industry that is put aside."""
    unseen = {topic: code for topic, code in owners(seen).items() if topic not in names and code in chosen}
    return {code: (*topics, *(each for each in unseen if unseen[each] == code)) for code, topics in chosen.items()}


def _told(kept: str | None) -> dict[str, str]:
    return {topic_names().get(topic, topic): department for topic, department in owners(kept).items()}
