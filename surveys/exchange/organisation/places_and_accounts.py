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
from surveys.permissions import Action, Role
from surveys.tables import Table

ACCOUNT = re.compile(r"[a-zA-Z0-9_.\-@]{2,60}")

PLACES = {
    "district": OrganisationColumn(marked("区域"), ("district", "地区")),
    "stage": OrganisationColumn(marked("服务环节"), ("stage", "环节")),
    "business_type": OrganisationColumn(marked("业务类型"), ("business type", "business_type")),
}
USER = OrganisationColumn(marked("用户名"), ("user", "username", "user name", "账号", "登录名"), needed=True)
PERSON = OrganisationColumn(marked("姓名"), ("name", "full name", "名字"), needed=True)
ROLE = OrganisationColumn(marked("角色"), ("role",), needed=True)
OF_ACCOUNT = OrganisationColumn(marked("部门"), ("department", "departments", "所属部门"))

TOUCHPOINT_COLUMNS = (NAME, DEPARTMENT, *PLACES.values(), CODE_COLUMN)
ACCOUNT_COLUMNS = (USER, PERSON, ROLE, OF_ACCOUNT)


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
    """An account as a file has it."""

    name: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()


def accounts_from(
    table: Table, known: Sequence[Account], departments: Sequence[Department], own: str
) -> list[Line[Person]]:  # fmt: skip
    """The same of accounts; the *own* one stays an administrator's."""
    there = {each.name: Person(each.name, each.display_name, each.role, each.departments) for each in known}
    reader: LineReader[Person] = LineReader()

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[Person | None, Person]:
        if not ACCOUNT.fullmatch(cells[USER]):
            raise refused(marked("用户名只能用字母、数字或 _ . - @，2 到 60 个字符"))
        role = _role(cells[ROLE])
        named = [each for each in BETWEEN.split(cells[OF_ACCOUNT]) if each.strip()]
        of = tuple(dict.fromkeys(department_named(each, departments) for each in named))
        if role.needs_departments and not of:
            raise refused(marked("部门管理者至少要有一个部门"))
        if cells[USER] == own and Action.ADMINISTER_ACCOUNTS not in role.grants:
            raise refused(marked("不能撤销自己的管理员角色"))
        reader.once(cells[USER])
        return there.get(cells[USER]), Person(cells[USER], fit_name(cells[PERSON]), role, of)

    return reader.lines(table, ACCOUNT_COLUMNS, USER, made)


def _role(text: str) -> Role:
    for role in Role:
        if text.strip().casefold() in (role.value, role.label.casefold(), gettext(role.label, "en").casefold()):
            return role
    raise refused(marked("没有角色“{name}”"), name=text[:20])
