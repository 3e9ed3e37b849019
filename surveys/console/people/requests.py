"""What a person may ask for: a copy of all that is held of them, or its erasure; for administrators alone."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import utc_now
from surveys.operations.contact_register import Register
from surveys.operations.person_data import KINDS, amounts, copy_of, found
from surveys.permissions import Action

_WORD = "ERASE"  # what is to be typed, whatever the language
_READY = "person copy"  # session key: whose copy is ready, and the copy


def draw(register: Register) -> None:
    """Find the person, see what is held, give it out or erase it."""
    look.soft(_("本人要求查阅、复制或删除个人信息时用。先核实是本人；导出和删除都会记入审计。"))
    text = st.text_input(_("姓名、客户编号或电话"), key="person sought", max_chars=100)
    people = {each.id: each for each in found(session.store(), text)}
    if not people:
        if text.strip():
            look.empty(_("没有找到这个人的档案"), _("匿名答卷找不到是谁写的；本人可以凭回执码撤回。"))
        return
    labels = {each.id: f"{each.name} {each.customer_number or each.phone}" for each in people.values()}
    contact = st.selectbox(_("哪一位"), list(labels), format_func=labels.__getitem__, key="person chosen")
    counts = amounts(session.store(), contact)
    look.table([_("内容"), _("条数")], [(_(KINDS[kind]), str(times)) for kind, times in counts.items()], taken=False)
    _give(contact)
    _erase(contact)


def _give(contact: str) -> None:
    with st.container(horizontal=True):
        if st.button(_("准备副本"), key="prepare copy"):
            admin = session.acting(Action.SET_SECRECY)
            st.session_state[_READY] = contact, copy_of(session.store(), contact, utc_now(), by=admin.name)
        ready = st.session_state.get(_READY)
        if ready and ready[0] == contact:
            downloads.offer_file(_("下载副本"), ready[1], "person.zip", "application/zip")


def _erase(contact: str) -> None:
    with st.form("erase person", border=True):
        st.markdown(_("**删除后不能恢复。** 免打扰的意愿会留下，只存地址的哈希；备份里的数据随备份一起删除。"))
        word = st.text_input(_("请输入 {word} 确认").format(word=_WORD), key="erase word")
        if st.form_submit_button(_("删除这个人的全部信息"), key="erase person now"):
            admin = session.acting(Action.SET_SECRECY)
            if word.strip().upper() != _WORD:
                st.error(_("没有删除：请先输入 {word} 确认。").format(word=_WORD))
                return

            def erase() -> None:
                session.store().persons.erase(contact, by=admin.name)
                st.session_state.pop(_READY, None)
                look.say(_("已删除。"))

            actions.whole(erase)
            st.rerun()
