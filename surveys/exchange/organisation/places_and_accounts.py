"""Touchpoints and accounts from a table: what is new, what changes, what can't be taken and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.accounts import Account
from surveys.exchange.organisation.lines import (
    BETWEEN,
    CODE_COLUMN,
    DEPARTMENT,
    NAME,
    Line,
    LineReader,
    OrganisationColumn,
    department_named,
    fit_code,
    fit_name,
    fit_place,
    made_code,
    refused,
)
from surveys.localisation.language import gettext, marked
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import OF_JOINERS, Action, Role
from surveys.tables import Table

ACCOUNT = re.compile(r"[a-zA-Z0-9_.\-@]{2,60}")

PLACES = {
    "district": OrganisationColumn(marked("区域"), ("district", "地区")),
    "stage": OrganisationColumn(marked("服务环节"), ("stage", "环节")),
    "business_type": OrganisationColumn(marked("业务类型"), ("business type", "business_type")),
}
USER = OrganisationColumn(marked("用户名"), ("user", "username", "user name", "账号", "帐号", "登录名"), needed=True)
PERSON = OrganisationColumn(marked("姓名"), ("name", "full name", "名字"), needed=True)
ROLE = OrganisationColumn(marked("角色"), ("role",))
OF_ACCOUNT = OrganisationColumn(marked("部门"), ("department", "departments", "所属部门"))
STATUS = OrganisationColumn(marked("在职状态"), ("status", "employment status", "状态", "激活状态"))
SUCCESSOR = OrganisationColumn(marked("接手人"), ("successor", "deputy", "代理人"))

TOUCHPOINT_COLUMNS = (NAME, DEPARTMENT, *PLACES.values(), CODE_COLUMN)
ACCOUNT_COLUMNS = (USER, PERSON, ROLE, OF_ACCOUNT, STATUS, SUCCESSOR)


def touchpoints_from(
    table: Table, known: Sequence[Touchpoint], departments: Sequence[Department]
) -> list[Line[Touchpoint]]:  # fmt: skip
    """The same of touchpoints; each belongs to a department that is there, by name or code."""
    taken, by_code = {each.code for each in known}, {each.code: each for each in known}
    by_name = {(each.department, each.name): each for each in known}
    reader: LineReader[Touchpoint] = LineReader()

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[Touchpoint | None, Touchpoint]:
        name, code = fit_name(cells[NAME]), cells[CODE_COLUMN].lower()
        department = department_named(cells[DEPARTMENT], departments)
        before = by_code.get(code) if code else by_name.get((department, name))
        if not code:
            code = before.code if before else made_code("t", taken)
        fit_code(code)
        reader.once(code)
        taken.add(code)
        place = {field: fit_place(cells[column]) for field, column in PLACES.items()}
        by_name.setdefault((department, name), one := Touchpoint(code, name, department, **place))
        return before, one

    return reader.lines(table, TOUCHPOINT_COLUMNS, NAME, made, taken)


@dataclass(frozen=True)
class Person:
    """An account as a file has it. `successor`: the account that takes over what is still to be filled in."""

    name: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()
    active: bool = True
    successor: str = ""


def accounts_from(
    table: Table, known: Sequence[Account], departments: Sequence[Department], own: str
) -> list[Line[Person]]:  # fmt: skip
    """The same of accounts; the *own* one stays an administrator's, and open.

    What a list of a personnel system leaves out stays as it is; who is new and has no role there is one of the staff.
    """
    there = {
        each.name: Person(each.name, each.display_name, each.role, each.departments, each.active) for each in known
    }
    reader: LineReader[Person] = LineReader()

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[Person | None, Person]:
        if not ACCOUNT.fullmatch(cells[USER]):
            raise refused(marked("用户名只能用字母、数字或 _ . - @，2 到 60 个字符"))
        before = there.get(cells[USER])
        role = _role(cells[ROLE]) if cells[ROLE] else before.role if before else OF_JOINERS
        active = _status(cells[STATUS]) if cells[STATUS] else before is None or before.active
        of = _homes(cells[OF_ACCOUNT], departments)
        if role.needs_departments and not of:
            raise refused(marked("部门管理者至少要有一个部门"))
        if cells[USER] == own and Action.ADMINISTER_ACCOUNTS not in role.grants:
            raise refused(marked("不能撤销自己的管理员角色"))
        if cells[USER] == own and not active:
            raise refused(marked("不能停用自己的账号"))
        if before is None and not active:
            raise refused(marked("没有这个账号，不必停用"))
        reader.once(cells[USER])
        successor = _successor(cells, there)
        return before, Person(cells[USER], fit_name(cells[PERSON]), role, of, active, successor)

    return reader.lines(table, ACCOUNT_COLUMNS, USER, made)


def _homes(text: str, departments: Sequence[Department]) -> tuple[str, ...]:
    """Departments by name or code; a path from the top, as personnel systems write it, is its last one."""
    parts = [_end_of_path(each, departments) for each in _BETWEEN_PATHS.split(text) if each.strip()]
    named = [each for part in parts for each in BETWEEN.split(part) if each.strip()]
    return tuple(dict.fromkeys(department_named(each, departments) for each in named))


_BETWEEN_PATHS = re.compile(r"[、,，;；\n]+")


def _end_of_path(text: str, departments: Sequence[Department]) -> str:
    """The code of the last department of a path, each part of the one before it; other texts as they are."""
    at: Department | None = None
    for name in (each.strip() for each in text.split("/")):
        inside = [each for each in departments if each.name == name and (at is None or each.parent == at.code)]
        if len(inside) != 1:
            return text
        [at] = inside
    return at.code if at is not None else text


_STATUS = {
    True: ("在职", "已激活", "未激活", "启用", "active"),
    False: ("离职", "退休", "已禁用", "停用", "left", "inactive"),
}


def _status(text: str) -> bool:
    """Whether somebody is there; somebody absent for a time is, and a deputy may do their tasks."""
    if (wanted := text.strip().casefold()) in _ABSENT:
        return True
    for active, words in _STATUS.items():
        if wanted in words:
            return active
    raise refused(marked("没有在职状态“{name}”，可以是：在职、离职、休假"), name=text[:20])


_ABSENT = ("休假", "出差", "absent", "on leave")


def _successor(cells: Mapping[OrganisationColumn, str], there: Mapping[str, Person]) -> str:
    name = cells[SUCCESSOR]
    if not name:
        return ""
    if name == cells[USER] or name not in there or not there[name].active:
        raise refused(marked("接手人“{name}”要是另一个在用的账号，写用户名"), name=name[:40])
    return name


def _role(text: str) -> Role:
    for role in Role:
        if text.strip().casefold() in (role.value, role.label.casefold(), gettext(role.label, "en").casefold()):
            return role
    raise refused(marked("没有角色“{name}”"), name=text[:20])
