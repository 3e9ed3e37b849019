"""What is done with one case beside answering it: who has it, by when, notes, files, reports of the same matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import streamlit as st

from surveys.accounts import Account
from surveys.cases.case import LONGEST_NOTE, Case
from surveys.console.kit import look, session
from surveys.console.kit.choosers import person_name
from surveys.console.kit.words import _, distinct
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.cases import CaseSearch

_JOINABLE = 100


def timeline(case: Case, names: Mapping[str, str]) -> None:
    """Every step with its day, who took it, and how the case stood then."""
    rows = []
    for each in session.store().case_steps.of(case.id):
        day = local_day(each.at) if isinstance(each.at, datetime) else each.at
        where = " · ".join(filter(None, (names.get(each.department, each.department), person_name(each.owner))))
        rows.append((day.isoformat(), _(each.kind.label), _(each.state.stage), where, person_name(each.by) or "—"))
    with st.expander(_("经过（{count} 步）").format(count=len(rows))):
        look.table([_("日期"), _("发生了什么"), _("阶段"), _("部门和经办人"), _("操作人")], rows, taken=False)


def notes(case: Case) -> None:
    """What is noted inside, and a field for more; its author never reads it."""
    store = session.store()
    kept = store.case_steps.notes(case.id)
    with st.expander(_("内部备注（{count}）").format(count=len(kept))):
        look.soft(_("只有处理工单的人看得到，写信的人看不到。"))
        for each in kept:
            look.soft(f"{local_day(each.at)} · {each.by}")
            look.written(each.text)
        with st.form(f"note {case.id}", border=False, clear_on_submit=True):
            text = st.text_area(_("备注"), max_chars=LONGEST_NOTE, key=f"note text {case.id} {len(kept)}")
            if st.form_submit_button(_("加备注")) and (text or "").strip():
                account = session.acting(Action.ANSWER_CASES, case.department)
                key = f"{case.id} {len(kept)} {account.name}"
                store.case_steps.note(case.id, key, text.strip(), utc_now(), by=account.name)
                look.done(_("已加备注。"))


def assign(case: Case, names: Mapping[str, str]) -> None:
    """To a department and a person by name."""
    with st.popover(_("派单")):
        codes = list(names)
        at = codes.index(case.department) if case.department in codes else 0
        to = st.selectbox(_("部门"), codes, at, format_func=names.__getitem__, key=f"assign to {case.id}")
        people = answerers(to)
        owner = st.selectbox(
            _("经办人（由他具名答复）"), ["", *people], format_func=lambda name: people.get(name, _("先不指定")),
            index=[*["", *people]].index(case.owner) if case.owner in people else 0, key=f"owner {case.id} {to}",
        )  # fmt: skip
        if st.button(_("保存派单"), key=f"assign {case.id}"):
            account = session.acting(Action.ANSWER_CASES, case.department)
            act = partial(session.store().cases.assign, case, to, owner or "", by=account.name)
            _unless_changed(act, _("已派单。"))


def answerers(department: str) -> dict[str, str]:
    """Those who may answer cases of a department, by account."""
    accounts = [each for each in session.store().accounts.all() if each.active]
    able = [each for each in accounts if each.may(Action.ANSWER_CASES, department)]
    return distinct({each.name: each.display_name or each.name for each in able})


def put_off(case: Case) -> None:
    """Another day on which it is due, with the reason."""
    if not case.state.open:
        return
    with st.popover(_("改期限")):
        day = st.date_input(_("新的期限"), case.due_on or local_day(utc_now()), key=f"due {case.id}")
        reason = st.text_input(_("原因"), max_chars=200, key=f"due reason {case.id}")
        if st.button(_("保存期限"), key=f"put off {case.id}"):
            if not reason.strip():
                st.error(_("请写明原因。"))
                return
            account = session.acting(Action.ANSWER_CASES, case.department)
            act = partial(session.store().cases.put_off, case, day, reason.strip(), by=account.name)
            _unless_changed(act, _("已改期限。"))


def join(case: Case, account: Account) -> None:
    """Make it one more report of another open matter, or a case of its own again."""
    store = session.store().cases
    if case.joined_to is not None:
        if st.button(_("取消并案"), key=f"part {case.id}"):
            acting = session.acting(Action.ANSWER_CASES, case.department)
            _unless_changed(partial(store.part, case, by=acting.name), _("已取消并案。"))
        return
    wanted = CaseSearch(open_only=True, mains_only=True)
    others = {
        each.id: each for each in store.all(account.case_scope, wanted=wanted, limit=_JOINABLE) if each.id != case.id
    }
    if not others:
        return
    begin = distinct({key: f"{local_day(each.received_at)} · {opening(each)}" for key, each in others.items()})
    with st.popover(_("并案")):
        look.soft(_("同一件事的几次反映并成一件：答复一次，写信的人都能看到。答复里请不要写某一个人的信息。"))
        main = st.selectbox(_("并入"), list(others), format_func=begin.__getitem__, key=f"join to {case.id}")
        if st.button(_("确定并案"), key=f"join {case.id}"):
            acting = session.acting(Action.ANSWER_CASES, case.department)
            _unless_changed(partial(store.join, case, others[main], by=acting.name), _("已并案。"))


def opening(case: Case, most: int = 40) -> str:
    """How its text begins."""
    words = " ".join(case.text.split())
    return words if len(words) <= most else f"{words[:most]}…"


def _unless_changed(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except ChangedMeanwhile:
        st.error(_("没有保存：您打开之后别人处理过。请先看上面，再决定。"))
        return
    look.done(done)
