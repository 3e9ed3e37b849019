"""The respondent's side: the form of a survey, what becomes of it, and the thanks with a receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.clock import Clock, local_day, utc_now
from surveys.definition import Audience, Survey
from surveys.entries import asked, checked
from surveys.intake import Event, OpenForm, Outcome, SharedCommits, Submission, receipt_for, response_id
from surveys.organisation import Touchpoint
from surveys.questions import Answer, Entered
from surveys.raters import offered_to, subjects
from surveys.sessions import SESSION_COOKIE, account_of, csrf_field, csrf_fits
from surveys.signing import FormToken
from surveys.staff_forms import StaffForms
from surveys.storage import Store
from surveys.storage.surveys import UnknownSurvey
from surveys.tallies import Tallies
from surveys.web import Refusal, SignInNeeded, entered, log_failure, page, plain
from surveys.withdrawal import WithdrawalPages

_STALE = "这一页打开得太久，或没有完整送达。您填写的内容都在，请检查后再提交一次。"
_NOT_SAVED = "暂时没能保存，您填写的内容都在这一页上。请稍等片刻，再按一次“提交”。"
_SIGNED_OUT = "登录已过期，答卷还没有提交。请在新窗口登录，再回到这一页按“提交”；您填写的内容都在。"
_OTHER_SIGN_IN = "您刚刚重新登录过。您填写的内容都在，请再按一次“提交”。"
_THANKS = "您的意见已收到，谢谢。"


@dataclass(frozen=True)
class Asking:
    """A survey as one person is asked it, at one touchpoint."""

    form: OpenForm
    survey: Survey  # the form's, without what this person may not choose
    account: Account | None = None
    touchpoint: Touchpoint | None = None
    business_type: str | None = None

    @property
    def place(self) -> str:
        """The touchpoint's code; empty without one."""
        return self.touchpoint.code if self.touchpoint else ""


@dataclass(frozen=True)
class Filled:
    """The state of a form on the page."""

    token: FormToken
    entered: Entered = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


