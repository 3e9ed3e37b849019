"""The forms of a survey: shown, taken, judged; kept and thanked, or shown again with what is to be mended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.clock import Clock, local_day, utc_now
from surveys.course import Course, Ending
from surveys.intake import Event, Outcome, receipt_for, response_id
from surveys.questions import Answer, Entered
from surveys.raters import offered_to
from surveys.storage import Store
from surveys.web.answers import Answers
from surveys.web.asking import Asker, Asking, Entrance, brought_along, open_entrance
from surveys.web.devices import device_of, give_number, visitor
from surveys.web.enclosures import Enclosures, largest_body, most_files
from surveys.web.entries import checked, visible
from surveys.web.form_page import Filled, form_page, interview_of
from surveys.web.limits import Limits
from surveys.web.page import SignInNeeded, log_failure, plain
from surveys.web.prizes import PrizePages, offer_of
from surveys.web.puzzle import Puzzle
from surveys.web.sessions import SESSION_COOKIE, csrf_fits
from surveys.web.signing import FormToken
from surveys.web.staff_forms import StaffForms
from surveys.web.submitted import entered, entered_with_files, one
from surveys.web.tallies import Tallies
from surveys.web.thanks import SCREENED_OUT, Offer, thanks_page, words_of_thanks
from surveys.web.withdrawal import WithdrawalPages
from surveys.web.words_on_forms import NOT_SAVED, OTHER_SIGN_IN, SIGNED_OUT, STALE, UNSOLVED, too_often
from surveys.wording import Message

_ORPHANS_AFTER = timedelta(days=1)


class FormPages:
    """Routes of the forms over a store. `running` must be entered before the first form is taken."""

    def __init__(
        self, store: Store, secret: bytes, *, clock: Clock = utc_now, secure: bool = False, limits: Limits | None = None
    ) -> None:  # fmt: skip
        self._store = store
        self._secure = secure
        self._limits = limits or Limits()
        self.asker = Asker(store, clock)
        self._enclosures = Enclosures(store, secret, clock)
        self.answers = Answers(store, secret, clock)
        self._secret = secret
        self._clock = clock
        self.tallies = Tallies(store.responses)

    def routes(self) -> list[Route]:
        return [
            Route("/s/{survey}", plain(self.show, self._store.organisation.name), methods=["GET"]),
            Route("/s/{survey}", plain(self.take, self._store.organisation.name), methods=["POST"]),
            *WithdrawalPages(self._store, self._secret, clock=self._clock).routes(),
            *StaffForms(self._store, clock=self._clock).routes(),
            *PrizePages(self._store, self._secret, clock=self._clock).routes(),
            *self._enclosures.routes(),
            Route("/healthz", self.health, methods=["GET"]),
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, submissions are taken; what is waiting at the end is written."""
        await anyio.to_thread.run_sync(self._enclosures.remove_orphans, self._clock() - _ORPHANS_AFTER)
        async with self.answers.running(), self.tallies.running():
            yield

    async def show(self, request: Request) -> Response:
        """A fresh form behind the open link."""
        return await self.show_at(request, open_entrance(request))

    async def take(self, request: Request) -> Response:
        """A form filled in behind the open link."""
        return await self.take_at(request, open_entrance(request))

    async def show_at(self, request: Request, entrance: Entrance, unfinished: Entered | None = None) -> Response:
        """A fresh form, with what was left unfinished in it."""
        asking = await self.asker.from_link(request, entrance)
        if asking.by_account and asking.account is None:
            raise SignInNeeded
        if request.method == "GET":
            self._count(asking, Event.OPENED)
        token = FormToken.new(asking.form.version, self._clock())
        given = {**(unfinished or {}), **brought_along(asking.survey, request.query_params)}
        response = self._page(request, asking, Filled(token, given))
        if asking.tells_devices and not device_of(self._secret, request.cookies):
            give_number(self._secret, response, secure=self._secure)
        return response

    async def take_at(self, request: Request, entrance: Entrance) -> Response:
        """A filled form: kept and thanked, or shown again with what is to be mended or was brought up."""
        code = entrance.survey
        given, files = await self._received(request, code)
        token = FormToken.read(self._secret, code, one(given, "_token"))
        asking = await self.asker.from_form(request, entrance, given, token.version if token else None)
        if token is None or token.expired(self._clock()):
            self._count(asking, Event.STALE)
            fresh = FormToken.new(asking.form.version, self._clock())
            return self._page(request, asking, Filled(fresh, given, notice=STALE, status=422, sent=True))
        filled = Filled(token, given, sent=True)
        if asking.by_phone and (again := self._signed_out(request, filled, asking.agent)):
            return self._page(request, asking, again)
        who = visitor(self._secret, request)
        verdict = self._limits.sending(who, entrance.address if entrance.invitation else "")
        if verdict.wait:
            slower = replace(filled, notice=too_often(verdict.wait), status=429)
            return self._page(request, asking, slower, headers={"Retry-After": str(verdict.wait)})
        asking = replace(asking, device=who.device if asking.tells_devices else "", crowded=verdict.crowded)
        if asking.by_account:
            again = self._signed_out(request, filled, asking.account)
            if again:
                self._count(asking, Event.SIGNED_OUT)
                return self._page(request, asking, again)
        if asking.by_account and asking.account is not None:
            # What was rated before is left to the store: it knows a repeated form from a second opinion.
            asking = replace(asking, survey=offered_to(asking.survey, asking.account))
        return await self._judged(request, asking, filled, files)

    async def sent_before(self, request: Request, entrance: Entrance) -> Response | None:
        """The thanks once more for a form whose answer is kept; None for any other."""
        given, _ = await self._received(request, entrance.survey)
        token = FormToken.read(self._secret, entrance.survey, one(given, "_token"))
        if token is None:
            return None
        receipt, survey = receipt_for(token.nonce, self._secret), entrance.survey
        if not await anyio.to_thread.run_sync(self._store.responses.has, survey, response_id(survey, receipt)):
            return None
        asking = await self.asker.from_form(request, entrance, given, token.version)
        self._count(asking, Event.DUPLICATE)
        return thanks_page(request, asking, *words_of_thanks(asking.survey, Outcome.DUPLICATE), receipt)

    async def _received(self, request: Request, code: str) -> tuple[Entered, Mapping[str, list[UploadFile]]]:
        """The fields and files of a form; files only where the survey asks for some."""
        form = self._store.responses.open_form(code)
        if form is None or not most_files(form.survey):
            return await entered(request), {}
        return await entered_with_files(request, largest=largest_body(form.survey), most_files=most_files(form.survey))

    async def _judged(
        self, request: Request, asking: Asking, filled: Filled, files: Mapping[str, list[UploadFile]]
    ) -> Response:  # fmt: skip
        """Decide over what was entered: the end for this person, questions brought up, problems, or an answer."""
        interview = interview_of(self._secret, asking, filled)
        if interview.ending is Ending.SCREENED_OUT and "_switch" not in filled.entered:
            self._count(asking, Event.SCREENED_OUT)
            await self.answers.turn_away(asking)
            return thanks_page(request, asking, Message("感谢您"), asking.survey.screened_out or SCREENED_OUT)
        taken = await self._enclosures.take(
            asking.survey, interview, filled.token.nonce, filled.entered, files, kept_for=asking.survey.code
        )
        if taken.entered is not filled.entered:  # files came with it
            filled = replace(filled, entered=taken.entered)
            interview = interview_of(self._secret, asking, filled)
        if "_switch" in filled.entered:
            return self._page(request, asking, filled)
        new = _brought_up(interview, filled.entered) if asking.form.guided else frozenset()
        answers, problems = checked(interview)
        problems = {item: problem for item, problem in (problems | dict(taken.problems)).items() if item not in new}
        puzzle = Puzzle.of(self._secret, asking.survey.code, filled.token) if asking.puzzled else None
        if puzzle is not None and not puzzle.solved(filled.entered):
            filled = replace(filled, notice=UNSOLVED, unsolved=True)
        if problems or filled.unsolved or new:
            wrong = problems or filled.unsolved
            self._count(asking, Event.REJECTED if wrong else Event.BROUGHT_UP)
            status = 422 if wrong else 200
            return self._page(request, asking, replace(filled, problems=problems, new=new, status=status))
        return await self._keep(request, asking, filled, answers)

    async def _keep(
        self, request: Request, asking: Asking, filled: Filled, answers: Mapping[str, Answer]
    ) -> Response:  # fmt: skip
        receipt = receipt_for(filled.token.nonce, self._secret)
        try:
            submission = self.answers.submission(asking, filled.token, answers, receipt)
            outcome = await self.answers.append(asking, filled, submission)
        except Exception as error:
            # Disk full, database locked, folder read-only: whatever it is, what was typed must not be lost.
            log_failure(request, error)
            self._count(asking, Event.NOT_SAVED)
            again = replace(filled, notice=NOT_SAVED, status=503)
            return self._page(request, asking, again, headers={"Retry-After": "5"})
        if outcome is Outcome.QUOTA_FULL:
            await self.answers.turn_away(asking)
        title, thanks = words_of_thanks(asking.survey, outcome)
        if outcome not in (Outcome.ACCEPTED, Outcome.DUPLICATE):
            return thanks_page(request, asking, title, thanks)
        return thanks_page(request, asking, title, thanks, receipt, await self._offer(asking, filled.token))

    async def _offer(self, asking: Asking, token: FormToken) -> Offer | None:
        """What this answer is rewarded with; nothing at a counter's or an agent's screen, which is not the person's."""
        if not asking.form.prize or asking.by_phone or asking.entrance.kiosk:
            return None
        prize = await anyio.to_thread.run_sync(self._store.prizes.get, asking.survey.code)
        return offer_of(self._secret, prize, token) if prize and prize.offered(local_day(self._clock())) else None

    def _signed_out(self, request: Request, filled: Filled, account: Account | None) -> Filled | None:
        """The form to be sent again by whoever signs in; None when it comes from this account's sign-in."""
        if account is None:
            return replace(filled, notice=SIGNED_OUT, sign_in=True, status=403)
        fits = csrf_fits(self._secret, request.cookies.get(SESSION_COOKIE), one(filled.entered, "_csrf"))
        return None if fits else replace(filled, notice=OTHER_SIGN_IN, status=403)

    def _page(
        self, request: Request, asking: Asking, filled: Filled, headers: Mapping[str, str] | None = None
    ) -> Response:  # fmt: skip
        return form_page(request, self._secret, asking, filled, headers)

    async def health(self, request: Request) -> Response:
        """Whether the database answers."""
        try:
            await anyio.to_thread.run_sync(self._store.accounts.any)
        except Exception as error:
            log_failure(request, error)
            return JSONResponse({"status": "database unavailable"}, 503, {"Cache-Control": "no-store"})
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    def _count(self, asking: Asking, event: Event) -> None:
        self.tallies.add(asking.survey.code, local_day(self._clock()), asking.place, event)


def _brought_up(interview: Course, entered: Entered) -> frozenset[str]:
    """Questions that are shown now, or show more now, and were not when the form was sent."""
    seen = set(one(entered, "_asked").split())
    return frozenset(each.partition(".")[0] for each in visible(interview) if each not in seen)
