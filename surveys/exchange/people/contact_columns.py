"""Which column of a table of people fills which field of their files, and how its cells are read."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from surveys.exchange.answers.unknown_entries import MOST_ENTRIES, MOST_ROWS, Entries
from surveys.exchange.people.contact_fields import ATTRIBUTES, COLUMNS, FIELDS, PARTS_OF_NAME, amount, plain_text
from surveys.exchange.people.contact_sources import CONTACT_SOURCES
from surveys.exchange.sources import SourceSystem
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.departments import Department
from surveys.people.contact import ATTRIBUTE_NAME, UnfitValue
from surveys.tables import Guide, Table
from surveys.tables.cells import restore_cell

_MOBILE = re.compile(r"1\d{10}")

# Chinese, Japanese and Korean names begin with the family and are written without a blank.
_FAMILY_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff·\U00020000-\U0003ffff]+")


def joined_name(family: str, given: str, middle: str = "") -> str:
    """One name of its parts, in the order in which it is said."""
    if all(_FAMILY_FIRST.fullmatch(part) for part in (family, given, middle) if part):
        return family + middle + given
    return " ".join(filter(None, (given, middle, family)))


def with_whole_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, the parts of a name as one; a name that stands in a column of its own goes before."""
    family, given, middle = (values.get(part, "") for part in ("family_name", "given_name", "middle_name"))
    whole = {target: value for target, value in values.items() if target not in PARTS_OF_NAME}
    if (family or given) and not whole.get("name"):
        whole["name"] = joined_name(family, given, middle)
    return whole


def unknown_entries(targets: Mapping[int, str], table: Table, departments: Sequence[Department]) -> Entries:
    """By field the entries that are none of those it can have, and in how many rows each stands."""
    found: dict[str, Counter[str]] = {}
    listed = {at: target for at, target in targets.items() if target in FIELDS and FIELDS[target].choices}
    for row in islice(table.rows, MOST_ROWS):
        if row.problems(table.header, listed):
            continue
        for at, target in listed.items():
            text = restore_cell(row.cells[at]).strip()
            if text and not _readable(target, text, departments):
                entries = found.setdefault(target, Counter())
                if len(entries) < MOST_ENTRIES or text in entries:
                    entries[text] += 1
    return found


def _readable(target: str, text: str, departments: Sequence[Department]) -> bool:
    try:
        read_cell(target, text, departments)
    except UnfitValue:
        return False
    return True


_BETWEEN_SEVERAL = ":::"  # how an address book writes several numbers of one kind into a cell


def read_one(target: str, text: str, departments: Sequence[Department]) -> tuple[Any, bool]:
    """What a cell says, and whether it holds further numbers or addresses: of several one is taken.

    That is a mobile number before others, else the first that can be read. Raises UnfitValue when none can be.
    """
    if target not in ("phone", "email") or _BETWEEN_SEVERAL not in text:
        return read_cell(target, text, departments), False
    read, first = list[str](), None
    for each in filter(None, map(str.strip, text.split(_BETWEEN_SEVERAL))):
        try:
            read.append(read_cell(target, each, departments))
        except UnfitValue as error:
            first = first or error
    if not read:
        raise first or UnfitValue(marked("只有分隔符，没有内容"))
    mobile = next((each for each in read if target == "phone" and _MOBILE.fullmatch(each)), read[0])
    return mobile, len(set(read)) > 1 or first is not None


def read_cell(target: str, text: str, departments: Sequence[Department]) -> Any:
    """What a cell says for a field or an attribute; raises UnfitValue."""
    if target in COLUMNS:
        return COLUMNS[target].read(text, departments)
    return amount(text, departments) if target.startswith("worth.") else plain_text(text, departments)


def target_label(target: str) -> Message | str:
    """What a target is called, to be said; an attribute by its own name."""
    return Message(COLUMNS[target].label) if target in COLUMNS else target.partition(".")[2]


def attribute_target(kind: str, heading: str) -> str | None:
    """The attribute of this kind that a column of this heading is; None when the heading can't name one."""
    name = re.sub(r"[^\w\-]+", "_", unicodedata.normalize("NFKC", heading).strip()).strip("_")
    return f"{kind}.{name}" if ATTRIBUTE_NAME.fullmatch(name) else None


def is_target(target: str) -> bool:
    """Whether it names a field or can name an attribute."""
    kind, _, name = target.partition(".")
    return target in COLUMNS or (kind in ATTRIBUTES and bool(ATTRIBUTE_NAME.fullmatch(name)))


def usual_targets(
    header: Sequence[str], attributes: Sequence[str] = (), source: SourceSystem | None = None
) -> dict[int, str]:  # fmt: skip
    """Position by position what the columns most likely are, by their headings; *attributes* are those in use.

    What an address book writes by itself is nothing here, however it is called.
    """
    known = {heading: target for target, field in COLUMNS.items() for heading in (target, *field.headings)}
    known |= {attribute.partition(".")[2]: attribute for attribute in attributes} | {each: each for each in attributes}
    found: dict[int, str] = {}
    for at, heading in enumerate(header):
        plain = restore_cell(heading).strip()
        if source is not None and source.own(plain):
            continue
        target = known.get(plain.lower()) or known.get(plain) or (plain if is_target(plain) and "." in plain else None)
        if target is not None and target not in found.values():
            found[at] = target
    return _with_last_resorts(header, found)


def _with_last_resorts(header: Sequence[str], found: dict[int, str]) -> dict[int, str]:
    """And for what has no column yet, one that may do; the organisation's name for those who have none of their own."""
    there = set(found.values())
    for target, field in FIELDS.items():
        named = target in there or (target == "name" and there & {"family_name", "given_name"})
        at = next((at for at, heading in enumerate(header) if heading.strip().lower() in field.last_resort), None)
        if at is not None and at not in found and not named:
            found[at] = target
    return dict(sorted(found.items()))


def people_guide(attributes: Sequence[str] = (), asked: Collection[str] = ()) -> Guide:
    """What helps to find the header of a table of people; *asked* are columns that were named."""
    heads = {name: source.head for name, source in CONTACT_SOURCES.items()}
    return Guide(lambda name: name in asked or bool(usual_targets([name], attributes)), heads)


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
    if not {"name", "family_name", "given_name"} & set(there):
        problems.append(UnfitValue(marked("没有姓名或名称这一列")))
    if not {"customer_number", "phone", "email"} & set(there):
        problems.append(UnfitValue(marked("客户编号、电话、邮箱至少要有一列，否则再次导入时认不出同一个人")))
    if problems:
        raise UnfitColumns(problems)
