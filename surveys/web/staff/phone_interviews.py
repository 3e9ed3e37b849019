"""`/call`: where an agent calls people: the next call, its masked card and script, the answers, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.questions import Entered
from surveys.fieldwork.calls import REPORTED, CallOutcome, Interview, UnfitAppointment, agreed_moment
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Text
from surveys.operations.contact_register import NotYours, Register
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.calls import NotHeld
from surveys.web.forms.entrances import AgentAway, PhoneInterview
from surveys.web.forms.form_data import one, read_form
from surveys.web.forms.forms import FormPages
from surveys.web.forms.wordings import OTHER_SIGN_IN, SIGNED_IN_REPORTING
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.sessions import SESSION_COOKIE, account_of, csrf_field, csrf_fits
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import Refusal, SignInNeeded, Words, error_page, language_of, page, plain, see
from surveys.web.staff.unsaved_interview import typed_in

_NOBODY = marked("现在没有要拨打的电话。")
_OUT_OF_REACH = marked("还有电话等着拨打，但客户的部门或密级不在您的范围内，请告诉管理员。")
_EXPIRED = Refusal(403, marked("这一页已经过期"), marked("请返回，刷新后再试一次。"))
_OVER = (404, 409, 410)  # gone to someone else, or its survey takes nothing any more
_NOT_YOURS = (marked("这通电话不在您手上"), marked("它可能已经完成，或超时后转给了别人。请返回取下一通。"))


class CallPages:
    """Routes of the phone interviews."""

    def __init__(self, store: Store, forms: FormPages, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store, self._forms, self._secret, self._clock = store, forms, secret, clock

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/call", plain(self.desk, letterhead), methods=["GET"]),
            Route("/call", plain(self.next, letterhead), methods=["POST"]),
            Route("/call/{call}", plain(self.show, letterhead), methods=["GET"]),
            Route("/call/{call}", plain(self.take, letterhead), methods=["POST"]),
            Route("/call/{call}/number", plain(self.number, letterhead), methods=["POST"]),
            Route("/call/{call}/outcome", plain(self.report, letterhead), methods=["POST"]),
        ]

    async def desk(self, request: Request) -> Response:
        """What this agent has done today, and the way to the next call."""
        return await self._desk(request, await self._agent(request))

    async def next(self, request: Request) -> Response:
        """The next call, this agent's alone."""
        agent, _ = await self._sent(request)
        call = await anyio.to_thread.run_sync(self._taken, agent)
        if call is None:
            waiting = await anyio.to_thread.run_sync(self._store.calls.due_for_anyone, self._clock())
            return await self._desk(request, agent, Message(_OUT_OF_REACH if waiting else _NOBODY))
        return see(f"/call/{call}")

    async def show(self, request: Request) -> Response:
        """Card, script and form; the look at the card is recorded."""
        agent = await self._agent(request)
        return await self._forms.show_at(request, await self._entrance(request, agent))

    async def take(self, request: Request) -> Response:
        """The answers, through the same checks as everybody's. Sent again, they get the same receipt again."""
        try:
            entrance = await self._entrance(request, await self._agent(request))
        except (SignInNeeded, Refusal) as refused:
            away = await anyio.to_thread.run_sync(self._without_agent, request.path_params["call"])
            if away is None:
                raise
            if isinstance(refused, SignInNeeded):
                return await self._signed_out(request, away)
            again = await self._forms.sent_before(request, away)
            return again or await self._unsaved(request, refused)
        try:
            return await self._forms.take_at(request, entrance)
        except Refusal as refused:  # the survey was closed while the call went on
            return await self._unsaved(request, refused)

    async def _signed_out(self, request: Request, away: AgentAway) -> Response:
        """The form with what was typed and a way to sign in, without the person who is called."""
        try:
            return await self._forms.take_at(request, away)
        except Refusal as refused:
            return await self._unsaved(request, refused)

    async def _unsaved(self, request: Request, refused: Refusal) -> Response:
        """Why a call takes nothing any more, with what was typed; for agents, who may see the form of any call."""
        given = getattr(request.state, "given", {})
        typed = await anyio.to_thread.run_sync(self._typed, request.path_params["call"], given, language_of(request))
        if refused.status not in _OVER or not typed:
            raise refused
        return error_page(
            request, refused.status, refused.title, refused.advice, template="call_unsaved.html", typed=typed
        )

    def _typed(self, name: str, given: Entered, language: str) -> list[tuple[Text, str]]:
        away = self._without_agent(name)
        token = FormToken.read(self._secret, away.survey, one(given, "_token")) if away else None
        if away is None or token is None:
            return []
        return typed_in(self._store.surveys.version(away.survey, token.version), given, language)

    async def number(self, request: Request) -> Response:
        """The same page with the number to dial and what was typed; that the number was shown is recorded."""
        return await self._beside(request, self._number)

    async def _number(self, request: Request, agent: Account, given: Entered) -> Response:
        shown = await anyio.to_thread.run_sync(self._with_number, await self._entrance(request, agent))
        return await self._same_call(request, shown, given)

    async def _beside(self, request: Request, taken: Callable[..., Awaitable[Response]]) -> Response:
        """What is sent beside the form of a call: whatever comes between, what was typed into the form is not lost."""
        try:
            agent = await self._agent(request)
        except SignInNeeded:
            away = await anyio.to_thread.run_sync(self._without_agent, request.path_params["call"])
            if away is None:
                raise
            return await self._signed_out(request, away)
        request.state.given = given = await read_form(request)
        try:
            if csrf_fits(self._secret, cookie_of(request.cookies, SESSION_COOKIE), one(given, "_csrf")):
                return await taken(request, agent, given)
            entrance = await self._entrance(request, agent)
            if FormToken.read(self._secret, entrance.survey, one(given, "_token")) is None:
                raise _EXPIRED
            notice = SIGNED_IN_REPORTING if "outcome" in given else OTHER_SIGN_IN
            return await self._same_call(request, entrance, given, notice)
        except Refusal as refused:
            return await self._unsaved(request, refused)

    async def _same_call(
        self, request: Request, entrance: PhoneInterview, given: Entered, notice: Words = ""
    ) -> Response:  # fmt: skip
        """The page of this call with what was typed, in the version it was typed into."""
        token = FormToken.read(self._secret, entrance.survey, one(given, "_token"))
        same = replace(entrance, begun_on=token.version) if token else entrance
        return await self._forms.show_at(request, same, given, notice)

    async def report(self, request: Request) -> Response:
        """A call that brought no answer."""
        return await self._beside(request, self._report)

    async def _report(self, request: Request, agent: Account, given: Entered) -> Response:
        call, said = request.path_params["call"], one(given, "outcome")
        if said not in REPORTED:
            raise Refusal(400)
        outcome = CallOutcome(said)
        try:
            now, agreed = self._clock(), agreed_moment(one(given, "day"), one(given, "time"))
            ended = await anyio.to_thread.run_sync(self._store.calls.report, call, agent.name, outcome, now, agreed)
        except NotHeld:
            if await anyio.to_thread.run_sync(self._reported, call, outcome, one(given, "tries")):
                return see("/call")  # the same report, sent twice
            raise Refusal(409, *_NOT_YOURS) from None
        except UnfitAppointment as error:
            return await self._same_call(request, await self._entrance(request, agent), given, error.args[0])
        if one(given, "opt_out"):
            await anyio.to_thread.run_sync(self._opted_out, ended.contact, agent.name)
        return see("/call")

    def _with_number(self, entrance: PhoneInterview) -> PhoneInterview:
        interview = entrance.interview
        person = self._store.contacts.get(interview.call.contact)
        if person is None:
            raise Refusal(409, *_NOT_YOURS)
        self._store.accounts.record(interview.agent.name, "show number", person.id)
        return replace(entrance, interview=replace(interview, number=person.phone))

    def _reported(self, name: str, outcome: CallOutcome, tries: str) -> bool:
        """Whether the try after so many was reported as this."""
        call = self._store.calls.get(name)
        return call is not None and call.outcome is outcome and str(call.tries - 1) == tries

    def _without_agent(self, name: str) -> AgentAway | None:
        """The way to the form of a call without the person who is called."""
        call = self._store.calls.get(name)
        if call is None:
            return None
        invitation = self._store.invitations.get(call.invitation) if call.invitation else None
        survey, version = self._store.calls.queue(call.queue).survey, invitation.version if invitation else None
        return AgentAway(f"/call/{call.id}", survey, version)

    def _opted_out(self, contact: str, agent: str) -> None:
        self._store.contacts.opt_out(contact, by=agent)

    def _taken(self, agent: Account) -> str | None:
        call = self._store.calls.take(agent.name, self._register(agent).sight, self._clock())
        return call.id if call else None

    async def _entrance(self, request: Request, agent: Account) -> PhoneInterview:
        return await anyio.to_thread.run_sync(self._entered, str(request.path_params["call"]), agent, request.method)

    def _entered(self, name: str, agent: Account, method: str) -> PhoneInterview:
        try:
            call = self._store.calls.held(name, agent.name)
            register = self._register(agent)
            # A look is what a page shows for the first time; sending the form shows the same card again.
            card = register.open(call.contact) if method in ("GET", "HEAD") else register.shown(call.contact)
        except (NotHeld, NotYours):
            raise Refusal(409, *_NOT_YOURS) from None
        queue = self._store.calls.queue(call.queue)
        invitation = self._store.invitations.get(call.invitation) if call.invitation else None
        interview = Interview(call, queue, agent, register.covered(card))
        return PhoneInterview(f"/call/{call.id}", queue.survey, interview, invitation)

    def _register(self, agent: Account) -> Register:
        return Register(self._store, agent, local_day(self._clock()))

    async def _desk(self, request: Request, agent: Account, notice: Words = "") -> Response:
        today = local_day(self._clock())
        counts = await anyio.to_thread.run_sync(self._store.calls.by_agent, today, today)
        mine: Counter[CallOutcome] = Counter()
        for each in counts:
            mine[each.outcome] += each.times if each.agent == agent.name else 0
        return page(
            request, "call_desk.html", title=Message(marked("电话访问")), account=agent, notice=notice,
            counts=[(outcome.label, mine[outcome]) for outcome in CallOutcome], csrf=self._csrf(request),
        )  # fmt: skip

    def _csrf(self, request: Request) -> str:
        return csrf_field(self._secret, (cookie_of(request.cookies, SESSION_COOKIE) or ""))

    async def _agent(self, request: Request) -> Account:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if not account.may(Action.CALL):
            raise Refusal(403)
        return account

    async def _sent(self, request: Request) -> tuple[Account, dict[str, list[str]]]:
        """Who sent a form of ours, and what was in it."""
        agent, given = await self._agent(request), await read_form(request)
        if not csrf_fits(
            self._secret, cookie_of(request.cookies, SESSION_COOKIE), next(iter(given.get("_csrf", [])), "")
        ):
            raise _EXPIRED
        return agent, given
