"""`/call`: where an agent calls people: the next call, its masked card and script, the answers, what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account, Role
from surveys.calls import REPORTED, CallOutcome, Interview, UnfitAppointment
from surveys.clock import ZONE, Clock, local_day, utc_now
from surveys.language import marked
from surveys.people.register import NotYours, Register
from surveys.storage import Store
from surveys.storage.calls import NotHeld
from surveys.web.asking import Entrance
from surveys.web.forms import FormPages
from surveys.web.page import Refusal, SignInNeeded, Words, page, plain, see
from surveys.web.sessions import SESSION_COOKIE, account_of, csrf_field, csrf_fits
from surveys.web.signing import FormToken
from surveys.web.submitted import entered, one
from surveys.wording import Message

MAY_CALL = frozenset({Role.AGENT, Role.ADMIN})

_NOT_YOURS = (marked("这通电话不在您手上"), marked("它可能已经完成，或超时后转给了别人。请返回取下一通。"))


class CallPages:
    """Routes of the phone interviews."""

    def __init__(self, store: Store, forms: FormPages, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store, self._forms, self._secret, self._clock = store, forms, secret, clock

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.name
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
            return await self._desk(request, agent, Message(marked("现在没有要拨打的电话。")))
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
                return await self._forms.take_at(request, away)  # with what was typed, and a way to sign in
            again = await self._forms.sent_before(request, away)
            if again is None:
                raise
            return again
        return await self._forms.take_at(request, entrance)

    async def number(self, request: Request) -> Response:
        """The same page with the number to dial and what was typed; that the number was shown is recorded."""
        agent, given = await self._sent(request)
        entrance = await self._entrance(request, agent)
        shown = await anyio.to_thread.run_sync(self._with_number, entrance)
        token = FormToken.read(self._secret, entrance.survey, one(given, "_token"))
        return await self._forms.show_at(request, replace(shown, version=token.version) if token else shown, given)

    async def report(self, request: Request) -> Response:
        """A call that brought no answer."""
        agent, given = await self._sent(request)
        call, said = request.path_params["call"], one(given, "outcome")
        if said not in REPORTED:
            raise Refusal(400)
        outcome = CallOutcome(said)
        try:
            now, agreed = self._clock(), _moment(one(given, "day"), one(given, "time"))
            ended = await anyio.to_thread.run_sync(self._store.calls.report, call, agent.name, outcome, now, agreed)
        except NotHeld:
            if await anyio.to_thread.run_sync(self._reported, call, outcome, one(given, "tries")):
                return see("/call")  # the same report, sent twice
            raise Refusal(409, *_NOT_YOURS) from None
        except UnfitAppointment as error:
            raise Refusal(422, error.args[0], marked("请按返回键回到这通电话，改好时间再保存。")) from None
        if one(given, "opt_out"):
            await anyio.to_thread.run_sync(self._opted_out, ended.contact, agent.name)
        return see("/call")

    def _with_number(self, entrance: Entrance) -> Entrance:
        interview = entrance.interview
        person = self._store.contacts.get(interview.call.contact) if interview else None
        if interview is None or person is None:
            raise Refusal(409, *_NOT_YOURS)
        self._store.accounts.record(interview.agent.name, "show number", person.id)
        return replace(entrance, interview=replace(interview, number=person.phone))

    def _reported(self, name: str, outcome: CallOutcome, tries: str) -> bool:
        """Whether the try after so many was reported as this."""
        call = self._store.calls.get(name)
        return call is not None and call.outcome is outcome and str(call.tries - 1) == tries

    def _without_agent(self, name: str) -> Entrance | None:
        """The way to the form of a call without the person who is called."""
        call = self._store.calls.get(name)
        if call is None:
            return None
        invitation = self._store.invitations.get(call.invitation) if call.invitation else None
        survey, version = self._store.calls.queue(call.queue).survey, invitation.version if invitation else None
        return Entrance(f"/call/{call.id}", survey, version, agent_away=True)

    def _opted_out(self, contact: str, agent: str) -> None:
        self._store.contacts.opt_out(contact, by=agent)

    def _taken(self, agent: Account) -> str | None:
        call = self._store.calls.take(agent.name, self._register(agent).sight, self._clock())
        return call.id if call else None

    async def _entrance(self, request: Request, agent: Account) -> Entrance:
        return await anyio.to_thread.run_sync(self._entered, str(request.path_params["call"]), agent, request.method)

    def _entered(self, name: str, agent: Account, method: str) -> Entrance:
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
        version = invitation.version if invitation else None
        return Entrance(f"/call/{call.id}", queue.survey, version, invitation, interview)

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
        return csrf_field(self._secret, request.cookies.get(SESSION_COOKIE, ""))

    async def _agent(self, request: Request) -> Account:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        if account.role not in MAY_CALL:
            raise Refusal(403)
        return account

    async def _sent(self, request: Request) -> tuple[Account, dict[str, list[str]]]:
        """Who sent a form of ours, and what was in it."""
        agent, given = await self._agent(request), await entered(request)
        if not csrf_fits(self._secret, request.cookies.get(SESSION_COOKIE), next(iter(given.get("_csrf", [])), "")):
            raise Refusal(403, marked("这一页已经过期"), marked("请返回，刷新后再试一次。"))
        return agent, given


def _moment(day: str, clock: str) -> datetime | None:
    """A day and a time as a browser's fields give them; None when they are not both there."""
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)
    except ValueError:
        return None
