"""Backups: made, taken along, and brought back after saying so in words."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.words import _, reason, said
from surveys.localisation.clock import utc_now, zone
from surveys.operations.backup_standing import backup_standing, note_backup
from surveys.permissions import Action
from surveys.storage.sqlite.backups.backup import UnfitBackup
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.backups.shelf import Kept, Shelf

_WORD = "RESTORE"  # what is to be typed, whatever the language
_READY = "backup ready"  # session key: name and content of the backup to take along


def draw() -> None:
    """Make a backup, take one along, bring one back."""
    shelf = Shelf(session.store().path)
    look.soft(_("备份含全部答卷、档案和账号，以及随答卷上传的文件；请妥善保管。密钥文件不在其中，请另外保存一份。"))
    _standing()
    if st.button(_("立即备份"), type="primary", key="back up"):
        _back_up(shelf)
    kept = shelf.all()
    if not kept:
        look.empty(_("还没有备份"), _("备份放在数据库旁边的 backups 文件夹里，也可以下载。"))
    else:
        rows = [(each.name, _when(each), f"{each.size / 1e6:.1f} MB", _kind(each)) for each in kept]
        look.table([_("备份"), _("时间"), _("大小"), _("说明")], rows, taken=False)
        _take(shelf, kept)
    _bring(shelf)
    if kept:
        _restore(shelf, kept)


def _standing() -> None:
    """When one was made and tried last, and what is wrong with that."""
    standing, now = backup_standing(session.store()), utc_now()
    for each in standing.wrong(now):
        st.warning(look.as_written(said(each)))
    drill = standing.drill
    if drill is not None and not drill.why_not:
        words = _("上一次演练恢复：{day}，{name} 能恢复，有 {answers} 份答卷、{files} 个文件。")
        at = datetime.fromisoformat(drill.at).astimezone(zone())
        look.soft(words.format(day=f"{at:%Y-%m-%d}", name=drill.name, answers=drill.answers, files=drill.files))


def _when(each: Kept) -> str:
    return each.at.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S")


def _kind(each: Kept) -> str:
    return _("恢复之前的状态") if each.before else "—"


def _back_up(shelf: Shelf) -> None:
    admin = session.acting(Action.CHANGE_SETTINGS)

    def back_up() -> None:
        name = shelf.add(utc_now().astimezone(zone()))
        session.store().accounts.record(admin.name, "backup", "database", name)
        note_backup(session.store(), name, utc_now())
        look.say(_("已备份并校验：{name}").format(name=name))

    try:
        with st.spinner(_("正在备份…")):
            actions.whole(back_up)
    except (UnfitBackup, OSError) as error:
        st.error(look.as_written(_("没有备份成功：{reason}").format(reason=reason(error))))
        return
    st.rerun()


def _take(shelf: Shelf, kept: list[Kept]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(_("下载哪一份"), [each.name for each in kept], key="backup to take")
        if st.button(_("准备下载"), key="prepare backup"):
            admin = session.acting(Action.CHANGE_SETTINGS)
            st.session_state[_READY] = (name, shelf.packed(name))
            session.store().accounts.record(admin.name, "download backup", "database", name)
        ready = st.session_state.get(_READY)
        if ready and ready[0] == name:
            downloads.offer_file(_("下载"), ready[1], name.removesuffix(".db") + ".zip", "application/zip")


def _bring(shelf: Shelf) -> None:
    with st.form("bring backup", border=True, clear_on_submit=True):
        file = st.file_uploader(_("上传一份备份（.zip 或 .db），先放进上面的列表"), type=["zip", "db"])
        if st.form_submit_button(_("上传")) and file is not None:
            admin = session.acting(Action.CHANGE_SETTINGS)
            try:
                name = shelf.bring(file.getvalue(), utc_now().astimezone(zone()))
            except (UnfitBackup, OSError) as error:
                st.error(look.as_written(_("不能用：{reason}。").format(reason=reason(error))))
                return
            session.store().accounts.record(admin.name, "upload backup", "database", name)
            look.done(_("已上传为 {name}，可以在下面选它来恢复。").format(name=name))


def _restore(shelf: Shelf, kept: list[Kept]) -> None:
    st.header(_("恢复"), anchor=False)
    with st.form("restore", border=True):
        name = st.selectbox(_("恢复哪一份"), [each.name for each in kept], key="backup to restore")
        st.markdown(_("**现在的数据会换成备份时的样子。** 现在的状态会先另存一份，列在上面。"))
        look.soft(_("恢复后所有人要重新登录；恢复期间交来的答卷会丢失。"))
        word = st.text_input(_("请输入 {word} 确认").format(word=_WORD), key="restore word")
        if st.form_submit_button(_("恢复这份备份"), key="restore backup"):
            if word.strip().upper() != _WORD:
                st.error(_("没有恢复：请先输入 {word} 确认。").format(word=_WORD))
            else:
                _bring_back(shelf, name)


def _bring_back(shelf: Shelf, name: str) -> None:
    admin, store = session.acting(Action.CHANGE_SETTINGS), session.store()

    def bring_back() -> None:
        restore(shelf.place(name), store.path, utc_now().astimezone(zone()))
        store.accounts.record(admin.name, "restore", "database", name)
        st.session_state.pop(_READY, None)
        look.say(_("已恢复。"))

    try:
        with st.spinner(_("正在恢复…")):
            actions.whole(bring_back)
    except (UnfitBackup, OSError) as error:
        st.error(look.as_written(_("没有恢复，数据没有改动：{reason}").format(reason=reason(error))))
        return
    st.rerun()
