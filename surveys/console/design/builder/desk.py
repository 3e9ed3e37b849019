"""What lies on the designer's desk: one draft with its steps, taken from the store and saved there at every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from surveys.console.kit import session
from surveys.console.kit.words import _, join_names, reason
from surveys.console.kit.words import said as worded
from surveys.editing import Draft, History, NotInDraft
from surveys.editing.draft import NOTHING, locate_question
from surveys.editing.meanwhile import changed_parts
from surveys.localisation.wording import Message
from surveys.permissions import Action
from surveys.storage.records.surveys import NOT_PUBLISHED, DraftChanged, SurveyStanding, UnknownSurvey

_DESK = "building.desk"
_SELECTED = "building.selected"
_SAID = "building.said"
VIEW = "building.view"  # which side of the draft is worked on; the key of its switch

Step = Callable[..., Draft]


@dataclass(frozen=True)
class Desk:
    """The draft with its history. `revision` is 0 while the draft has not been saved."""

    code: str
    history: History
    revision: int = 0
    department: str | None = None
    standing: SurveyStanding = NOT_PUBLISHED  # the survey in the field as its designer has seen it

    @property
    def draft(self) -> Draft:
        return self.history.present


@dataclass(frozen=True)
class Selected:
    """What the settings are shown of: a question by its code, or a section by its number."""

    question: str | None = None
    section: int = 0


def open_draft(code: str) -> Desk | None:
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
        history = History(Draft(saved.data, taken=taken))
        return Desk(code, history, saved.revision, saved.department, store.surveys.standing(code))
    try:
        record = store.surveys.get(code)
    except UnknownSurvey:
        return None
    standing = store.surveys.standing(code)
    return Desk(code, History(Draft.of(versions[0], versions)), 0, record.department, standing)


def begin(draft: Draft, department: str | None = None) -> str:
    """Save the draft of a new survey; returns its code."""
    account, code = session.acting(Action.DESIGN_SURVEYS), str(draft.data["code"])
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
    try:
        _settle(desk, desk.history.after(after), after.done)
    except DraftChanged:
        _take_again(desk, step, *given)
        return
    if str(after.note):
        say(_("{done}。{note}。").format(done=worded(after.done), note=worded(after.note)))


def _take_again(desk: Desk, step: Step, *given: Any) -> None:
    """Take the step on what a colleague has saved meanwhile, so that neither's work is lost, and say what they did."""
    newest = renew_desk()
    if newest is None:
        return
    news = meanwhile(desk, newest)
    try:
        after = step(newest.draft, *given)
        _settle(newest, newest.history.after(after), after.done)
    except (NotInDraft, DraftChanged):
        say(_("{news}您的这一步没有保存，请看过最新内容后再做一次。").format(news=news))
    else:
        say(_("{news}您的这一步已加在最新内容上；如果两人改了同一处，可以撤销。").format(news=news))


def renew_desk() -> Desk | None:
    """The desk with what is kept now in place of what lay there."""
    desk: Desk = st.session_state[_DESK]
    newest = _from_store(desk.code)
    st.session_state[_DESK] = newest
    if newest is not None:
        _follow(desk.draft, newest.draft)
    return newest


def meanwhile(seen: Desk, newest: Desk) -> str:
    """What others have done to the survey since it was seen, as a sentence or two."""
    sentences = []
    if newest.revision != seen.revision:
        saved = session.store().drafts.get(seen.code)
        parts = join_names([worded(each) for each in changed_parts(seen.draft, newest.draft)]) or _("没有内容上的改动")
        who = saved.saved_by if saved else _("别人")
        sentences.append(_("这份草稿刚刚被别人改过（{who}）：{changes}。").format(who=who, changes=parts))
    if newest.standing.closed_at and not seen.standing.closed_at:
        sentences.append(_("这份问卷刚刚被别人关闭了。"))
    elif newest.standing.live_version != seen.standing.live_version:
        sentences.append(_("别人刚刚发布了第 {version} 版。").format(version=newest.standing.live_version))
    return "".join(sentences)


def undo() -> None:
    """Go back one step."""
    desk: Desk = st.session_state[_DESK]
    _step_back(desk, desk.history.undo(), desk.history.to_undo or NOTHING)


def redo() -> None:
    """Take the step again that was undone last."""
    desk: Desk = st.session_state[_DESK]
    _step_back(desk, desk.history.redo(), desk.history.to_redo or NOTHING)


def _step_back(desk: Desk, history: History, step: Message) -> None:
    """To an earlier state of one's own; there is none any more once a colleague has saved another one."""
    try:
        _settle(desk, history, step)
    except DraftChanged:
        if newest := renew_desk():
            say(_("{news}没有撤销或重做，请看过最新内容再决定。").format(news=meanwhile(desk, newest)))


def _settle(desk: Desk, history: History, step: Message) -> None:
    """Save the new state, put it on the desk, and let the selection follow it; raises DraftChanged."""
    if history is desk.history:
        return
    account = session.acting(Action.DESIGN_SURVEYS)
    revision = session.store().drafts.save(
        desk.code, history.present.data, desk.department, by=account.name, step=str(step), revision=desk.revision
    )
    st.session_state[_DESK] = replace(desk, history=history, revision=revision)
    _follow(desk.draft, history.present)


def _follow(before: Draft, after: Draft) -> None:
    """Select the last question a step brought, or what now stands where the selected one stood."""
    known = {str(question.get("code")) for question in before.questions()}
    present = [str(question.get("code")) for question in after.questions()]
    if brought := [code for code in present if code not in known]:
        select(question=brought[-1])
    elif selection().question not in (None, *present):
        section, place = locate_question(before.data, str(selection().question))
        questions = after.sections()[section].get("questions") if section < len(after.sections()) else None
        select(question=str(questions[min(place, len(questions) - 1)]["code"]) if questions else None)
    elif selection().section >= len(after.sections()):
        select(section=max(0, len(after.sections()) - 1))


def selection() -> Selected:
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


def control_key(key: str, value: Any) -> str:
    """The key of a widget that shows *value*, whatever it showed before; what someone is typing elsewhere stays."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key
