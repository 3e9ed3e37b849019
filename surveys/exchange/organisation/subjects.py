"""Subjects of one kind from a table: their attributes in columns, relations by code or name, also to later rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from surveys.exchange.organisation.lines import (
    BETWEEN,
    CODE_COLUMN,
    DEPARTMENT,
    NAME,
    Line,
    LineReader,
    OrganisationColumn,
    RowState,
    columns_of,
    department_named,
    fit_name,
    made_code,
    refused,
)
from surveys.localisation import normalisation
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.departments import Department
from surveys.organisation.subjects import AttributeType, Subject, SubjectAttribute, SubjectKind
from surveys.tables import Table

SUBJECT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-@]{0,59}", re.ASCII)
SUBJECT_CODE_RULE = marked("代号只能用字母、数字和 _ . - @，最多 60 个字符")
LONGEST_VALUE = 200
FROM = OrganisationColumn(marked("启用日期"), ("active from", "from", "begin"))
TO = OrganisationColumn(marked("停用日期"), ("active to", "to", "end"))

Known = Callable[[str], Sequence[Subject]]
"""The subjects of a kind."""


@dataclass(frozen=True)
class SubjectSurroundings:
    """What subjects of a file may refer to."""

    known: Known
    departments: Sequence[Department]
    accounts: Collection[str]


def subject_columns(kind: SubjectKind) -> dict[str, OrganisationColumn]:
    """The columns of a kind, by what stands in them: name, code, department, each attribute, the days of use."""
    name = replace(NAME, others=(*NAME.others, "姓名", "full name"))
    code = replace(CODE_COLUMN, others=(*CODE_COLUMN.others, "工号", "number"))
    attributes = {
        each.name: OrganisationColumn(each.label, (*each.headings, each.name.replace("_", " ")), each.needed)
        for each in kind.attributes
    }
    department = replace(DEPARTMENT, needed=kind.needs_department)
    return {"name": name, "code": code, "department": department, **attributes, "from": FROM, "to": TO}


def subjects_from(table: Table, kind: SubjectKind, around: SubjectSurroundings) -> list[Line[Subject]]:
    """What becomes of each row; raises UnfitTable. What the file has no column for stays as it is."""
    columns, known = subject_columns(kind), around.known(kind.code)
    places = columns_of(table.header, list(columns.values()))
    told = {name: column for name, column in columns.items() if places[column] is not None}
    by_code, taken = {each.code.lower(): each for each in known}, {each.code for each in known}
    reader: LineReader[Subject] = LineReader()
    befores: dict[str, Subject] = {}
    raw: dict[str, dict[str, str]] = {}

    def made(cells: Mapping[OrganisationColumn, str]) -> tuple[Subject | None, Subject]:
        said = {name: cells[column] for name, column in told.items()}
        name, code = fit_name(said["name"]), said.get("code", "")
        before = by_code.get(code.lower()) if code else _named(name, known)
        code = before.code if before else code or made_code(kind.letter, taken)
        if not SUBJECT_CODE.fullmatch(code):
            raise refused(SUBJECT_CODE_RULE)
        reader.once(code)
        taken.add(code)
        if before:
            befores[code] = before
        raw[code] = said
        one = before or Subject(kind.code, code, name)
        return before, _days(_housed(replace(one, name=name), said, around), said)

    lines = reader.lines(table, list(columns.values()), columns["name"], made, taken)
    there = [*known, *(each.one for each in lines if each.one is not None and each.one.code not in befores)]
    return [_related(each, kind, raw, befores, there, around) for each in lines]


def _named(name: str, known: Sequence[Subject]) -> Subject | None:
    found = [each for each in known if each.name == name]
    if len(found) > 1:
        raise refused(marked("“{name}”不止一个，请写代号"), name=name)
    return found[0] if found else None


def _housed(one: Subject, said: Mapping[str, str], around: SubjectSurroundings) -> Subject:
    if "department" not in said:
        return one
    text = said["department"]
    return replace(one, department=department_named(text, around.departments) if text else None)


def _days(one: Subject, said: Mapping[str, str]) -> Subject:
    begin = _day(said["from"]) if "from" in said else one.active_from
    end = _day(said["to"]) if "to" in said else one.active_to
    if begin and end and end < begin:
        raise refused(marked("停用日期在启用日期之前"))
    return replace(one, active_from=begin, active_to=end)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(normalisation.day(text)) if text else None
    except normalisation.Unreadable as error:
        raise refused(error.message.wording, **error.message.values) from None


def _related(
    line: Line[Subject], kind: SubjectKind, raw: Mapping[str, Mapping[str, str]], befores: Mapping[str, Subject],
    there: Sequence[Subject], around: SubjectSurroundings,
) -> Line[Subject]:  # fmt: skip
    """The line with its attributes, which may name subjects further down."""
    if line.one is None:
        return line
    said, attributes = raw[line.one.code], dict(line.one.attributes)
    for each in kind.attributes:
        if each.name in said:
            try:
                attributes[each.name] = read_attribute(each, said[each.name], kind, there, around)
            except UnfitAttribute as error:
                return replace(line, one=None, state=RowState.REFUSED, reason=error.args[0])
    one = replace(line.one, attributes={name: values for name, values in attributes.items() if values})
    before = befores.get(one.code)
    state = RowState.NEW if before is None else RowState.SAME if before == one else RowState.CHANGED
    return replace(line, one=one, state=state)


class UnfitAttribute(ValueError):
    """What can't stand in an attribute; carries a Message."""

    def __init__(self, attribute: SubjectAttribute, wording: str, **values: object) -> None:
        why = Message(wording, values)
        super().__init__(Message(marked("{column}：{why}"), {"column": Message(attribute.label), "why": why}))


