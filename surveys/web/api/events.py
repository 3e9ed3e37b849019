"""`/events`: something happened to a customer, and the follow-ups that wait for it are given out, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from surveys.api_keys import ApiKey, Scope
from surveys.campaigns.giving_out import Happening, follow_up
from surveys.clock import Clock
from surveys.language import in_words
from surveys.people.contact import Contact, UnfitValue, as_email, as_phone, new_contact_id
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.answers import Identity, PlaceName
from surveys.web.api.given import time_faults
from surveys.web.api.problems import Fault, Problem, documented

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


class Followed(BaseModel):
    """How many invitations the event has brought about by this report."""

    invitations: int


def events_router(store: Store, access: Access, clock: Clock, secret: bytes) -> APIRouter:
    router = APIRouter(tags=["events"])

    @router.post("/events", status_code=202, responses=documented(400, 401, 403, 413, 422, 429))
    def report(event: ServiceEvent, caller: ApiKey = access.needs(Scope.EVENTS_WRITE)) -> Followed:
        """Report an event. Campaigns that wait for its kind invite the customer, at the time that each has set.

        However often it is reported, each campaign invites once; and no one more often than the organisation allows.
        """
        now = clock()
        faults = time_faults("occurred_at", event.occurred_at, now)
        if event.department and event.department not in {each.code for each in store.organisation.departments()}:
            faults.append(Fault(where="department", what="no department has this code"))
        contact = _contact(event.customer, event.department, faults)
        if faults or contact is None:
            raise Problem(422, faults=faults)
        known = _known(store, contact) or _filed(store, contact, caller)
        happening = Happening(event.kind, f"{caller.system}\0{event.id}", known.id, event.occurred_at)
        return Followed(invitations=follow_up(store, secret, happening, now=now))

    return router


def _contact(customer: Customer, department: str | None, faults: list[Fault]) -> Contact | None:
    """The file that these details make; every detail that can't stand in one is added to *faults*."""
    details = {}
    for name, tidy in {"phone": as_phone, "email": as_email}.items():
        try:
            details[name] = tidy(getattr(customer, name))
        except UnfitValue as error:
            faults.append(Fault(where=f"customer.{name}", what=in_words(error.args[0], "en")))
    if not (customer.customer_number or any(details.values())):
        faults.append(Fault(where="customer", what="give a customer_number, phone or email to know them by"))
        return None
    return Contact(
        new_contact_id(), customer.name, customer_number=customer.customer_number, department=department,
        phone=details.get("phone", ""), email=details.get("email", ""),
    )  # fmt: skip


def _known(store: Store, contact: Contact) -> Contact | None:
    """The file of this person. Of several who share a phone or an address it is always the same one."""
    if contact.customer_number:
        return store.contacts.numbered(contact.customer_number)
    found = store.contacts.with_phone(contact.phone) if contact.phone else store.contacts.with_email(contact.email)
    return found[0] if found else None


def _filed(store: Store, contact: Contact, caller: ApiKey) -> Contact:
    store.contacts.keep([contact], by=f"api: {caller.system}", action="add contact")
    return contact
