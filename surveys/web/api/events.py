"""`/events`: something happened to a customer, and the follow-ups that wait for it are given out, once."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.language import in_words
from surveys.operations.happenings import Happening, unfit_facts
from surveys.operations.launch import Followed, follow_up_event
from surveys.organisation.departments import Touchpoint
from surveys.people.contact import Contact, UnfitValue, as_customer_number, as_email, as_phone, new_contact_id
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.answers import FactTexts, Identity, PlaceName
from surveys.web.api.given import time_faults
from surveys.web.api.problems import ApiFault, Problem, document_problems

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Customer(BaseModel):
    """Whom it happened to: known by customer number, else by phone or e-mail. Someone unknown gets a file."""

    model_config = ConfigDict(extra="forbid")

    customer_number: Line = ""
    name: Line = ""
    phone: Line = ""
    email: Line = ""


class ServiceEvent(BaseModel):
    """Something that happened, such as a work order that was closed."""

    model_config = ConfigDict(extra="forbid")

    id: Identity  # its number in the other system; the same one again is the same event
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.\-]{0,59}$")]  # such as work_order.closed
    occurred_at: AwareDatetime
    customer: Customer
    department: PlaceName | None = None
    touchpoint: PlaceName | None = None
    business_type: PlaceName | None = None
    context: FactTexts = {}  # what the surveys that follow declare of events; an anonymous one takes none of it


class Heard(BaseModel):
    """How many campaigns wait for such an event, and how many invitations it has brought about by this report."""

    invitations: int
    listening: int
    note: str = ""  # what it means when nobody was invited


def events_router(store: Store, access: Access, clock: Clock, secret: bytes) -> APIRouter:
    router = APIRouter(tags=["events"])

    @router.post("/events", status_code=202, responses=document_problems(400, 401, 403, 409, 413, 422, 429))
    def report(event: ServiceEvent, caller: ApiKey = access.needs(ApiScope.EVENTS_WRITE)) -> Heard:
        """Report an event. Campaigns that wait for its kind invite the customer, at the time that each has set.

        However often it is reported, each campaign invites once; and no one more often than the organisation allows.
        The same number with another body is refused. Where no campaign waits for its kind, the answer says so.
        """
        now = clock()
        faults = time_faults("occurred_at", event.occurred_at, now)
        if event.department and event.department not in {each.code for each in store.organisation.departments()}:
            faults.append(ApiFault(where="department", what="no department has this code"))
        place = store.organisation.touchpoint(event.touchpoint) if event.touchpoint else None
        if event.touchpoint and place is None:
            faults.append(ApiFault(where="touchpoint", what="no touchpoint has this code"))
        facts = {name: text for name, text in event.context.items() if text is not None}
        unfit = unfit_facts(store, event.kind, facts, now=now)
        faults += [ApiFault(where=f"context.{name}", what=in_words(why, "en")) for name, why in unfit.items()]
        contact = _contact(event.customer, event.department, faults)
        if faults or contact is None:
            raise Problem(422, faults=faults)
        key = f"{caller.system}\0{event.id}"
        if not store.events.first_or_same(key, _digest(secret, event), local_day(now)):
            raise Problem(409, "This number was used for another event before; that one holds.")
        known = _known(store, contact, event.customer.customer_number) or _filed(store, contact, caller)
        department = event.department or (place.department if place else None)
        happening = Happening(event.kind, key, known.id, event.occurred_at, department, facts, _about(event, place))
        came = follow_up_event(store, secret, happening, now=now)
        return Heard(invitations=came.invitations, listening=came.listening, note=_note(event.kind, came))

    return router


def _about(event: ServiceEvent, place: Touchpoint | None) -> dict[str, str]:
    about = {"touchpoint": place.code if place else None, "business_type": event.business_type}
    return {name: text for name, text in about.items() if text}


def _digest(secret: bytes, event: ServiceEvent) -> str:
    """What tells two bodies apart, and nothing of what stands in them."""
    return hmac.digest(secret, b"event:" + event.model_dump_json(exclude_defaults=True).encode(), "sha256").hex()


def _note(kind: str, came: Followed) -> str:
    if not came.listening:
        return f"No running campaign waits for «{kind}»: nobody will be asked because of this event."
    if not came.invitations:
        return "Nobody was invited: known already, asked lately, left alone, out of reach or of another department."
    return ""


def _contact(customer: Customer, department: str | None, faults: list[ApiFault]) -> Contact | None:
    """The file that these details make; every detail that can't stand in one is added to *faults*."""
    details = {}
    for name, tidy in {"phone": as_phone, "email": as_email}.items():
        try:
            details[name] = tidy(getattr(customer, name))
        except UnfitValue as error:
            faults.append(ApiFault(where=f"customer.{name}", what=in_words(error.args[0], "en")))
    if not (customer.customer_number or any(details.values())):
        faults.append(ApiFault(where="customer", what="give a customer_number, phone or email to know them by"))
        return None
    return Contact(
        new_contact_id(), customer.name, customer_number=_customer_number(customer), department=department,
        phone=details.get("phone", ""), email=details.get("email", ""),
    )  # fmt: skip


def _customer_number(customer: Customer) -> str:
    """As files are imported under it. What no import would take has always been taken here, and is as it was told."""
    try:
        return as_customer_number(customer.customer_number)
    except UnfitValue:
        return customer.customer_number


def _known(store: Store, contact: Contact, told: str) -> Contact | None:
    """The file of this person, also one that is kept under the number as it was *told*.

    Of several who share a phone or an address it is always the same one.
    """
    if contact.customer_number:
        return store.contacts.numbered(contact.customer_number) or store.contacts.numbered(told)
    found = store.contacts.with_phone(contact.phone) if contact.phone else store.contacts.with_email(contact.email)
    return found[0] if found else None


def _filed(store: Store, contact: Contact, caller: ApiKey) -> Contact:
    store.contacts.keep([contact], by=f"api: {caller.system}", action="add contact")
    return contact
