"""Departments, touchpoints and accounts from a file: a template, a look at what it would do, and the deed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from surveys.accounts import Account, hashed_password
from surveys.accounts.passwords import random_password
from surveys.console.kit import actions, concurrent_edits, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES, digest
from surveys.console.kit.words import _, reason, said
from surveys.exchange.organisation.departments import DEPARTMENT_COLUMNS, departments_from
from surveys.exchange.organisation.lines import Line, OrganisationColumn, RowState, UnfitTable
from surveys.exchange.organisation.places_and_accounts import (
    ACCOUNT_COLUMNS,
    TOUCHPOINT_COLUMNS,
    Person,
    accounts_from,
    touchpoints_from,
)
from surveys.localisation.clock import utc_now
from surveys.localisation.language import marked
from surveys.operations.staff.handing_on import hand_on
from surveys.organisation.department_tree import CircularDepartments
from surveys.permissions import Action
from surveys.storage.records.accounts import NameTaken
from surveys.tables import Table, UnfitFile, opened_bytes
from surveys.tables.cells import harmless

_STATES = {
    RowState.NEW: marked("新增"),
    RowState.CHANGED: marked("修改"),
    RowState.SAME: marked("没有变化"),
    RowState.REFUSED: marked("不能导入"),
}
_TONES = {RowState.NEW: "good", RowState.CHANGED: "wait", RowState.SAME: "", RowState.REFUSED: "bad"}
_SHOWN = 200
_PASSWORDS = "bringing.passwords"  # by this name those just made are left to be shown once


@dataclass(frozen=True)
class ImportKindOfOrganisation:
    """What comes in: its columns, how a table is read, and how the lines that count are kept."""

    key: str
    columns: tuple[OrganisationColumn, ...]
    hint: str
    read: Callable[[Table], Sequence[Line[Any]]]
    there: Callable[[], Mapping[str, Any]]
    """What is there of this kind, by what is known again in a line: code or name."""
    keep: Callable[[Sequence[Line[Any]], Account, Mapping[str, Any]], str | None]
    """Keeps the lines that count, if what they touch still is as it was seen; raises ChangedMeanwhile.

    Gives what else came of it, in words.
    """


def draw(kind: ImportKindOfOrganisation) -> None:
    """Template, file, preview and button."""
    st.subheader(_("从文件导入"), anchor=False)
    _show_passwords(kind)
    look.soft(_(kind.hint))
    downloads.offer_file(_("下载模板"), _template(kind), f"{kind.key}.csv", "text/csv", key=f"template {kind.key}")
    file = st.file_uploader(_("CSV 或 Excel 文件"), type=TABLE_TYPES, key=f"file {kind.key}")
    if file is None:
        return
    lines = _lines(kind, file.getvalue())
    if lines is None:
        return
    _preview(lines)
    wanted = [each for each in lines if each.state in (RowState.NEW, RowState.CHANGED)]
    if not wanted:
        look.empty(_("没有可以导入的"), _("文件里的内容都已经有了，或者不能导入。"))
        return
    button, present = f"bring {kind.key}", _touched(kind, wanted)
    shown_file, seen = concurrent_edits.last_shown(button, (digest(file.getvalue()), present))
    if st.button(_("导入 {count} 条").format(count=len(wanted)), type="primary", key=button):
        _bring(kind, lines, seen if shown_file == digest(file.getvalue()) else present)


def _touched(kind: ImportKindOfOrganisation, lines: Sequence[Line[Any]]) -> dict[str, Any]:
    """What is there now of what these lines make or change; None for what isn't."""
    there = kind.there()
    keys = [str(getattr(each.one, "code", None) or each.one.name) for each in lines if each.one is not None]
    return {key: there.get(key) for key in keys}


def _bring(kind: ImportKindOfOrganisation, lines: Sequence[Line[Any]], seen: Mapping[str, Any]) -> None:
    admin = session.acting(Action.ADMINISTER_ACCOUNTS)
    wanted = [each for each in lines if each.state in (RowState.NEW, RowState.CHANGED)]
    counts = Counter(each.state for each in lines)
    words = _("新增 {new}，修改 {changed}，没有变化 {same}，不能导入 {refused}。")
    done = words.format(**{state.value: counts[state] for state in RowState})

    def keep() -> None:
        more = kind.keep(wanted, admin, seen)
        look.say(f"{done}{more or ''}")

    try:
        with st.spinner(_("正在导入…")):
            kept = concurrent_edits.done(lambda: actions.whole(keep))
    except CircularDepartments as error:
        st.error(look.as_written(_("{reason}。").format(reason=reason(error))))
        return
    except NameTaken as error:
        st.error(_("用户名“{name}”已经有人使用，请换一个。").format(name=look.as_written(str(error))))
        return
    if kept:
        st.rerun()


def _lines(kind: ImportKindOfOrganisation, content: bytes) -> Sequence[Line[Any]] | None:
    """What becomes of each row; None, with the reason on the page, for what is no such table."""
    try:
        with opened_bytes(content) as table:
            return kind.read(table)
    except (UnfitFile, UnfitTable) as error:
        st.error(look.as_written(_("{reason}。").format(reason=reason(error))))
        return None


def _preview(lines: Sequence[Line[Any]]) -> None:
    counts = Counter(each.state for each in lines)
    look.soft(" · ".join(f"{_(_STATES[state])} {counts[state]}" for state in RowState if counts[state]))
    first = sorted(
        lines, key=lambda each: (each.state is not RowState.REFUSED, each.state is RowState.SAME, each.number)
    )
    rows = [
        (each.number, each.name or "—", look.tag(_(_STATES[each.state]), _TONES[each.state]),
         said(each.reason) if each.reason else _code_of(each))
        for each in first[:_SHOWN]
    ]  # fmt: skip
    look.table([_("行"), _("名称"), _("结果"), _("说明")], rows, taken=False)
    if len(lines) > _SHOWN:
        look.soft(_("只列出前 {count} 行。").format(count=_SHOWN))


