"""Brings tables of events in: every good row once, however often the table comes, and a word about every other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from surveys.definition.context.declared import USUAL, declared
from surveys.definition.context.fields import ContextField
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.event_files import EVENT_COLUMNS, event_mapping, reports_from
from surveys.exchange.rejections import RejectedRow
from surveys.fieldwork.campaigns.audience import LeftOutReason
from surveys.localisation.clock import local_day
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying
from surveys.operations.event_reports import OtherEvent, body_of, faults_of, take_event
from surveys.storage import Store
from surveys.tables import Table

SYSTEM = "file"  # whose numbers the events of tables have


@dataclass
class EventSummary:
    """What became of a table: rows taken, invitations, rows nobody waits for, by kind, why others weren't invited, and
    rows that were left out.
    """

    taken: int = 0
    invited: int = 0
    unheard: Counter[str] = field(default_factory=Counter)
    held_back: Counter[LeftOutReason] = field(default_factory=Counter)
    rejected: list[RejectedRow] = field(default_factory=list)
    unknown: tuple[str, ...] = ()

    def told(self) -> Message:
        """In one sentence."""
        wording = marked("共 {rows} 行：收下 {taken} 件，发出邀请 {invited} 份，未收 {left} 行")
        rows = self.taken + len(self.rejected)
        return saying(wording, rows=rows, taken=self.taken, invited=self.invited, left=len(self.rejected))

    def told_of_held_back(self) -> list[Message]:
        """How many invitations were not given out, by reason."""
        wording = marked("未邀请：{reason}，{times} 份")
        return [saying(wording, reason=Message(why.label), times=times) for why, times in self.held_back.most_common()]


def event_facts(store: Store) -> dict[str, ContextField]:
    """All facts that events may bring: of every survey in the field, and the usual ones."""
    found = dict(USUAL)
    for record in store.surveys.all():
        if record.live and not record.survey.anonymous:
            found |= declared(record.survey)
    return found


def take_events(
    store: Store, secret: bytes, table: Table, now: datetime, *, kind: str = "", only_check: bool = False
) -> EventSummary:  # fmt: skip
    """Take a table's events; with *only_check* nothing is kept. Raises UnfitEventTable."""
    mapping = event_mapping(table.header, event_facts(store), kind)
    came = EventSummary(unknown=mapping.unknown)
    lists = OrganisationLists(store.organisation.departments(), store.organisation.touchpoints(), local_day(now),
                              store.subjects.names)  # fmt: skip
    for row, report in reports_from(table, mapping, lists, came.rejected.append):
        faults = faults_of(store, report, now)
        if faults:
            came.rejected.append(RejectedRow(row, tuple(_said(faults))))
            continue
        if not only_check:
            try:
                followed = take_event(store, secret, report, SYSTEM, body_of(report), now)
            except OtherEvent:
                why = Message(marked("这个事件编号已经是另一件事，原来的保留"))
                came.rejected.append(RejectedRow(row, (why,)))
                continue
            came.invited += followed.invitations
            came.unheard[report.kind] += not followed.listening
            came.held_back.update(followed.held_back)
        came.taken += 1
    came.rejected.sort(key=lambda each: each.row.number)
    return came


def _said(faults: dict[str, Said]) -> Iterator[Said]:
    """Each fault with the column it is in."""
    for where, why in faults.items():
        column = where.removeprefix("customer.").removeprefix("context.")
        if column in EVENT_COLUMNS:
            yield saying(marked("{column}：{why}"), column=Message(EVENT_COLUMNS[column][0]), why=why)
        else:
            yield why if where == "customer" else saying(marked("{column}：{why}"), column=column, why=why)
