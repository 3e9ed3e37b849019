"""Objections of agents to score cards: answered in time, by somebody who has not given the points."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, said
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Message
from surveys.operations.staff.agent_quality import answer_objection
from surveys.organisation.subjects import Subject
from surveys.permissions import Action
from surveys.quality.agent_quality import LONGEST_NOTE, AgentNote, NoteKind

_MOST = 20


def draw(account: Account, agents: Sequence[Subject]) -> None:
    """Those without an answer first."""
    names = {each.code: each.name for each in agents}
    found = [
        each for each in session.store().agent_quality.notes()
        if each.kind is NoteKind.OBJECTION and each.agent in names
    ]  # fmt: skip
    if not found:
        return
    st.header(_("质检申诉"), anchor=False)
    for each in sorted(found, key=lambda one: (one.answered_on is not None, one.due_on))[:_MOST]:
        with st.container(border=True):
            _one(each, names[each.agent])


def _one(note: AgentNote, name: str) -> None:
    st.markdown(f"**{look.as_written(name)}**")
    look.written(note.words)
    look.soft(_("{filed} 提出，{due} 前答复").format(filed=note.on, due=note.due_on))
    key = f"answer {note.id}"
    if (came := actions.outcome(key)) is not None and isinstance(came.value, Message):
        st.error(said(came.value))
    if note.answered_on is not None:
        look.written(note.answer)
        look.soft(_("{name} 于 {day} 答复").format(name=person_name(note.answered_by), day=note.answered_on))
        return
    if note.due_on is not None and local_day(utc_now()) > note.due_on:
        st.warning(_("答复已超期"))
    words = st.text_area(_("答复"), max_chars=LONGEST_NOTE, key=f"{key} words")
    if actions.button(_("答复"), key, type="primary", disabled=not words.strip()):
        actions.perform(key, lambda: _answered(note, words))


def _answered(note: AgentNote, words: str) -> Message | None:
    account = session.acting(Action.CHECK_CALLS)
    return answer_objection(session.store(), account, note, words, now=utc_now())
