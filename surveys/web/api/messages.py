"""`/sms` and `/ivr`: a reply by text message or the keys pressed on a phone become answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.definition.context.fields import ContextSource
from surveys.definition.questions import Entered
from surveys.fieldwork.campaigns.invitations import Invitation, InvitationStanding
from surveys.fieldwork.sms_and_ivr import UnfitKeys, entered_by_keys, entered_by_message, is_opt_out
from surveys.intake.open_form import OpenForm
from surveys.localisation.clock import Clock
from surveys.localisation.language import gettext, in_words
from surveys.people.contact import Contact, UnfitValue, as_phone
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.answers import AnswerDesk, FactTexts, Identity, PlaceName, Receipt, SurveyName
from surveys.web.api.given import Circumstances, answers_to, facts_in, open_form
from surveys.web.api.problems import ApiFault, Problem, document_problems

LONGEST_MESSAGE = 2000
_ANSWERABLE = (InvitationStanding.OPEN, InvitationStanding.USED)
_SOURCES = {"sms": ContextSource.MESSAGE, "ivr": ContextSource.KEY}
_THANKS = "您的意见已收到，谢谢。"
_OPTED_OUT = "已为您退订，我们不会再发送调查短信。"


class ShortMessage(BaseModel):
    """A text message that someone sent back, to an invitation or to a survey that is asked by message."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: Identity  # the gateway's number of this message, by which a repeat is known
    text: Annotated[str, StringConstraints(max_length=LONGEST_MESSAGE)]
    sender: Annotated[str, Field(alias="from", max_length=40)] = ""  # their number; finds the invitation
    survey: SurveyName | None = None  # without it: the one they were last invited to
    touchpoint: PlaceName | None = None
    context: FactTexts = {}


class KeypadCall(BaseModel):
    """The keys pressed in one call, in the order of the questions; an empty entry leaves a question out."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: Identity  # the number of the call
    survey: SurveyName
    keys: Annotated[list[Annotated[str, StringConstraints(max_length=10)]], Field(min_length=1, max_length=100)]
    sender: Annotated[str, Field(alias="from", max_length=40)] = ""  # whose number; finds what they were invited for
    touchpoint: PlaceName | None = None
    context: FactTexts = {}


class Answered(Receipt):
    """What became of the message, and what may be sent back."""

    reply: str


def messages_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["messages"])
    desk = AnswerDesk(store, clock)
    statuses = document_problems(400, 401, 403, 404, 409, 413, 422, 429)

    @router.post("/sms", responses=statuses)
    def sms(message: ShortMessage, caller: ApiKey = access.needs(ApiScope.MESSAGES_WRITE)) -> Answered:
        """A reply such as «5 抢修很快»: its leading numbers answer in the order of the questions, the rest is words.

        «TD» or «退订» alone opts the sender out of all further messages.
        """
        people = _senders(store, message.sender)
        if message.sender and is_opt_out(message.text):
            store.wishes.leave_alone("phone", as_phone(message.sender), by=f"api: {caller.system}", at=clock())
            for contact in people:
                store.contacts.opt_out(contact.id, by=f"api: {caller.system}")
            return Answered(id=None, outcome="opted_out", reply=gettext(_OPTED_OUT, "zh-Hans"))
        invitation = _waiting(people, message.survey, "sms", *_ANSWERABLE)
        survey = message.survey or (invitation.survey if invitation else None)
        if survey is None:
            raise Problem(404, "No invitation waits for an answer from this number; name the survey.")
        form = open_form(store, survey, invitation.version if invitation else None, now=clock())
        return _taken(caller, form, entered_by_message(form.survey, message.text), message, "sms", invitation)

    @router.post("/ivr", responses=statuses)
    def ivr(call: KeypadCall, caller: ApiKey = access.needs(ApiScope.MESSAGES_WRITE)) -> Answered:
        """The keys pressed in a call; those of a choice name an option by its place in the list."""
        # Another call after the answer may be about something else: only what still waits is answered by it.
        invitation = _waiting(_senders(store, call.sender), call.survey, None, InvitationStanding.OPEN)
        form = open_form(store, call.survey, invitation.version if invitation else None, now=clock())
        try:
            entered = entered_by_keys(form.survey, call.keys)
        except UnfitKeys as error:
            what = f"{error.key!r} is no answer to this question; expected {error.expected}"
            raise Problem(422, faults=[ApiFault(where=f"keys.{error.position - 1}", what=what)]) from None
        return _taken(caller, form, entered, call, "ivr", invitation)

    def _waiting(
        people: Sequence[Contact], survey: str | None, channel: str | None, *standings: InvitationStanding
    ) -> Invitation | None:  # fmt: skip
        """What one of these was invited to last, if it stands so; by any channel where none is given."""
        found = store.invitations.latest([each.id for each in people], channel, survey) if people else None
        return found if found is not None and found.standing(clock()) in standings else None

    def _taken(
        caller: ApiKey, form: OpenForm, entered: Entered, said: ShortMessage | KeypadCall, channel: str,
        invitation: Invitation | None = None,
    ) -> Answered:  # fmt: skip
        faults: list[ApiFault] = []
        campaign = store.campaigns.get(invitation.campaign) if invitation else None
        told = said.touchpoint or (invitation.context.get("touchpoint") if invitation else None)
        place = desk.place(told, faults)
        facts = facts_in(form.survey, said.context, _SOURCES[channel], store.subjects.names, faults)
        came = Circumstances(channel, clock(), place, invitation=invitation, campaign=campaign, facts=facts)
        if faults:
            raise Problem(422, faults=faults)
        answers = answers_to(form.survey, entered)
        receipt = desk.keep_one(desk.made(caller, form, answers, came, f"{channel}\0{said.id}"))
        thanks = form.survey.thanks_after(entered) or gettext(_THANKS, "zh-Hans")
        return Answered(**receipt.model_dump(), reply=in_words(thanks, "zh-Hans"))

    return router


def _senders(store: Store, number: str) -> list[Contact]:
    try:
        return store.contacts.with_phone(as_phone(number)) if number else []
    except UnfitValue as error:
        raise Problem(422, faults=[ApiFault(where="from", what=in_words(error.args[0], "en"))]) from None