def read_attribute(
    attribute: SubjectAttribute, text: str, kind: SubjectKind, own: Sequence[Subject], around: SubjectSurroundings
) -> tuple[str, ...]:  # fmt: skip
    """The values that somebody wrote for an attribute; raises UnfitAttribute. *own*: subjects of the same kind."""
    parts = [each.strip() for each in BETWEEN.split(text)] if attribute.several else [text.strip()]
    parts = list(dict.fromkeys(each for each in parts if each))
    if not parts and attribute.needed:
        raise UnfitAttribute(attribute, marked("没有填写"))
    if any(len(each) > LONGEST_VALUE for each in parts):
        raise UnfitAttribute(attribute, marked("超过 {most} 个字"), most=LONGEST_VALUE)
    if attribute.type is AttributeType.SUBJECT:
        return tuple(dict.fromkeys(_subject(attribute, each, kind, own, around) for each in parts))
    return tuple(_plain(attribute, each, around) for each in parts)


def _subject(
    attribute: SubjectAttribute, text: str, kind: SubjectKind, own: Sequence[Subject], around: SubjectSurroundings
) -> str:  # fmt: skip
    for of in attribute.of:
        every = own if of == kind.code else around.known(of)
        by_code = [each.code for each in every if each.code.lower() == text.lower()]
        found = by_code or [each.code for each in every if each.name == text]
        if len(found) > 1:
            raise UnfitAttribute(attribute, marked("“{name}”不止一个，请写代号"), name=text[:40])
        if found:
            return found[0]
    raise UnfitAttribute(attribute, marked("没有“{name}”，请先新增或检查写法"), name=text[:40])


def _plain(attribute: SubjectAttribute, text: str, around: SubjectSurroundings) -> str:
    if attribute.type is AttributeType.ACCOUNT and text not in around.accounts:
        raise UnfitAttribute(attribute, marked("没有用户名“{name}”"), name=text[:40])
    reader = _READERS.get(attribute.type)
    try:
        return reader(text) if reader else text
    except normalisation.Unreadable as error:
        raise UnfitAttribute(attribute, error.message.wording, **error.message.values) from None


_READERS: dict[AttributeType, Callable[[str], str]] = {
    AttributeType.DATE: normalisation.day, AttributeType.NUMBER: normalisation.number,
}  # fmt: skip
