"""Typed sheets that wait for a second person, under the account of a survey: released or discarded there."""

from __future__ import annotations

from functools import partial

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.definition.survey import Audience
from surveys.intake.submission import Outcome
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.operations.typed_batches import may_release, release
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.typed_sheets import ReleaseRule, WaitingBatch

_WISHES: dict[str, tuple[bool | None, str]] = {  # Streamlit takes None for nothing chosen
    "organisation": (None, marked("随全单位")),
    "wait": (True, marked("由另一人放行后计入")),
    "count": (False, marked("录入即计入")),
}


def draw(record: SurveyRecord) -> None:
    """What waits, with buttons for who may; the rule of the survey and of the organisation, for who may change it."""
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
    rule = table.rule(record.code)
    if record.survey.audience is not Audience.STAFF and account.may(Action.PROTECT_FORMS, record.department):
        _wish(record, rule)
    if account.may(Action.CHANGE_SETTINGS):
        _everywhere(rule)


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
    look.done(words.format(kept=came[Outcome.ACCEPTED], twice=came[Outcome.DUPLICATE], full=came[Outcome.QUOTA_FULL]))


def _wish(record: SurveyRecord, rule: ReleaseRule) -> None:
    """The survey's own wish; less than the organisation asks for is for those who may change what it asks for."""
    loose = not rule.everywhere or session.signed_in().may(Action.CHANGE_SETTINGS) or rule.wish is False
    now = _("现在：由另一人放行") if rule.everywhere else _("现在：录入即计入")
    words = {name: _(label) for name, (wish, label) in _WISHES.items() if loose or wish is not False}
    words["organisation"] = _("{name}（{code}）").format(name=words["organisation"], code=now)
    chosen = next(name for name, (wish, _label) in _WISHES.items() if wish is rule.wish)
    key = desk.control_key(f"typed sheets {record.code}", chosen)
    st.selectbox(
        _("这份问卷录入的纸面"), list(words), list(words).index(chosen), key=key, width=360,
        format_func=words.__getitem__, on_change=_take_wish, args=(record, rule, key),
        help=_("问卷自己的选择先于全单位的。已在等待的，改了之后仍须放行。"),
    )  # fmt: skip


def _take_wish(record: SurveyRecord, seen: ReleaseRule, key: str) -> None:
    wish, _label = _WISHES[st.session_state[key]]
    account = session.acting(Action.PROTECT_FORMS, record.department)
    if wish is False and seen.everywhere:
        account = session.acting(Action.CHANGE_SETTINGS)
    save = partial(session.store().typed_sheets.let_survey_wait, record.code, wish, by=account.name, seen=seen)
    if concurrent_edits.done(save, record.code):
        look.say(_("已保存。已在等待的仍须放行。"))


def _everywhere(rule: ReleaseRule) -> None:
    wait = rule.everywhere
    label = _("全单位：录入的纸面不再需要放行") if wait else _("全单位：录入的纸面须由另一人放行")
    if st.button(label, key="let sheets wait"):
        admin = session.acting(Action.CHANGE_SETTINGS)
        session.store().typed_sheets.let_wait(not wait, by=admin.name)
        look.done(_("已保存。已在等待的仍须放行。") if wait else _("已保存：今后录入的纸面由另一人放行后才计入。"))
