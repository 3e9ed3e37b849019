"""`/events`: something happened to a customer, and the follow-ups that wait for it are given out, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.fieldwork.event_reports import EventReport
from surveys.localisation.clock import Clock
from surveys.localisation.language import gettext, in_words
from surveys.operations.event_reports import OtherEvent, faults_of, take_event
from surveys.operations.launch import Followed
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
    held_back: dict[str, int] = {}  # campaigns that wait for it and did not invite, by reason
    note: str = ""  # what it means when nobody was invited


def events_router(store: Store, access: Access, clock: Clock, secret: bytes) -> APIRouter:
    router = APIRouter(tags=["events"])

    @router.post("/events", status_code=202, responses=document_problems(400, 401, 403, 409, 413, 422, 429))
    def report(event: ServiceEvent, caller: ApiKey = access.needs(ApiScope.EVENTS_WRITE)) -> Heard:
        """Report an event. Campaigns that wait for its kind invite the customer, at the time that each has set.

        However often it is reported, each campaign invites once; and no one more often than the organisation allows.
        The same number with another body is refused. Where no campaign waits for its kind, the answer says so.
        """
        now, report = clock(), _reported(event)
        faults = time_faults("occurred_at", event.occurred_at, now)
        unfit = faults_of(store, report, now)
        faults += [ApiFault(where=where, what=in_words(why, "en")) for where, why in unfit.items()]
        if faults:
            raise Problem(422, faults=faults)
        body = event.model_dump_json(exclude_defaults=True).encode()
        try:
            came = take_event(store, secret, report, caller.system, body, now)
        except OtherEvent:
            raise Problem(409, "This number was used for another event before; that one holds.") from None
        held_back = {str(why): times for why, times in came.held_back.items()}
        note = _note(event.kind, came)
        return Heard(invitations=came.invitations, listening=came.listening, held_back=held_back, note=note)

    return router


def _reported(event: ServiceEvent) -> EventReport:
    who = event.customer
    return EventReport(
        event.id, event.kind, event.occurred_at, who.customer_number, who.name, who.phone, who.email,
        event.department, event.touchpoint, event.business_type,
        {name: text for name, text in event.context.items() if text is not None},
    )  # fmt: skip


def _note(kind: str, came: Followed) -> str:
    if not came.listening:
        return f"No running campaign waits for «{kind}»: nobody will be asked because of this event."
    if not came.invitations:
        return f"Nobody was invited: {', '.join(gettext(why.label, 'en') for why in came.held_back)}."
    return ""