class FormPages:
    """Routes of the forms over a store. `running` must be entered before the first form is taken."""

    def __init__(self, store: Store, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._intake = store.responses
        self._commits = SharedCommits(store.responses)
        self._secret = secret
        self._clock = clock
        self.tallies = Tallies(store.responses)

    def routes(self) -> list[Route]:
        return [
            Route("/s/{survey}", plain(self.show, self._store.organisation.name), methods=["GET"]),
            Route("/s/{survey}", plain(self.take, self._store.organisation.name), methods=["POST"]),
            *WithdrawalPages(self._store, self.tallies, self._secret, clock=self._clock).routes(),
            *StaffForms(self._store, clock=self._clock).routes(),
            Route("/healthz", self.health, methods=["GET"]),
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, submissions are taken; what is waiting at the end is written."""
        await self._commits.start()
        await self.tallies.start()
        try:
            yield
        finally:
            await self._commits.stop()
            await self.tallies.stop()

    async def show(self, request: Request) -> Response:
        """A fresh form."""
        asking = await self._asking(request, request.query_params.get("tp"), request.query_params.get("biz"))
        if asking.survey.audience is Audience.STAFF:
            if asking.account is None:
                raise SignInNeeded
            asking = await anyio.to_thread.run_sync(self._still_asked, asking, asking.account)
        if request.method == "GET":
            self.tallies.add(asking.survey.code, self._today(), asking.place, Event.OPENED)
        return self._page(request, asking, Filled(FormToken.new(asking.form.version, self._clock())))

    async def take(self, request: Request) -> Response:
        """A filled form: kept and thanked, or shown again with what is to be mended."""
        given = await entered(request)
        code = request.path_params["survey"]
        token = FormToken.read(self._secret, code, _one(given, "_token"))
        asking = await self._asking(request, _one(given, "_tp"), _one(given, "_biz"), token.version if token else None)
        if token is None or token.expired(self._clock()):
            fresh = FormToken.new(asking.form.version, self._clock())
            return self._page(request, asking, Filled(fresh, given, notice=_STALE, status=422))
        if asking.survey.audience is Audience.STAFF:
            notice = self._sign_in_problem(request, asking.account, _one(given, "_csrf"))
            if notice or asking.account is None:
                return self._page(request, asking, Filled(token, given, notice=notice, status=403))
            # What was rated before is left to the store: it knows a repeated form from a second opinion.
            asking = replace(asking, survey=offered_to(asking.survey, asking.account))
        answers, problems = checked(asking.survey, given)
        if problems:
            self.tallies.add(code, self._today(), asking.place, Event.REJECTED)
            return self._page(request, asking, Filled(token, given, problems, status=422))
        return await self._keep(request, asking, Filled(token, given), answers)

    async def _keep(
        self, request: Request, asking: Asking, filled: Filled, answers: Mapping[str, Answer]
    ) -> Response:  # fmt: skip
        receipt = receipt_for(filled.token.nonce, self._secret)
        try:
            outcome = await self._commits.append(self._submission(asking, filled.token, answers, receipt))
        except Exception as error:
            # Disk full, database locked, folder read-only: whatever it is, what was typed must not be lost.
            log_failure(request, error)
            again = Filled(filled.token, filled.entered, notice=_NOT_SAVED, status=503)
            return self._page(request, asking, again, headers={"Retry-After": "5"})
        survey, staff = asking.survey, asking.survey.audience is Audience.STAFF
        title, thanks = _words_of_thanks(survey, outcome)
        shown = receipt if outcome is not Outcome.ALREADY_ANSWERED else ""
        return page(
            request, "thanks.html", title=title, thanks=thanks, receipt=shown, survey=survey.code, staff=staff
        )  # fmt: skip

    def _submission(
        self, asking: Asking, token: FormToken, answers: Mapping[str, Answer], receipt: str
    ) -> Submission:  # fmt: skip
        survey, now = asking.survey, self._clock()
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        place = asking.touchpoint
        return Submission(
            id=response_id(survey.code, receipt),
            survey=survey.code,
            version=asking.form.version,
            answers=answers,
            received_on=local_day(now),
            received_at=None if survey.anonymous else now,
            seconds=None if survey.anonymous else token.seconds(now),
            touchpoint=asking.place or None,
            department=subject or (place.department if place else None) or asking.form.department,
            district=place.district if place else None,
            business_type=asking.business_type,
            participation=(asking.account.id, subject) if asking.account else None,
        )

    async def _asking(
        self, request: Request, touchpoint: str | None, business_type: str | None, version: int | None = None
    ) -> Asking:  # fmt: skip
        code = request.path_params["survey"]
        # On the event loop, because a look-up takes less time than handing it to a thread; readers never wait in WAL.
        form = self._intake.open_form(code, version)
        if form is None:
            raise await anyio.to_thread.run_sync(self._not_open, code)
        place = self._store.organisation.touchpoint(touchpoint) if touchpoint else None
        kind = self._known_business(business_type) or (place.business_type if place else None)
        if form.survey.anonymous:
            place = kind = None  # of an anonymous answer nothing is kept that narrows down who gave it
        account = None
        if form.survey.audience is Audience.STAFF:
            account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        return Asking(form, form.survey, account, place, kind)

    def _known_business(self, business_type: str | None) -> str | None:
        if not business_type:
            return None
        known = {each.business_type for each in self._store.organisation.touchpoints()}
        return business_type if business_type in known else None

    def _not_open(self, code: str) -> Refusal:
        try:
            record = self._store.surveys.get(code)
        except UnknownSurvey:
            return Refusal(404, "没有找到这份问卷")
        unpublished = Refusal(404, "这份问卷还没有发布", "请稍后再来，或向提供链接的人确认。")
        return Refusal(410) if record.closed else unpublished

    def _still_asked(self, asking: Asking, account: Account) -> Asking:
        """The survey with what this person has not rated yet; refuses when nothing is left."""
        done = self._intake.answered_subjects(asking.survey.code, account.id)
        survey = offered_to(asking.survey, account, done)
        if "" in done or (survey.subject and not subjects(survey)):
            raise Refusal(409, "这份问卷您已经填完", "每人填写一次，您的答卷已经收到，不必再填。")
        return replace(asking, survey=survey)

    def _sign_in_problem(self, request: Request, account: Account | None, field: str) -> str:
        if account is None:
            return _SIGNED_OUT
        return "" if csrf_fits(self._secret, request.cookies.get(SESSION_COOKIE), field) else _OTHER_SIGN_IN

    def _page(
        self, request: Request, asking: Asking, filled: Filled, headers: Mapping[str, str] | None = None
    ) -> Response:  # fmt: skip
        cookie = request.cookies.get(SESSION_COOKIE, "") if asking.account else ""
        hidden = {
            "_token": filled.token.text(self._secret, asking.survey.code),
            "_tp": asking.place,
            "_biz": asking.business_type or "",
            "_csrf": csrf_field(self._secret, cookie) if cookie else "",
        }
        return page(
            request, "form.html", status=filled.status, script="form.js", headers=headers, survey=asking.survey,
            sections=asked(asking.survey, filled.entered, filled.problems), problems=filled.problems,
            notice=filled.notice, sign_in=filled.notice == _SIGNED_OUT, hidden=hidden, unsent=bool(filled.entered),
        )  # fmt: skip

    async def health(self, request: Request) -> Response:
        """Whether the database answers."""
        try:
            await anyio.to_thread.run_sync(self._store.accounts.any)
        except Exception as error:
            log_failure(request, error)
            return JSONResponse({"status": "database unavailable"}, 503, {"Cache-Control": "no-store"})
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    def _today(self) -> date:
        return local_day(self._clock())


def _one(entered: Entered, name: str) -> str:
    return next(iter(entered.get(name, ())), "")


def _words_of_thanks(survey: Survey, outcome: Outcome) -> tuple[str, str]:
    if outcome is Outcome.ALREADY_ANSWERED:
        return "您之前已经评价过", "每人评价一次，以第一次为准；这次的内容没有重复计入。"
    if outcome is Outcome.DUPLICATE:
        return "这份答卷已收到过", "同一份答卷只计一次，不必再提交。回执码与第一次相同。"
    return "感谢您的评价", survey.thanks.in_language("zh-Hans") if survey.thanks else _THANKS