def _code_of(line: Line[Any]) -> str:
    code = getattr(line.one, "code", "")
    return _("代号 {code}").format(code=code) if code else "—"


def _template(kind: ImportKindOfOrganisation) -> bytes:
    """Headings alone, so that no example is ever taken in; with a mark that Excel reads."""
    written = io.StringIO()
    csv.writer(written).writerow([_(column.heading) for column in kind.columns])
    return written.getvalue().encode("utf-8-sig")


# Departments and touchpoints


def _keep_departments(lines: Sequence[Line[Any]], by: Account, seen: Mapping[str, Any]) -> None:
    made = [each.one for each in lines if each.one is not None]
    session.store().organisation.bring(departments=made, by=by.name, seen=seen)


def _keep_touchpoints(lines: Sequence[Line[Any]], by: Account, seen: Mapping[str, Any]) -> None:
    made = [each.one for each in lines if each.one is not None]
    session.store().organisation.bring(touchpoints=made, by=by.name, seen=seen)


def _read_touchpoints(table: Table) -> Sequence[Line[Any]]:
    store = session.store().organisation
    return touchpoints_from(table, store.touchpoints(), store.departments())


DEPARTMENTS = ImportKindOfOrganisation(
    "departments", DEPARTMENT_COLUMNS,
    marked("上级部门写名称或代号，可以写在文件的任何一行；代号可以不填：已有的部门按名称认出，新的自动编号。同一个文件再导入一次不会重复。"),
    lambda table: departments_from(table, session.store().organisation.departments()),
    lambda: {each.code: each for each in session.store().organisation.departments()}, _keep_departments,
)  # fmt: skip
TOUCHPOINTS = ImportKindOfOrganisation(
    "touchpoints", TOUCHPOINT_COLUMNS,
    marked("部门写名称或代号；代号可以不填：已有的触点按部门和名称认出，新的自动编号。"),
    _read_touchpoints, lambda: {each.code: each for each in session.store().organisation.touchpoints()},
    _keep_touchpoints,
)  # fmt: skip


# Accounts


def _read_accounts(table: Table) -> Sequence[Line[Any]]:
    store = session.store()
    return accounts_from(table, store.accounts.all(), store.organisation.departments(), session.signed_in().name)


def _keep_accounts(lines: Sequence[Line[Any]], by: Account, seen: Mapping[str, Any]) -> str:
    """New accounts get a password each, shown once and kept as a hash alone; tasks go to whoever takes over."""
    people = [(each.one, each.state) for each in lines if each.one is not None]
    made = {person.name: random_password(person.name) for person, state in people if state is RowState.NEW}
    added = [(_account(each), hashed_password(made[each.name])) for each, state in people if state is RowState.NEW]
    changed = [_account(each) for each, state in people if state is RowState.CHANGED]
    session.store().accounts.bring(added, changed, by=by.name, now=utc_now(), seen=seen)
    names = {person.name: person.display_name for person, _state in people}
    actions.leave_for_once(_PASSWORDS, [(names[name], name, password) for name, password in made.items()])
    return _hand_on([person for person, _state in people if person.successor], by)


def _hand_on(leavers: Sequence[Person], by: Account) -> str:
    """The open tasks of these go to their successors, those that are still there after the whole file."""
    accounts = {each.name: each for each in session.store().accounts.all()}
    pairs = [(accounts[each.name], accounts[each.successor]) for each in leavers if accounts[each.successor].active]
    handed = [hand_on(session.store(), leaver, to, by=by.name, now=utc_now()) for leaver, to in pairs]
    if not leavers:
        return ""
    words = _("转交任务 {moved} 项，{left} 项只能由本人填写，没有转交。")
    return words.format(moved=sum(each.moved for each in handed), left=sum(each.left for each in handed))


def _account(person: Person) -> Account:
    return Account(0, person.name, person.display_name, person.role, person.departments, person.active)


def _show_passwords(kind: ImportKindOfOrganisation) -> None:
    """The passwords just made; whatever is drawn next, they are gone."""
    made = actions.left_for_once(_PASSWORDS) if kind is ACCOUNTS else None
    if not made:
        return
    st.warning(
        _("初始密码只显示这一次，系统里不保存。请现在下载或抄下，当面或通过安全渠道告知本人；首次登录时须修改。")
    )
    headings = [_("姓名"), _("用户名"), _("初始密码")]
    look.table(headings, made, taken=False)
    written = io.StringIO()
    csv.writer(written).writerows([headings, *([harmless(cell) for cell in row] for row in made)])
    downloads.offer_file(
        _("下载初始密码"), written.getvalue().encode("utf-8-sig"), "passwords.csv", "text/csv", on_click="ignore"
    )


ACCOUNTS = ImportKindOfOrganisation(
    "accounts", ACCOUNT_COLUMNS,
    marked("角色写系统管理员、问卷设计员、部门管理者、话务员或员工，空着的不变，新账号是员工；部门写名称、代号或“公司/部门/班组”，几个之间用顿号。在职状态写离职，账号停用；写了接手人（用户名），离职或休假的人未填的实名任务转交给他。人事系统和企业微信导出的名单可以直接用。已有的用户名会被修改，密码不变。"),
    _read_accounts, lambda: {each.name: each for each in session.store().accounts.all()}, _keep_accounts,
)  # fmt: skip
