"""Moving old lines of the audit trail into archives, and taking those along."""

from __future__ import annotations

from datetime import date

import streamlit as st

from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.words import _, reason
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.audit_archive import archive_audit, archive_folder, archives, latest_day
from surveys.permissions import Action
from surveys.storage.records.audit_archives import NothingToArchive, TooYoung, UnfitArchive


def draw() -> None:
    """What has left, and a form for what may leave; nothing for who may only read the trail."""
    if not session.signed_in().may(Action.ARCHIVE_AUDIT):
        return
    st.header(_("归档"), anchor=False)
    told = _("六个月以前的记录可以移到归档文件里：文件带签名，链条接着它往下走，少一份或改一个字都核对得出来。")
    look.soft(told + _("归档放在数据库旁边的 audit-archive 文件夹里，不在备份里；请另存一份到服务器以外的地方。"))
    _move()
    _take()


def _move() -> None:
    latest = latest_day(local_day(utc_now()))
    day = st.date_input(_("归档这一天以前的记录"), latest, max_value=latest, key="archive before")
    count = session.store().accounts.audit_lines_before(day) if isinstance(day, date) else 0
    if not count:
        look.soft(_("没有这么早的记录。"))
    elif st.button(_("归档 {count} 条").format(count=count), key="archive audit"):
        _archive(day)


def _archive(day: date) -> None:
    admin, store = session.acting(Action.ARCHIVE_AUDIT), session.store()

    def archive() -> None:
        made = archive_audit(store, day, archive_folder(store), by=admin.name, today=local_day(utc_now()))
        look.say(_("已归档并核对：{name}").format(name=made.name))

    try:
        with st.spinner(_("正在归档…")):
            actions.whole(archive)
    except (UnfitArchive, TooYoung, NothingToArchive, OSError) as error:
        st.error(look.as_written(_("没有归档，记录都还在：{reason}").format(reason=reason(error))))
        return
    st.rerun()


def _take() -> None:
    kept = archives(archive_folder(session.store()))
    if not kept:
        return
    names = {each.name: each for each in reversed(kept)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(_("下载哪一份归档"), list(names), key="archive to take")
        downloads.offer_file(_("下载归档"), names[name].read_bytes, name, "application/jsonl")
