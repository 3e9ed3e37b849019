"""Takes reports of events, by whatever door they come: what is wrong with them, and what came of a good one, once."""

from __future__ import annotations

import hmac
import json
import re
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from surveys.fieldwork.event_reports import EventReport
from surveys.localisation.clock import local_day
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said
from surveys.operations.happenings import Happening, unfit_facts
from surveys.operations.launch import Followed, follow_up_event
from surveys.operations.order_times import note_step, with_durations
from surveys.people.contact import Contact, UnfitValue, as_customer_number, as_email, as_phone, new_contact_id
from surveys.storage import Store

_KIND = re.compile(r"[a-z][a-z0-9_.\-]{0,59}")


class OtherEvent(ValueError):
    """The number of a report is that of another event, which holds."""


def faults_of(store: Store, report: EventReport, now: datetime) -> dict[str, Said]:
    """What is wrong with a report, by the place where it stands; empty of a good one."""
    faults: dict[str, Said] = {}
    if not _KIND.fullmatch(report.kind):
        faults["kind"] = Message(marked("事件类型由小写字母、数字、点和横线组成，例如 work_order.closed"))
    if report.department and report.department not in {each.code for each in store.organisation.departments()}:
        faults["department"] = Message(marked("没有这个代号的部门"))
    if report.touchpoint and store.organisation.touchpoint(report.touchpoint) is None:
        faults["touchpoint"] = Message(marked("没有这个代号的触点"))
    unfit = unfit_facts(store, report.kind, report.facts, now=now)
    faults |= {f"context.{name}": why for name, why in unfit.items()}
    reached = []
    for name, tidy in {"phone": as_phone, "email": as_email}.items():
        try:
            reached.append(tidy(getattr(report, name)))
        except UnfitValue as error:
            faults[f"customer.{name}"] = error.args[0]
    if not (report.customer_number or any(reached)):
        faults["customer"] = Message(marked("请给出户号、电话或邮箱之一，才知道是哪位客户"))
    return faults


def take_event(store: Store, secret: bytes, report: EventReport, system: str, body: bytes, now: datetime) -> Followed:
    """Bring about what follows a good report, each once however often it comes; raises OtherEvent.

    *system*: whose number it has; *body*: all that was reported, of which a digest is kept.
    """
    key = f"{system}\0{report.number}"
    digest = hmac.digest(secret, b"event:" + body, "sha256").hex()
    if not store.events.first_or_same(key, digest, local_day(now)):
        raise OtherEvent(report.number)
    known = _known(store, report) or _filed(store, report, system)
    place = store.organisation.touchpoint(report.touchpoint) if report.touchpoint else None
    department = report.department or (place.department if place else None)
    note_step(store, report, department)
    about = {"touchpoint": place.code if place else "", "business_type": report.business_type or ""}
    happening = Happening(
        report.kind, key, known.id, report.at, department, with_durations(store, report),
        {name: text for name, text in about.items() if text},
    )  # fmt: skip
    return follow_up_event(store, secret, happening, now=now)


def body_of(report: EventReport) -> bytes:
    """All that a report says, in one way of writing."""
    told = asdict(report) | {"facts": dict(report.facts)}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, default=str).encode()


def _contact(report: EventReport) -> Contact:
    return Contact(
        new_contact_id(), report.name, customer_number=_number(report.customer_number), department=report.department,
        phone=as_phone(report.phone) if report.phone else "", email=as_email(report.email) if report.email else "",
    )  # fmt: skip


def _number(told: str) -> str:
    """As files are imported under it. What no import would take has always been taken here, and is as it was told."""
    with suppress(UnfitValue):
        return as_customer_number(told)
    return told


def _known(store: Store, report: EventReport) -> Contact | None:
    """The file of this person, also one that is kept under the number as it was told.

    Of several who share a phone or an address it is always the same one.
    """
    if report.customer_number:
        told = report.customer_number
        return store.contacts.numbered(_number(told)) or store.contacts.numbered(told)
    contact = _contact(report)
    found = store.contacts.with_phone(contact.phone) if contact.phone else store.contacts.with_email(contact.email)
    return found[0] if found else None


def _filed(store: Store, report: EventReport, system: str) -> Contact:
    contact = _contact(report)
    store.contacts.keep([contact], by=f"api: {system}", action="add contact")
    return contact
