"""Typed sheets that wait for a second person, under the account of a survey: released or discarded there."""

from __future__ import annotations

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.intake.submission import Outcome
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.typed_batches import may_release, release
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.typed_sheets import WaitingBatch


def draw(record: SurveyRecord) -> None:
    """What waits, with buttons for who may; the organisation's rule, for who may change it."""
    table, account = session.store().typed_sheets, session.signed_in()
    waiting = [
        each for each in table.waiting(record.code)
        if all(account.may(Action.TYPE_IN_PAPER, department) for department in each.departments)
    ]  # fmt: skip
    if waiting:
        total = sum(each.sheets for each in waiting)
        st.markdown(_("**{count} 份录入的纸面还没有计入，等另一人放行。**").format(count=total))
    for number, batch in enumerate(waiting):
        _batch(batch, number)
    if account.may(Action.CHANGE_SETTINGS):
        _rule()


def _batch(batch: WaitingBatch, number: int) -> None:
    account = session.signed_in()
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _("批次“{name}”：{count} 份，{who} 录入")
        st.text(words.format(name=batch.name, count=batch.sheets, who=batch.typed_by))  # a name is no markup
        if may_release(account, batch) and st.button(_("放行"), key=f"release {number}", type="primary"):
            _release(batch)
        if st.button(_("退回并删除"), key=f"discard {number}"):
            by = session.acting(Action.TYPE_IN_PAPER)
            gone = session.store().typed_sheets.discard(batch, by=by.name)
            look.done(_("已删除 {count} 份，请重新录入。").format(count=gone))


def _release(batch: WaitingBatch) -> None:
    account = session.acting(Action.TYPE_IN_PAPER)
    if not may_release(account, batch):
        st.error(_("不能放行自己录入的，或别的部门的。"))
        return
    came = release(session.store(), batch, by=account, today=local_day(utc_now()))
    words = _("已放行：计入 {kept} 份，重复 {twice} 份，配额已满 {full} 份。")
    look.done(
        words.format(kept=came[Outcome.ACCEPTED], twice=came[Outcome.DUPLICATE], full=came[Outcome.QUOTA_FULL])
    )


def _rule() -> None:
    table = session.store().typed_sheets
    wait = table.wait()
    if st.button(_("录入的纸面不再需要放行") if wait else _("录入的纸面须由另一人放行"), key="let sheets wait"):
        admin = session.acting(Action.CHANGE_SETTINGS)
        table.let_wait(not wait, by=admin.name)
        look.done(_("已保存。已在等待的仍须放行。") if wait else _("已保存：今后录入的纸面由另一人放行后才计入。"))
