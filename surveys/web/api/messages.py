"""`/sms` and `/ivr`: a reply by text message or the keys pressed on a phone become answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, Scope
from surveys.campaigns.invitations import Invitation, Standing
from surveys.clock import Clock
from surveys.intake import OpenForm
from surveys.language import gettext, in_words
from surveys.people.contact import Contact, UnfitValue, as_phone
from surveys.questions import Entered
from surveys.replies import UnfitKeys, entered_by_keys, entered_by_message, is_opt_out
from surveys.storage import Store
from surveys.web.api.access import Access
from surveys.web.api.answers import Desk, Identity, PlaceName, Receipt, SurveyName
from surveys.web.api.given import Circumstances, answers_to, open_form
from surveys.web.api.problems import Fault, Problem, documented

LONGEST_MESSAGE = 2000
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


class Call(BaseModel):
    """The keys pressed in one call, in the order of the questions; an empty entry leaves a question out."""

    model_config = ConfigDict(extra="forbid")

    id: Identity  # the number of the call
    survey: SurveyName
    keys: Annotated[list[Annotated[str, StringConstraints(max_length=10)]], Field(min_length=1, max_length=100)]
    touchpoint: PlaceName | None = None


class Answered(Receipt):
    """What became of the message, and what may be sent back."""

    reply: str


def messages_router(store: Store, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["messages"])
    desk = Desk(store, clock)
    statuses = documented(400, 401, 403, 404, 409, 413, 422, 429)

    @router.post("/sms", responses=statuses)
    def sms(message: ShortMessage, caller: ApiKey = access.needs(Scope.MESSAGES_WRITE)) -> Answered:
        """A reply such as «5 抢修很快»: its leading numbers answer in the order of the questions, the rest is words.

        «TD» or «退订» alone opts the sender out of all further messages.
        """
        people = _senders(store, message.sender)
        if people and is_opt_out(message.text):
            for contact in people:
                store.contacts.opt_out(contact.id, by=f"api: {caller.system}")
            return Answered(id=None, outcome="opted_out", reply=gettext(_OPTED_OUT, "zh-Hans"))
        invitation = store.invitations.latest([each.id for each in people], "sms", message.survey) if people else None
        if invitation is not None and invitation.standing(clock()) not in (Standing.OPEN, Standing.USED):
            invitation = None
        survey = message.survey or (invitation.survey if invitation else None)
        if survey is None:
            raise Problem(404, "No invitation waits for an answer from this number; name the survey.")
        form = open_form(store, survey, invitation.version if invitation else None)
        return _taken(caller, form, entered_by_message(form.survey, message.text), message, "sms", invitation)

    @router.post("/ivr", responses=statuses)
    def ivr(call: Call, caller: ApiKey = access.needs(Scope.MESSAGES_WRITE)) -> Answered:
        """The keys pressed in a call; those of a choice name an option by its place in the list."""
        form = open_form(store, call.survey)
        try:
            entered = entered_by_keys(form.survey, call.keys)
        except UnfitKeys as error:
            what = f"{error.key!r} is no answer to this question; expected {error.expected}"
            raise Problem(422, faults=[Fault(where=f"keys.{error.position - 1}", what=what)]) from None
        return _taken(caller, form, entered, call, "ivr")

    def _taken(
        caller: ApiKey, form: OpenForm, entered: Entered, said: ShortMessage | Call, channel: str,
        invitation: Invitation | None = None,
    ) -> Answered:  # fmt: skip
        faults: list[Fault] = []
        campaign = store.campaigns.get(invitation.campaign) if invitation else None
        place = desk.place(said.touchpoint, faults)
        came = Circumstances(channel, clock(), place, invitation=invitation, campaign=campaign)
        if faults:
            raise Problem(422, faults=faults)
        answers = answers_to(form.survey, entered)
        [receipt] = desk.keep([desk.made(caller, form, answers, came, f"{channel}\0{said.id}")])
        thanks = form.survey.thanks or gettext(_THANKS, "zh-Hans")
        return Answered(**receipt.model_dump(), reply=in_words(thanks, "zh-Hans"))

    return router


def _senders(store: Store, number: str) -> list[Contact]:
    try:
        return store.contacts.with_phone(as_phone(number)) if number else []
    except UnfitValue as error:
        raise Problem(422, faults=[Fault(where="from", what=in_words(error.args[0], "en"))]) from None
