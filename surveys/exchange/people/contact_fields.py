"""The fields of people's files that a table can fill: what their columns are called, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.exchange.answers.circumstances import as_day
from surveys.exchange.sources.moments import as_iso
from surveys.localisation import normalisation
from surveys.localisation.language import marked
from surveys.organisation.departments import Department
from surveys.people.contact import (
    LONGEST_TEXT,
    ContactKind,
    Secrecy,
    UnfitValue,
    as_customer_number,
    as_email,
    as_phone,
)

ATTRIBUTES = ("who", "does", "worth")
ATTRIBUTE_LABELS = {"who": marked("属性 · 是什么人"), "does": marked("属性 · 做什么"), "worth": marked("属性 · 值多少")}

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_AMOUNT = re.compile(r"-?\d{1,12}(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class ContactField:
    """One field of a file: what it is called here, what columns for it are usually called, how a cell is read."""

    label: str
    headings: tuple[str, ...]
    read: Callable[[str, Sequence[Department]], Any]
    choices: Callable[[Sequence[Department]], dict[str, str]] | None = None  # what alone can be said, with its name
    last_resort: tuple[str, ...] = ()  # headings of columns that are taken when there is no better one


def plain_text(text: str, _: Sequence[Department]) -> str:
    plain = " ".join(text.split())
    if _UNSEEN.search(plain):
        raise UnfitValue(marked("含有看不见的控制字符，请删去后重填"))
    if len(plain) > LONGEST_TEXT:
        raise UnfitValue(marked("有 {length} 字，最多 {longest} 字"), length=len(plain), longest=LONGEST_TEXT)
    return plain


def _customer_number(text: str, _: Sequence[Department]) -> str:
    return as_customer_number(text)


def _department(text: str, departments: Sequence[Department]) -> str:
    for each in departments:
        if text.strip() in (each.code, each.name):
            return each.code
    raise UnfitValue(marked("没有部门“{text}”，请先在“组织”页建立"), text=text.strip()[:60])


def _kind(text: str, _: Sequence[Department]) -> ContactKind:
    for each in ContactKind:
        if text.strip() in (each.value, each.label):
            return each
    raise UnfitValue(marked("“{text}”应是客户或员工"), text=text.strip()[:60])


def _secrecy(text: str, _: Sequence[Department]) -> Secrecy:
    plain = text.strip()
    if plain in ("无", "公开", "普通", "none"):
        return Secrecy.NONE
    if plain not in list(Secrecy):
        raise UnfitValue(marked("没有密级“{text}”，只有秘密、机密、绝密"), text=plain[:60])
    return Secrecy(plain)


def _departments(departments: Sequence[Department]) -> dict[str, str]:
    return {each.code: each.name for each in departments}


def _kinds(_: Sequence[Department]) -> dict[str, str]:
    return {each.value: each.label for each in ContactKind}


def _levels(_: Sequence[Department]) -> dict[str, str]:
    return {each.value or "无": each.value or marked("无") for each in Secrecy}


def _day(text: str, _: Sequence[Department]) -> date:
    day = as_day(as_iso(text))
    if day is None:
        raise UnfitValue(marked("看不懂日期“{text}”，请写成 2027-12-31"), text=text[:60])
    return day


def amount(text: str, _: Sequence[Department]) -> float:
    try:
        plain = normalisation.number(text)
    except normalisation.Unreadable as error:
        if error.message.values:  # it says itself what can't be read
            raise UnfitValue(error.message.wording, **error.message.values) from None
        plain = ""
    if not _AMOUNT.fullmatch(plain):
        raise UnfitValue(marked("“{text}”不是数字"), text=text.strip()[:60])
    return float(plain)


def _phone(text: str, _: Sequence[Department]) -> str:
    return as_phone(text)


def _email(text: str, _: Sequence[Department]) -> str:
    return as_email(text)


FIELDS: dict[str, ContactField] = {
    "customer_number": ContactField(
        marked("客户编号"),
        (
            "客户编号",
            "户号",
            "用户编号",
            "客户号",
            "工号",
            "员工编号",
            "客戶編號",
            "戶號",
            "customer number",
            "customer id",
            "customer no",
            "customer no.",
            "account number",
            "employee id",
        ),
        _customer_number,
    ),
    "name": ContactField(
        marked("姓名或名称"),
        (
            "姓名",
            "名称",
            "户名",
            "客户名称",
            "客户姓名",
            "用户名称",
            "姓名或名称",
            "名稱",
            "戶名",
            "full name",
            "customer name",
            "display name",
        ),
        plain_text,
        last_resort=("organization name", "organization 1 - name", "company", "单位"),
    ),
    "phone": ContactField(
        marked("电话"),
        (
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "联系电话",
            "电话号码",
            "電話",
            "手機",
            "移动电话",
            "mobile phone",
            "mobile",
            "phone number",
            "telephone",
            "phone 1 - value",
            "primary phone",
        ),
        _phone,
        last_resort=(
            "商务电话",
            "住宅电话",
            "单位电话",
            "business phone",
            "home phone",
            "company main phone",
            "other phone",
        ),
    ),
    "email": ContactField(
        marked("邮箱"),
        (
            "邮箱",
            "电子邮箱",
            "电子邮件",
            "e-mail",
            "電子郵件",
            "电子邮件地址",
            "邮箱地址",
            "e-mail address",
            "email address",
            "e-mail 1 - value",
            "mail",
        ),
        _email,
    ),
    "chat": ContactField(marked("聊天账号"), ("聊天账号", "企业微信", "微信"), plain_text),
    "department": ContactField(
        marked("部门"), ("部门", "所属部门", "责任部门", "供电所", "部門"), _department, _departments
    ),
    "kind": ContactField(marked("客户或员工"), ("客户或员工", "人员类别"), _kind, _kinds),
    "login": ContactField(marked("用户名"), ("用户名", "登录名", "username", "user name"), plain_text),
    "tier": ContactField(marked("客户等级"), ("客户等级", "等级"), plain_text),
    "secrecy": ContactField(marked("密级"), ("密级",), _secrecy, _levels),
    "secrecy_until": ContactField(marked("保密期限"), ("保密期限", "保密至", "解密日期"), _day),
}


PARTS_OF_NAME: dict[str, ContactField] = {
    "family_name": ContactField(
        marked("姓"), ("姓", "姓氏", "last name", "family name", "surname", "nachname"), plain_text
    ),
    "given_name": ContactField(marked("名"), ("名", "名字", "first name", "given name", "vorname"), plain_text),
    "middle_name": ContactField(marked("中间名"), ("中间名", "middle name", "additional name"), plain_text),
}
"""A name over several columns; `joined_name` makes one of them."""

COLUMNS: dict[str, ContactField] = FIELDS | PARTS_OF_NAME
"""All that a column can fill, attributes apart."""
