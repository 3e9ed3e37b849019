"""The page on which the administrator keeps accounts: roles, departments, passwords."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account, UnfitPassword, hashed_password
from surveys.console.administration import account_erasure, organisation_import, second_factors
from surveys.console.kit import address, concurrent_edits, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, join_names, reason
from surveys.localisation.clock import utc_now
from surveys.permissions import Action, Role
from surveys.storage.records.accounts import NameTaken
from surveys.storage.sqlite.accounts import GIVEN

_NAME = re.compile(r"[a-zA-Z0-9_.\-@]{2,60}")
_ROLES = list(Role)


def draw() -> None:
    """All accounts, a form for a new one, and a form to change one."""
    look.heading(_("账号"), _("谁可以登录、承担什么角色、看到哪些部门的结果。"))
    accounts = session.store().accounts.all()
    names = department_names()
    look.table([_("用户名"), _("姓名"), _("角色"), _("部门"), _("状态")], [_row(each, names) for each in accounts])
    named = {
        "add": _("新增账号"), "change": _("修改账号"), "file": _("从文件导入"), "second": _("两步验证")
    }  # fmt: skip
    tabs = address.tabs("tab", named)
    with tabs["add"]:
        _add(names)
    with tabs["change"]:
        _change(accounts, names)
    with tabs["file"]:
        organisation_import.draw(organisation_import.ACCOUNTS)
    with tabs["second"]:
        second_factors.draw(accounts)


def _row(account: Account, names: dict[str, str]) -> tuple[object, ...]:
    departments = (
        _("全部") if account.sees_all_departments else join_names([names.get(d, d) for d in account.departments])
    )
    return account.name, account.display_name, _(account.role.label), departments or "—", _state(account)


def _state(account: Account) -> Markup:
    if not account.active:
        return look.tag(_("已停用"), "bad")
    return look.tag(_("待改初始密码"), "wait") if account.password_given else look.tag(_("可登录"), "good")


def _role_names() -> dict[Role, str]:
    return {role: _(role.label) for role in _ROLES}


def _add(names: dict[str, str]) -> None:
    with st.form("add account", clear_on_submit=False):
        left, right = st.columns(2)
        name = left.text_input(_("用户名"), max_chars=60, placeholder=_("字母、数字或 _ . - @，2 到 60 个字符"))
        display_name = right.text_input(_("姓名"), max_chars=60)
        left, right = st.columns(2)
        role = left.selectbox(
            _("角色"), _ROLES, index=_ROLES.index(Role.MANAGER), format_func=_role_names().__getitem__
        )
        departments = right.multiselect(
            _("部门"), list(names), format_func=names.__getitem__, placeholder=_("选择部门")
        )
        password = st.text_input(
            _("初始密码"), type="password", placeholder=_("至少 12 位，请当面或通过安全渠道告知本人；首次登录时须修改")
        )
        if st.form_submit_button(_("新增"), type="primary"):
            _create(name.strip(), display_name.strip(), role, tuple(departments), password)


def _create(name: str, display_name: str, role: Role, departments: tuple[str, ...], password: str) -> None:
    problem = _problem(name, display_name, role, departments)
    if problem:
        st.error(problem)
        return
    admin, accounts = session.acting(Action.ADMINISTER_ACCOUNTS), session.store().accounts
    try:
        hash_ = hashed_password(password, name)
        accounts.add(name, display_name, role, hash_, departments, now=utc_now(), given=True)
    except UnfitPassword as error:
        st.error(_("{reason}。").format(reason=reason(error)))
    except NameTaken:
        st.error(_("用户名“{name}”已经有人使用，请换一个。").format(name=name))
    else:
        accounts.record(admin.name, "add account", name, f"{role.value}; {GIVEN}")
        look.done(_("已新增账号“{name}”。").format(name=name))


def _problem(name: str, display_name: str, role: Role, departments: tuple[str, ...]) -> str:
    if not _NAME.fullmatch(name):
        return _("用户名只能用字母、数字或 _ . - @，2 到 60 个字符。")
    if not display_name:
        return _("请填写姓名。")
    return _missing_department(role, departments)


def _missing_department(role: Role, departments: tuple[str, ...]) -> str:
    return _("部门管理者至少要有一个部门，否则看不到任何结果。") if role.needs_departments and not departments else ""


def _change(accounts: list[Account], names: dict[str, str]) -> None:
    by_name = {each.name: each for each in accounts}
    labels = {name: _("{name}（{code}）").format(name=each.display_name, code=name) for name, each in by_name.items()}
    chosen = st.selectbox(_("账号"), list(by_name), format_func=labels.__getitem__)
    button = f"save account {chosen}"
    sheet = concurrent_edits.sheet(button, by_name[chosen], partial(_told, names), chosen)
    account = sheet.first
    with st.form(f"change {account.id}"):
        left, right = st.columns(2)
        display_name = left.text_input(_("姓名"), account.display_name, max_chars=60)
        role = right.selectbox(
            _("角色"), _ROLES, index=_ROLES.index(account.role), format_func=_role_names().__getitem__
        )
        present = [each for each in account.departments if each in names]
        departments = st.multiselect(
            _("部门"), list(names), default=present, format_func=names.__getitem__, placeholder=_("选择部门")
        )
        active = st.checkbox(_("可以登录"), account.active)
        if st.form_submit_button(_("保存修改"), type="primary", key=button):
            _save(sheet.seen, display_name.strip(), role, tuple(departments), active, button)
    if chosen in session.store().second_factors.names() and st.button(
        _("关闭两步验证"), help=_("本人丢了手机又没有恢复码时用；请先当面确认身份。"), key=f"second factor {account.id}"
    ):
        admin = session.acting(Action.ADMINISTER_ACCOUNTS)
        session.store().second_factors.remove(account, by=admin.name)
        look.done(_("已关闭“{name}”的两步验证，请提醒本人重新开启。").format(name=account.name))
    with st.form(f"password {account.id}", clear_on_submit=True):
        password = st.text_input(
            _("新密码"), type="password", placeholder=_("至少 12 位；保存后需要重新登录，本人登录时须修改")
        )
        if st.form_submit_button(_("重设密码")):
            _reset(account, password)
    account_erasure.draw(account)


def _told(names: dict[str, str], account: Account) -> dict[str, str]:
    return {
        _("姓名"): account.display_name, _("角色"): _(account.role.label),
        _("部门"): join_names([names.get(each, each) for each in account.departments]),
        _("状态"): _("可登录") if account.active else _("已停用"),
    }  # fmt: skip


def _save(
    account: Account, display_name: str, role: Role, departments: tuple[str, ...], active: bool, button: str
) -> None:  # fmt: skip
    admin, accounts = session.acting(Action.ADMINISTER_ACCOUNTS), session.store().accounts
    if admin.name == account.name and (Action.ADMINISTER_ACCOUNTS not in role.grants or not active):
        st.error(_("不能停用自己的账号或撤销自己的管理员角色，请由另一位管理员操作。"))
        return
    problem = "" if display_name else _("请填写姓名。")
    problem = problem or _missing_department(role, departments)
    if problem:
        st.error(problem)
        return
    values = {"display_name": display_name, "role": role.value, "departments": departments, "active": active}
    if not concurrent_edits.keep_edit(button, partial(accounts.change, account.name, seen=account, **values)):
        return
    detail = f"{role.value}; {', '.join(departments) or '-'}; {'active' if active else 'inactive'}"
    accounts.record(admin.name, "change account", account.name, detail)
    look.done(_("已修改账号“{name}”，对方需要重新登录。").format(name=account.name))


def _reset(account: Account, password: str) -> None:
    admin, accounts = session.acting(Action.ADMINISTER_ACCOUNTS), session.store().accounts
    try:
        accounts.set_password(account.name, hashed_password(password, account.name), by=admin.name)
    except UnfitPassword as error:
        st.error(_("{reason}。").format(reason=reason(error)))
        return
    look.done(_("已重设“{name}”的密码。").format(name=account.name))
