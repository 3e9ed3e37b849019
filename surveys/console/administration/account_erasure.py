"""Erasing an account: its name goes from everywhere, what was done with it stays under a code that is nobody's."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import actions, look, session
from surveys.console.kit.words import _
from surveys.fieldwork.tasks.task import TaskState
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.tasks import TaskSearch
from surveys.storage.sqlite.upkeep.persons import ERASED

_WORD = "ERASE"  # what is to be typed, whatever the language


def draw(account: Account) -> None:
    """What hangs on the account, and a form that asks for a word before it goes; not for one's own."""
    if account.name == session.signed_in().name or account.name.startswith(ERASED):
        return
    with st.expander(_("抹去这个账号"), key=f"erase {account.id}"):
        look.soft(_("离职等情况下，本人要求删除个人信息时用。先核实身份；只是不再使用，取消“可以登录”就够了。"))
        look.soft(
            _("会退出登录、不能再登录；姓名和用户名从任务、活动、导入、审计等处抹去，换成无意义的代号，不能恢复。")
        )
        if (waiting := _waiting_tasks(account)) > 0:
            st.warning(_("还有 {count} 件任务没有完成，请先改派，否则没有人会做。").format(count=waiting))
        with st.form(f"erase account {account.id}", border=False, clear_on_submit=True):
            word = st.text_input(_("请输入 {word} 确认").format(word=_WORD), key=f"erase word {account.id}")
            if st.form_submit_button(_("抹去账号"), key=f"erase account now {account.id}"):
                _erase(account, word)


def _waiting_tasks(account: Account) -> int:
    today = local_day(utc_now())
    tasks = session.store().tasks.all(TaskSearch(account=account.id), today, limit=-1)
    return sum(each.state(today) in (TaskState.OPEN, TaskState.LATE) for each in tasks)


def _erase(account: Account, word: str) -> None:
    admin = session.acting(Action.ADMINISTER_ACCOUNTS)
    if word.strip().upper() != _WORD:
        st.error(_("没有抹去：请先输入 {word} 确认。").format(word=_WORD))
        return

    def erase() -> None:
        code = session.store().persons.erase_account(account.name, by=admin.name)
        look.say(_("已抹去，今后叫 {code}。备份里的随备份一起删除。").format(code=code))

    actions.whole(erase)
    st.rerun()
