"""Imports that can be taken back as a batch: what each brought, and a press that asks first."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from surveys.anonymity import minimums
from surveys.console.kit import look, session
from surveys.console.kit.words import _
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.permissions import Action
from surveys.storage.records.imports import ImportBatch, ImportKind, TakenBack, TooFew
from surveys.storage.records.surveys import SurveyRecord


def answers(record: SurveyRecord) -> None:
    """The imports of a survey's answers."""

    def take(batch: ImportBatch, by: str) -> None:
        anonymous = record.survey.anonymous
        imports = session.store().imports
        try:
            count = imports.take_back_answers(batch.id, anonymous=anonymous, by=by, day=local_day(utc_now()))
        except TooFew:
            words = _("没有收回：匿名问卷的一批不足 {count} 份时，收回前后的差别会透露其中的答案。")
            st.error(words.format(count=minimums().group))
        else:
            look.done(_("已收回这次导入，删除了 {count} 份答卷。").format(count=f"{count:,}"))

    _listed(ImportKind.ANSWERS, record.code, Action.IMPORT_ANSWERS, take)


def people() -> None:
    """The imports of customers and staff."""

    def take(batch: ImportBatch, by: str) -> None:
        look.done(_told(session.store().imports.take_back_people(batch.id, by=by)))

    _listed(ImportKind.PEOPLE, "", Action.MANAGE_CONTACTS, take)


def _told(taken: TakenBack) -> str:
    done = _("已收回这次导入：删除新建的 {removed} 份档案，恢复 {restored} 份，部分恢复 {partly} 份。").format(
        removed=taken.removed, restored=taken.restored, partly=taken.partly
    )
    rest = _("{left} 份之后有人改过或已在使用，没有动。").format(left=taken.left)
    return done + (rest if taken.left else "")


def _listed(kind: ImportKind, survey: str, action: Action, take: Callable[[ImportBatch, str], None]) -> None:
    """Whoever imported may take it back, and administrators."""
    account = session.signed_in()
    kept = session.store().imports.all(kind, survey)
    batches = [each for each in kept if account.may(Action.UNDO_ALL_IMPORTS) or each.by == account.name]
    if not batches:
        return
    st.markdown(_("**导入过的批次**（90 天内可以整批收回）"))
    for batch in batches:
        with st.container(horizontal=True, vertical_alignment="center"):
            when = batch.at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
            look.soft(f"{when} · {batch.by} · {batch.file} · " + _("{count} 行").format(count=f"{batch.rows:,}"))
            with st.popover(_("收回这批")):
                look.soft(_("新增的会删除；更新过的恢复到导入之前，之后有人改过的不动。不能撤销。"))
                if st.button(_("确认收回"), key=f"take back {batch.id}"):
                    take(batch, session.acting(action).name)
