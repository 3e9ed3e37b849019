"""What lies on the designer's desk: one draft with its steps, taken from the store and saved there at every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from surveys.accounts import Role
from surveys.editing import Draft, History, NotInDraft
from surveys.editing.draft import NOTHING, located
from surveys.pages import session
from surveys.pages.words import _, reason
from surveys.pages.words import said as worded
from surveys.storage.drafts import DraftChanged
from surveys.storage.surveys import UnknownSurvey
from surveys.wording import Message

_DESK = "building.desk"
_SELECTED = "building.selected"
_SAID = "building.said"
VIEW = "building.view"  # which side of the draft is worked on; the key of its switch
MAY_BUILD = (Role.ADMIN, Role.DESIGNER)

Step = Callable[..., Draft]


@dataclass(frozen=True)
class Desk:
    """The draft with its history. `revision` is 0 while the draft has not been saved."""

    code: str
    history: History
    revision: int = 0
    department: str | None = None

    @property
    def draft(self) -> Draft:
        return self.history.present


@dataclass(frozen=True)
class Selected:
    """What the settings are shown of: a question by its code, or a section by its number."""

    question: str | None = None
    section: int = 0


def opened(code: str) -> Desk | None:
    """The desk with this survey's draft: as it lies there, else from the store; None when there is no such survey."""
    desk = st.session_state.get(_DESK)
    if desk is None or desk.code != code:
        desk = _from_store(code)
        st.session_state[_DESK] = desk
        first = next(desk.draft.questions(), None) if desk else None
        select(question=str(first["code"]) if first else None)
    return desk


def _from_store(code: str) -> Desk | None:
    store = session.store()
    versions = [each.survey for each in store.surveys.versions(code)]
    saved = store.drafts.get(code)
    if saved is not None:
        taken = Draft.of(versions[0], versions).taken if versions else frozenset[str]()
        return Desk(code, History(Draft(saved.data, taken=taken)), saved.revision, saved.department)
    try:
        record = store.surveys.get(code)
    except UnknownSurvey:
        return None
    return Desk(code, History(Draft.of(versions[0], versions)), department=record.department)


def begin(draft: Draft, department: str | None = None) -> str:
    """Save the draft of a new survey; returns its code."""
    account, code = session.acting(*MAY_BUILD), str(draft.data["code"])
    session.store().drafts.save(code, draft.data, department, by=account.name, step=str(draft.done))
    st.session_state.pop(_DESK, None)
    return code


def take(step: Step, *given: Any) -> None:
    """Take a step on the draft and save where it led; for the buttons and fields of the builder."""
    desk: Desk = st.session_state[_DESK]
    try:
        after = step(desk.draft, *given)
    except NotInDraft as problem:
        say(reason(problem))
        return
    _settle(desk, desk.history.after(after), after.done)
    if str(after.note):
        say(_("{done}。{note}。").format(done=worded(after.done), note=worded(after.note)))


def undo() -> None:
    """Go back one step."""
    desk: Desk = st.session_state[_DESK]
    _settle(desk, desk.history.undo(), desk.history.to_undo or NOTHING)


def redo() -> None:
    """Take the step again that was undone last."""
    desk: Desk = st.session_state[_DESK]
    _settle(desk, desk.history.redo(), desk.history.to_redo or NOTHING)


def _settle(desk: Desk, history: History, step: Message) -> None:
    """Save the new state, put it on the desk, and let the selection follow it."""
    if history is desk.history:
        return
    account = session.acting(*MAY_BUILD)
    try:
        revision = session.store().drafts.save(
            desk.code, history.present.data, desk.department, by=account.name, step=str(step), revision=desk.revision
        )
    except DraftChanged:
        st.session_state.pop(_DESK, None)
        say(_("这份草稿刚刚被别人改过，已换成最新内容；您的这一步没有保存，请再做一次。"))
        return
    st.session_state[_DESK] = replace(desk, history=history, revision=revision)
    _follow(desk.draft, history.present)


def _follow(before: Draft, after: Draft) -> None:
    """Select the last question a step brought, or what now stands where the selected one stood."""
    known = {str(question.get("code")) for question in before.questions()}
    present = [str(question.get("code")) for question in after.questions()]
    if brought := [code for code in present if code not in known]:
        select(question=brought[-1])
    elif selected().question not in (None, *present):
        section, place = located(before.data, str(selected().question))
        questions = after.sections()[section].get("questions") if section < len(after.sections()) else None
        select(question=str(questions[min(place, len(questions) - 1)]["code"]) if questions else None)
    elif selected().section >= len(after.sections()):
        select(section=max(0, len(after.sections()) - 1))


def selected() -> Selected:
    """What is being worked on."""
    chosen: Selected = st.session_state.get(_SELECTED) or Selected()
    return chosen


def select(question: str | None = None, section: int = 0) -> None:
    """Work on a question, or on a section."""
    st.session_state[_SELECTED] = Selected(question, section)


def show(view: str) -> None:
    """Turn to another side of the draft."""
    st.session_state[VIEW] = view


def say(message: str) -> None:
    """Say something at the head of the builder on the next run."""
    st.session_state[_SAID] = message


def said() -> str:
    """What is to be said now; said once."""
    return str(st.session_state.pop(_SAID, ""))


def leave() -> None:
    """Clear the desk; what was saved stays saved."""
    for key in (_DESK, _SELECTED, _SAID, VIEW):
        st.session_state.pop(key, None)


def controlled(key: str, value: Any) -> str:
    """The key of a widget that shows *value*, whatever it showed before; what someone is typing elsewhere stays."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key
