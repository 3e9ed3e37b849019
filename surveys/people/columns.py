"""Which column of a table of people fills which field of their files, and how a cell is read. FIELDS at the foot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.exchange.cells import restored
from surveys.exchange.circumstances import as_day
from surveys.language import marked
from surveys.organisation import Department
from surveys.people.contact import (
    ATTRIBUTE_NAME,
    LONGEST_TEXT,
    Kind,
    Secrecy,
    UnfitValue,
    as_email,
    as_phone,
)
from surveys.wording import Message

ATTRIBUTES = ("who", "does", "worth")
ATTRIBUTE_LABELS = {"who": marked("属性 · 是什么人"), "does": marked("属性 · 做什么"), "worth": marked("属性 · 值多少")}

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_NUMBER = re.compile(r"[\w\-/]{1,40}")
_AMOUNT = re.compile(r"[-+]?\d{1,12}(?:\.\d+)?", re.ASCII)
_POWER_OF_TEN = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)


@dataclass(frozen=True)
class Field:
    """One field of a file: what it is called here, what columns for it are usually called, how a cell is read."""

    label: str
    headings: tuple[str, ...]
    read: Callable[[str, Sequence[Department]], Any]


def _text(text: str, _: Sequence[Department]) -> str:
    plain = " ".join(text.split())
    if _UNSEEN.search(plain):
        raise UnfitValue(marked("含有看不见的控制字符，请删去后重填"))
    if len(plain) > LONGEST_TEXT:
        raise UnfitValue(marked("有 {length} 字，最多 {longest} 字"), length=len(plain), longest=LONGEST_TEXT)
    return plain


def _customer_number(text: str, _: Sequence[Department]) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if _POWER_OF_TEN.fullmatch(plain):
        raise UnfitValue(marked("“{text}”被表格软件改成了科学计数法，请把这一列设为文本后重填"), text=plain)
    if not _NUMBER.fullmatch(plain):
        raise UnfitValue(marked("“{text}”应只含字母、数字、- 和 /，最多 40 个"), text=plain[:60])
    return plain.upper()


def _department(text: str, departments: Sequence[Department]) -> str:
    for each in departments:
        if text.strip() in (each.code, each.name):
            return each.code
    raise UnfitValue(marked("没有部门“{text}”，请先在“组织”页建立"), text=text.strip()[:60])


def _kind(text: str, _: Sequence[Department]) -> Kind:
    for each in Kind:
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


def _day(text: str, _: Sequence[Department]) -> date:
    day = as_day(text)
    if day is None:
        raise UnfitValue(marked("看不懂日期“{text}”，请写成 2027-12-31"), text=text[:60])
    return day


def _amount(text: str, _: Sequence[Department]) -> float:
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("¥").rstrip("元").replace(",", "").replace(" ", "")
    if not _AMOUNT.fullmatch(plain):
        raise UnfitValue(marked("“{text}”不是数字"), text=text.strip()[:60])
    return float(plain)


def _phone(text: str, _: Sequence[Department]) -> str:
    return as_phone(text)


def _email(text: str, _: Sequence[Department]) -> str:
    return as_email(text)


FIELDS: dict[str, Field] = {
    "customer_number": Field(
        marked("客户编号"),
        ("客户编号", "户号", "用户编号", "客户号", "工号", "员工编号"),
        _customer_number,
    ),
    "name": Field(
        marked("姓名或名称"), ("姓名", "名称", "户名", "客户名称", "客户姓名", "用户名称", "姓名或名称"), _text
    ),
    "phone": Field(marked("电话"), ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码"), _phone),
    "email": Field(marked("邮箱"), ("邮箱", "电子邮箱", "电子邮件", "e-mail"), _email),
    "chat": Field(marked("聊天账号"), ("聊天账号", "企业微信", "微信"), _text),
    "department": Field(marked("部门"), ("部门", "所属部门", "责任部门", "供电所"), _department),
    "kind": Field(marked("客户或员工"), ("客户或员工", "人员类别"), _kind),
    "tier": Field(marked("客户等级"), ("客户等级", "等级"), _text),
    "secrecy": Field(marked("密级"), ("密级",), _secrecy),
    "secrecy_until": Field(marked("保密期限"), ("保密期限", "保密至", "解密日期"), _day),
}


def read_cell(target: str, text: str, departments: Sequence[Department]) -> Any:
    """What a cell says for a field or an attribute; raises UnfitValue."""
    if target in FIELDS:
        return FIELDS[target].read(text, departments)
    return _amount(text, departments) if target.startswith("worth.") else _text(text, departments)


def target_label(target: str) -> Message | str:
    """What a target is called, to be said; an attribute by its own name."""
    return Message(FIELDS[target].label) if target in FIELDS else target.partition(".")[2]


def attribute_target(kind: str, heading: str) -> str | None:
    """The attribute of this kind that a column of this heading is; None when the heading can't name one."""
    name = re.sub(r"[^\w\-]+", "_", unicodedata.normalize("NFKC", heading).strip()).strip("_")
    return f"{kind}.{name}" if ATTRIBUTE_NAME.fullmatch(name) else None


def is_target(target: str) -> bool:
    """Whether it names a field or can name an attribute."""
    kind, _, name = target.partition(".")
    return target in FIELDS or (kind in ATTRIBUTES and bool(ATTRIBUTE_NAME.fullmatch(name)))


def usual_targets(header: Sequence[str], attributes: Sequence[str] = ()) -> dict[int, str]:
    """Position by position what the columns most likely are, by their headings; *attributes* are those in use."""
    known = {heading: target for target, field in FIELDS.items() for heading in (target, *field.headings)}
    known |= {attribute.partition(".")[2]: attribute for attribute in attributes} | {each: each for each in attributes}
    found: dict[int, str] = {}
    for at, heading in enumerate(header):
        plain = restored(heading).strip()
        target = known.get(plain.lower()) or known.get(plain) or (plain if is_target(plain) and "." in plain else None)
        if target is not None and target not in found.values():
            found[at] = target
    return found


class UnfitColumns(ValueError):
    """Columns that can't fill files; carries its messages for the person importing."""

    def __init__(self, problems: Sequence[UnfitValue]) -> None:
        self.problems = [each.args[0] for each in problems]
        super().__init__("；".join(map(str, self.problems)))


def assert_fit(targets: Mapping[int, str]) -> None:
    """Raises UnfitColumns unless every file gets a name and something to know it again by."""
    there, problems = list(targets.values()), list[UnfitValue]()
    for target in dict.fromkeys(there):
        if not is_target(target):
            problems.append(UnfitValue(marked("没有字段“{name}”"), name=target))
        elif there.count(target) > 1:
            problems.append(UnfitValue(marked("“{name}”有不止一列"), name=target_label(target)))
    if "name" not in there:
        problems.append(UnfitValue(marked("没有姓名或名称这一列")))
    if not {"customer_number", "phone", "email"} & set(there):
        problems.append(UnfitValue(marked("客户编号、电话、邮箱至少要有一列，否则再次导入时认不出同一个人")))
    if problems:
        raise UnfitColumns(problems)
