"""A table of events, one a row: work orders that were closed, people who moved in, whatever another program writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.definition.context.fields import ContextField
from surveys.definition.questions import NotAcceptable
from surveys.exchange.answers.circumstances import CIRCUMSTANCES, OrganisationLists, Received
from surveys.exchange.rejections import Reason, RejectedRow
from surveys.fieldwork.event_reports import EventReport
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying
from surveys.tables import Guide, Row, Table

EVENT_COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "number": (marked("事件编号"), ("id", "event id", "编号", "number")),
    "kind": (marked("事件类型"), ("kind", "event", "类型", "event type")),
    "at": (marked("发生时间"), ("occurred_at", "时间", "日期", "time", "date", "办结时间", "入住日期")),
    "customer_number": (marked("户号"), ("customer_number", "客户编号", "customer number")),
    "name": (marked("姓名"), ("name", "客户姓名", "客户名称")),
    "phone": (marked("电话"), ("phone", "手机", "联系电话", "mobile")),
    "email": (marked("邮箱"), ("email", "e-mail", "电子邮箱")),
    "department": (marked("部门"), ("department",)),
    "touchpoint": (marked("触点"), ("touchpoint",)),
    "business_type": (marked("业务类型"), ("business_type", "business type")),
}
_FAULT = marked("{column}：{why}")


class UnfitEventTable(ValueError):
    """A table that can't be taken as events; carries a message for who sent it."""


@dataclass(frozen=True)
class EventMapping:
    """Which column is what: own ones and facts by their position, and the headings that are nothing here."""

    own: Mapping[str, int]
    facts: Mapping[str, int]
    unknown: tuple[str, ...]
    kind: str = ""  # of every row, where no column says it


def event_guide(facts: Mapping[str, ContextField]) -> Guide:
    """What helps to find the header of such a table."""
    known = {*_own_names(), *_fact_names(facts)}
    return Guide(lambda name: _plain(name) in known)


def event_mapping(header: Sequence[str], facts: Mapping[str, ContextField], kind: str = "") -> EventMapping:
    """What the columns are, by their headings; raises UnfitEventTable where something needed is missing."""
    names, of_facts = _own_names(), _fact_names(facts)
    own: dict[str, int] = {}
    found: dict[str, int] = {}
    unknown: list[str] = []
    for at, heading in enumerate(header):
        name = _plain(heading)
        if name in names:
            own.setdefault(names[name], at)
        elif name in of_facts:
            found.setdefault(of_facts[name], at)
        elif heading.strip():
            unknown.append(heading)
    needed = ["at"] if kind else ["kind", "at"]
    missing = [Message(EVENT_COLUMNS[each][0]) for each in needed if each not in own]
    if not {"customer_number", "phone", "email"} & own.keys():
        missing.append(Message(marked("户号、电话或邮箱")))
    if missing:
        raise UnfitEventTable(saying(marked("表格里没有“{column}”这一列"), column=missing[0]))
    return EventMapping(own, found, tuple(unknown), kind)


def _plain(heading: str) -> str:
    return heading.strip().removeprefix("context.").casefold()


def _own_names() -> dict[str, str]:
    return {_plain(name): column for column, (usual, others) in EVENT_COLUMNS.items() for name in (usual, *others)}


def _fact_names(facts: Mapping[str, ContextField]) -> dict[str, str]:
    return {_plain(name): code for code, fact in facts.items() for name in (code, *fact.label.root.values())}


def reports_from(
    table: Table, mapping: EventMapping, organisation: OrganisationLists, rejected: Callable[[RejectedRow], None]
) -> Iterator[tuple[Row, EventReport]]:  # fmt: skip
    """The rows that can be read, as reports; *rejected* hears of the others. Whether each fits is for the store."""
    for row in table.rows:
        reasons = list(row.problems(table.header, [*mapping.own.values(), *mapping.facts.values()]))
        report = None if reasons else _report(row, mapping, organisation, reasons)
        if report is None or reasons:
            rejected(RejectedRow(row, tuple(reasons)))
        else:
            yield row, report


def _report(
    row: Row, mapping: EventMapping, organisation: OrganisationLists, reasons: list[Reason]
) -> EventReport | None:  # fmt: skip
    told = {name: row.cells[at].strip() for name, at in mapping.own.items()}
    facts = {name: text for name, at in mapping.facts.items() if (text := row.cells[at].strip())}
    kind = told.get("kind") or mapping.kind
    if not kind:
        reasons.append(saying(_FAULT, column=Message(EVENT_COLUMNS["kind"][0]), why=Message(marked("没有填写"))))
    moment = _moment(told.get("at", ""), organisation, reasons)
    places = {name: _place(name, told.get(name, ""), organisation, reasons) for name in ("department", "touchpoint")}
    if reasons or moment is None:
        return None
    who = {name: told.get(name, "") for name in ("customer_number", "name", "phone", "email")}
    number = told.get("number") or _digest(kind, moment, who, facts)
    return EventReport(
        number, kind, moment, who["customer_number"], who["name"], who["phone"], who["email"], places["department"],
        places["touchpoint"], told.get("business_type") or None, facts,
    )  # fmt: skip


def _moment(text: str, organisation: OrganisationLists, reasons: list[Reason]) -> datetime | None:
    """The moment; a day alone is its midnight."""
    if not text:
        reasons.append(saying(_FAULT, column=Message(EVENT_COLUMNS["at"][0]), why=Message(marked("没有填写"))))
        return None
    try:
        received = CIRCUMSTANCES["_received_at"](organisation, text)
    except NotAcceptable as error:
        reasons.append(saying(_FAULT, column=Message(EVENT_COLUMNS["at"][0]), why=error.message))
        return None
    return received.moment if isinstance(received, Received) else None


def _place(name: str, text: str, organisation: OrganisationLists, reasons: list[Said]) -> str | None:
    if not text:
        return None
    try:
        return str(CIRCUMSTANCES[f"_{name}"](organisation, text))
    except NotAcceptable as error:
        reasons.append(saying(_FAULT, column=Message(EVENT_COLUMNS[name][0]), why=error.message))
        return None


def _digest(kind: str, moment: datetime, who: Mapping[str, str], facts: Mapping[str, str]) -> str:
    """The number of a row that has none: the same row again is the same event."""
    told = repr((kind, moment.isoformat(), sorted(who.items()), sorted(facts.items())))
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
