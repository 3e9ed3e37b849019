"""The forms of a survey: shown, taken, judged; kept and thanked, or shown again with what is to be mended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.listening import Listener
from surveys.definition.questions import Answer, Entered
from surveys.definition.routing import Course, Ending
from surveys.fieldwork.calls import CallOutcome, UnfitAppointment, appointment, outcome_said
from surveys.fieldwork.raters import offered_to
from surveys.intake.receipts import receipt_for, response_id
from surveys.intake.submission import Event, Outcome
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.storage.records.errors import StorageError
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.answers import Answers, untold_by_agent
from surveys.web.forms.entrances import Entrance, open_entrance
from surveys.web.forms.form_context import AGAIN, Asker, Asking, own_query, with_query
from surveys.web.forms.form_data import entered_with_files, one, read_form
from surveys.web.forms.form_page import Filled, form_page, interview_of
from surveys.web.forms.notices import NoticePages
from surveys.web.forms.prizes import PrizePages, ticket_of
from surveys.web.forms.rendered_questions import check_answers, visible
from surveys.web.forms.shown_again import ShownAgain
from surveys.web.forms.tallies import Tallies
from surveys.web.forms.thanks import ThanksPages, booking
from surveys.web.forms.uploads import Enclosures, largest_body, most_files
from surveys.web.forms.withdrawal import WithdrawalPages
from surveys.web.forms.wordings import (
    NOT_SAVED,
    OTHER_SIGN_IN,
    SIGNED_IN_REPORTING,
    SIGNED_OUT,
    SIGNED_OUT_REPORTING,
    STALE,
    UNSOLVED,
    too_often,
)
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.devices import device_of, give_number, visitor
from surveys.web.protection.proof_of_work import Puzzle
from surveys.web.protection.rate_limits import Limits
from surveys.web.protection.sessions import SESSION_COOKIE, csrf_fits
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import SignInNeeded, Words, log_failure, plain, see
from surveys.web.staff.own_quality import OwnQuality
from surveys.web.staff.own_reports import OwnReports
from surveys.web.staff.own_task_changes import OwnTaskChanges
from surveys.web.staff.staff_forms import StaffForms

_ORPHANS_AFTER = timedelta(days=1)


class FormPages:
    """Routes of the forms over a store. `running` must be entered before the first form is taken."""

    def __init__(
        self, store: Respondents, secret: bytes, *, clock: Clock = utc_now, secure: bool = False,
        limits: Limits | None = None, listener: Listener | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._secure = secure
        self._limits = limits or Limits()
        self.asker = Asker(store, clock, listener)
        self._enclosures = Enclosures(store, secret, clock)
        self.answers = Answers(store, secret, clock)
        self.thanks = ThanksPages(store, secret, clock, secure=secure)
        self._secret = secret
        self._clock = clock
        self.tallies = Tallies(store.responses)
        self._again = ShownAgain(secret, clock, secure=secure)

    def routes(self) -> list[Route]:
        return [
            Route("/s/{survey}", plain(self.show, self._store.organisation.profile), methods=["GET"]),
            Route("/s/{survey}", plain(self.take, self._store.organisation.profile), methods=["POST"]),
            *NoticePages(self._store).routes(),
            *self.thanks.routes(),
            *WithdrawalPages(self._store, self._secret, clock=self._clock).routes(),
            *StaffForms(self._store, clock=self._clock).routes(),
            *OwnReports(self._store, self._secret, secure=self._secure, clock=self._clock).routes(),
            *OwnQuality(self._store, self._secret, secure=self._secure, clock=self._clock).routes(),
            *OwnTaskChanges(self._store, self._secret, secure=self._secure, clock=self._clock).routes(),
            *PrizePages(self._store, self._secret, clock=self._clock).routes(),
            *self._enclosures.routes(),
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

    async def show_at(
        self, request: Request, entrance: Entrance, unfinished: Entered | None = None, notice: Words = ""
    ) -> Response:  # fmt: skip
        """A fresh form, with what was left unfinished in it, under what is to be said first."""
        if AGAIN in request.query_params and request.method == "GET":
            return await self._shown_again(request, entrance)
        asking = await self.asker.from_link(request, entrance)
        if asking.by_account and asking.account is None:
            raise SignInNeeded
        if request.method == "GET":
            self._count(asking, Event.OPENED)
            if asking.unplaced:
                self.tallies.add_unplaced(asking.survey.code, local_day(self._clock()), asking.unplaced)
        token = FormToken.new(asking.form.version, self._clock(), asking.said, trial=asking.form.trial)
        filled = Filled(token, asking.own(unfinished or {}), notice=notice, status=422 if notice else 200)
        response = self._page(request, asking, filled)
        if asking.tells_devices and not device_of(self._secret, request.cookies):
            give_number(self._secret, response, secure=self._secure)
        return response

    async def _shown_again(self, request: Request, entrance: Entrance) -> Response:
        """What was sent and is to be mended; the form as it was given out where that is kept no longer."""
        found = self._again.find(request, entrance)
        if found is None:
            return see(with_query(entrance.address, own_query(request)))
        filled, sender = found
        asking = await self.asker.from_form(request, entrance, filled.entered, filled.token)
        if asking.by_account:
            if asking.account is None or asking.account.id != sender:  # another person at this computer
                return see(with_query(entrance.address, own_query(request)))
            if entrance.task is None:
                asking = replace(asking, survey=offered_to(asking.survey, asking.account))
        return self._page(request, asking, filled)

    async def take_at(self, request: Request, entrance: Entrance) -> Response:
        """A filled form: kept and thanked, or shown again with what is to be mended or was brought up."""
        code = entrance.survey
        given, files = await self._received(request, code)
        token = FormToken.read(self._secret, code, one(given, "_token"))
        asking = await self.asker.from_form(request, entrance, given, token)
        given = asking.own(given)
        if token is None or token.expired(self._clock()):
            self._count(asking, Event.STALE)
            asking = await self.asker.with_notice_of_now(asking)
            fresh = FormToken.new(asking.form.version, self._clock(), asking.said, trial=asking.form.trial)
            return self._back(request, asking, Filled(fresh, given, notice=STALE, status=422, sent=True))
        filled = Filled(token, given, sent=True)
        if asking.by_phone and (again := self._signed_out(request, filled, asking.agent)):
            return self._page(request, asking, again)
        who = visitor(self._secret, request)
        verdict = self._limits.sending(who, entrance.limited_as)
        if verdict.wait:
            slower = replace(filled, notice=too_often(verdict.wait), status=429)
            return self._page(request, asking, slower, headers={"Retry-After": str(verdict.wait)})
        asking = replace(asking, device=who.device if asking.tells_devices else "", crowded=verdict.crowded)
        if asking.by_account:
            again = self._signed_out(request, filled, asking.account)
            if again:
                self._count(asking, Event.SIGNED_OUT)
                return self._page(request, asking, again)
        if asking.by_account and asking.account is not None and entrance.task is None:
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
        asking = await self.asker.from_form(request, entrance, given, token)
        self._count(asking, Event.DUPLICATE)
        return self.thanks.lead(asking, Outcome.DUPLICATE, receipt)

    async def _received(self, request: Request, code: str) -> tuple[Entered, Mapping[str, list[UploadFile]]]:
        """The fields, which stay with the request, and files of a form; files only where the survey asks for some."""
        given, files = await self._read(request, code)
        request.state.given = given
        return given, files

    async def _read(self, request: Request, code: str) -> tuple[Entered, Mapping[str, list[UploadFile]]]:
        if not request.headers.get("content-type", "").lower().startswith("multipart/"):
            return await read_form(request), {}
        # Which version it was begun on stands inside; the form of any version must be readable.
        versions = await anyio.to_thread.run_sync(self._store.surveys.versions, code)
        most = max((most_files(each.survey) for each in versions), default=0)
        if not most:
            return await read_form(request), {}
        largest = max(largest_body(each.survey) for each in versions)
        return await entered_with_files(request, largest=largest, most_files=most)

    async def _judged(
        self, request: Request, asking: Asking, filled: Filled, files: Mapping[str, list[UploadFile]]
    ) -> Response:  # fmt: skip
        """Decide over what was entered: the end for this person, questions brought up, problems, or an answer."""
        interview = interview_of(self._secret, asking, filled)
        said = outcome_said(interview.questions(), interview.entered) if asking.by_phone else None
        over = said is not None and said.outcome is not CallOutcome.LATER  # whatever else the script would ask
        if (over or interview.ending is Ending.SCREENED_OUT) and "_switch" not in filled.entered:
            self._count(asking, Event.SCREENED_OUT)
            await self.answers.turn_away(asking, said.outcome if said and over else CallOutcome.NOT_WANTED)
            return self.thanks.lead(asking, booking(said.outcome) if said and over else Ending.SCREENED_OUT)
        try:
            taken = await self._enclosures.take(
                asking.survey, interview, filled.token.nonce, filled.entered, files, kept_for=asking.survey.code
            )
        except (OSError, StorageError) as error:
            return self._not_saved(request, asking, filled, error)
        if taken.entered is not filled.entered:  # files came with it
            filled = replace(filled, entered=taken.entered)
            interview = interview_of(self._secret, asking, filled)
        if "_switch" in filled.entered:
            return self._back(request, asking, filled)
        new = _brought_up(interview, filled.entered, asking.survey.callback) if asking.form.guided else frozenset()
        if said is not None and not new:
            return await self._call_again(request, asking, filled, interview, said.item)
        answers, problems = check_answers(interview)
        problems = {item: problem for item, problem in (problems | dict(taken.problems)).items() if item not in new}
        problems = problems if said is None else {}  # who wants to be called another day is asked for that day alone
        if notice := untold_by_agent(asking, filled.entered):
            return self._page(request, asking, replace(filled, notice=notice, problems=problems, status=422))
        puzzle = Puzzle.of(self._secret, asking.survey.code, filled.token) if asking.puzzled else None
        if puzzle is not None and not puzzle.solved(filled.entered):
            filled = replace(filled, notice=UNSOLVED, unsolved=True)
        if problems or filled.unsolved or new:
            wrong = problems or filled.unsolved
            self._count(asking, Event.REJECTED if wrong else Event.BROUGHT_UP)
            status = 422 if wrong else 200
            return self._back(request, asking, replace(filled, problems=problems, new=new, status=status))
        return await self._keep(request, asking, filled, answers)

    async def _call_again(
        self, request: Request, asking: Asking, filled: Filled, interview: Course, said_to: str
    ) -> Response:  # fmt: skip
        """An appointment instead of an answer: nothing is kept, the call waits for its time."""
        item, agreed = appointment(interview.questions(), interview.entered, said_to)
        try:
            await self.answers.call_again(asking, agreed)
        except UnfitAppointment as error:
            return self._page(request, asking, replace(filled, problems={item: error.args[0]}, status=422))
        return self.thanks.lead(asking, booking(CallOutcome.LATER))

    async def _keep(
        self, request: Request, asking: Asking, filled: Filled, answers: Mapping[str, Answer]
    ) -> Response:  # fmt: skip
        receipt = receipt_for(filled.token.nonce, self._secret)
        try:
            submission = self.answers.submission(asking, filled.token, answers, receipt)
            outcome = await self.answers.append(asking, filled, submission)
        except Exception as error:
            return self._not_saved(request, asking, filled, error)
        if outcome is Outcome.QUOTA_FULL:
            await self.answers.turn_away(asking)
        after = _thanks_after(asking, interview_of(self._secret, asking, filled))
        self._again.forget(asking, filled.token.nonce)
        if outcome not in (Outcome.ACCEPTED, Outcome.DUPLICATE):
            return self.thanks.lead(asking, outcome)
        return self.thanks.lead(asking, outcome, receipt, await self._ticket(asking, filled.token), after=after)

    def _not_saved(self, request: Request, asking: Asking, filled: Filled, error: Exception) -> Response:
        """Disk full, database locked, folder read-only: whatever it is, what was typed must not be lost."""
        log_failure(request, error)
        self._count(asking, Event.NOT_SAVED)
        again = replace(filled, notice=NOT_SAVED, status=503)
        return self._page(request, asking, again, headers={"Retry-After": "5"})

    async def _ticket(self, asking: Asking, token: FormToken) -> str:
        """To what this answer is rewarded with; none at a counter's or an agent's screen, which is not the person's.

        Nor of a trial, also when its form is sent after the start: it is no answer.
        """
        if not asking.form.prize or not asking.entrance.own_screen or token.trial or asking.form.trial:
            return ""
        prize = await anyio.to_thread.run_sync(self._store.prizes.get, asking.survey.code)
        return ticket_of(self._secret, prize, token) if prize and prize.offered(local_day(self._clock())) else ""

    def _signed_out(self, request: Request, filled: Filled, account: Account | None) -> Filled | None:
        """The form to be sent again by whoever signs in; None when it comes from this account's sign-in."""
        reporting = "outcome" in filled.entered  # of a call: an agent was about to report one
        if account is None:
            notice = SIGNED_OUT_REPORTING if reporting else SIGNED_OUT
            return replace(filled, notice=notice, sign_in=True, status=403)
        fits = csrf_fits(self._secret, cookie_of(request.cookies, SESSION_COOKIE), one(filled.entered, "_csrf"))
        return None if fits else replace(filled, notice=SIGNED_IN_REPORTING if reporting else OTHER_SIGN_IN, status=403)

    def _back(self, request: Request, asking: Asking, filled: Filled) -> Response:
        """The form once more, at an address of its own where it can have one."""
        return self._again.lead(request, asking, filled) or self._page(request, asking, filled)

    def _page(
        self, request: Request, asking: Asking, filled: Filled, headers: Mapping[str, str] | None = None
    ) -> Response:  # fmt: skip
        return form_page(request, self._secret, asking, filled, headers)

    def _count(self, asking: Asking, event: Event) -> None:
        self.tallies.add(asking.survey.code, local_day(self._clock()), asking.place, event)


def _brought_up(interview: Course, entered: Entered, callback: str | None) -> frozenset[str]:
    """Questions that are shown now, or show more now, and were not when the form was sent.

    The offer to be contacted holds no answer back, nor does anything where the sender doesn't say what was shown.
    """
    if "_asked" not in entered:
        return frozenset()
    seen = {*one(entered, "_asked").split(), callback}
    return frozenset(each.partition(".")[0] for each in visible(interview) if each not in seen)


def _thanks_after(asking: Asking, interview: Course) -> int:
    """Which of the thanks by answer are due, counted from 1; 0 for the usual ones."""
    by_answer = asking.survey.thanks_by_answer
    known = asking.known(interview) if by_answer else {}
    return next((number for number, each in enumerate(by_answer, 1) if each.when.holds(known)), 0)
