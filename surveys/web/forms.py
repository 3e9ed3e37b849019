"""The respondent's side: the form of a survey, what becomes of it, and the thanks with a receipt."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.calls import REPORTED, CallOutcome
from surveys.campaigns.quotas import places
from surveys.clock import Clock, local_day, utc_now
from surveys.conditions import LINK
from surveys.course import Course, Ending, program
from surveys.definition import Survey
from surveys.intake import Event, Outcome, Progress, QuotaPlace, SharedCommits, Submission, receipt_for, response_id
from surveys.questions import Answer, Entered, File
from surveys.raters import offered_to
from surveys.storage import Store
from surveys.storage.calls import NotHeld
from surveys.suspicion import TRAP, Flag, too_fast
from surveys.web.asking import LINK_FIELD, Asker, Asking, Entrance, brought_along, open_entrance
from surveys.web.devices import Seen, device_hash, device_of, give_number, visitor
from surveys.web.enclosures import Enclosures, largest_body, most_files
from surveys.web.entries import Problems, asked, checked, fragment, visible
from surveys.web.inlined import brought_by
from surveys.web.limits import Limits
from surveys.web.page import TALKING_HOME, SignInNeeded, Words, log_failure, page, plain
from surveys.web.sessions import SESSION_COOKIE, csrf_field, csrf_fits
from surveys.web.signing import FormToken
from surveys.web.staff_forms import StaffForms
from surveys.web.submitted import entered, entered_with_files
from surveys.web.tallies import Tallies
from surveys.web.withdrawal import WithdrawalPages
from surveys.wording import Message

__all__ = ["Asking", "Filled", "FormPages"]

_STALE = Message("这一页打开得太久，或没有完整送达。您填写的内容都在，请检查后再提交一次。")
_NOT_SAVED = Message("暂时没能保存，您填写的内容都在这一页上。请稍等片刻，再按一次“提交”。")
_SIGNED_OUT = Message("登录已过期，答卷还没有提交。请在新窗口登录，再回到这一页按“提交”；您填写的内容都在。")
_OTHER_SIGN_IN = Message("您刚刚重新登录过。您填写的内容都在，请再按一次“提交”。")
_THANKS = Message("您的意见已收到，谢谢。")
_SCREENED_OUT = Message("这次想听取的是另一部分客户的意见，您不必再填写。谢谢您的时间。")
_QUOTA_FULL = Message("这次调查需要的份数已满，您的内容没有计入。谢谢您愿意告诉我们。")
_REVOKED = Message("它在您填写时被收回了，这次的内容没有计入。如有疑问，请联系发给您的人。")
_ORPHANS_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Filled:
    """The state of a form on the page."""

    token: FormToken
    entered: Entered = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    notice: Words = ""
    status: int = 200
    new: frozenset[str] = frozenset()  # questions that what was entered has brought up
    sent: bool = False  # the page comes back from having been sent


class FormPages:
    """Routes of the forms over a store. `running` must be entered before the first form is taken."""

    def __init__(
        self, store: Store, secret: bytes, *, clock: Clock = utc_now, secure: bool = False, limits: Limits | None = None
    ) -> None:  # fmt: skip
        self._store = store
        self._secure = secure
        self._limits = limits or Limits()
        self._seen = Seen()
        self.asker = Asker(store, clock)
        self._enclosures = Enclosures(store, secret, clock)
        self._commits = SharedCommits(store.responses)
        self._secret = secret
        self._clock = clock
        self.tallies = Tallies(store.responses)

    def routes(self) -> list[Route]:
        return [
            Route("/s/{survey}", plain(self.show, self._store.organisation.name), methods=["GET"]),
            Route("/s/{survey}", plain(self.take, self._store.organisation.name), methods=["POST"]),
            *WithdrawalPages(self._store, self._secret, clock=self._clock).routes(),
            *StaffForms(self._store, clock=self._clock).routes(),
            *self._enclosures.routes(),
            Route("/healthz", self.health, methods=["GET"]),
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, submissions are taken; what is waiting at the end is written."""
        await anyio.to_thread.run_sync(self._enclosures.remove_orphans, self._clock() - _ORPHANS_AFTER)
        await self._commits.start()
        await self.tallies.start()
        try:
            yield
        finally:
            await self._commits.stop()
            await self.tallies.stop()

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
        token = FormToken.read(self._secret, code, _one(given, "_token"))
        asking = await self.asker.from_form(request, entrance, given, token.version if token else None)
        if token is None or token.expired(self._clock()):
            self._count(asking, Event.STALE)
            fresh = FormToken.new(asking.form.version, self._clock())
            return self._page(request, asking, Filled(fresh, given, notice=_STALE, status=422, sent=True))
        filled = Filled(token, given, sent=True)
        if asking.agent is not None:
            notice = self._sign_in_problem(request, asking.agent, _one(given, "_csrf"))
            if notice:
                return self._page(request, asking, replace(filled, notice=notice, status=403))
        who = visitor(self._secret, request)
        verdict = self._limits.sending(who, entrance.address if entrance.invitation else "")
        if verdict.wait:
            often = Message("提交太频繁，请在 {wait} 秒后再按“提交”；您填写的内容都在。", {"wait": verdict.wait})
            again = replace(filled, notice=often, status=429)
            return self._page(request, asking, again, headers={"Retry-After": str(verdict.wait)})
        asking = replace(asking, device=who.device if asking.tells_devices else "", crowded=verdict.crowded)
        if asking.by_account:
            notice = self._sign_in_problem(request, asking.account, _one(given, "_csrf"))
            if notice or asking.account is None:
                self._count(asking, Event.SIGNED_OUT)
                return self._page(request, asking, replace(filled, notice=notice or _SIGNED_OUT, status=403))
            # What was rated before is left to the store: it knows a repeated form from a second opinion.
            asking = replace(asking, survey=offered_to(asking.survey, asking.account))
        return await self._judged(request, asking, filled, files)

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
        interview = self.interview(asking, filled)
        if interview.ending is Ending.SCREENED_OUT and "_switch" not in filled.entered:
            self._count(asking, Event.SCREENED_OUT)
            await self._turn_away(asking)
            return self._thanks(request, asking, Message("感谢您"), asking.survey.screened_out or _SCREENED_OUT)
        taken = await self._enclosures.take(asking.survey, interview, filled.token.nonce, filled.entered, files)
        if taken.entered is not filled.entered:  # files came with it
            filled = replace(filled, entered=taken.entered)
            interview = self.interview(asking, filled)
        if "_switch" in filled.entered:
            return self._page(request, asking, filled)
        new = _brought_up(interview, filled.entered) if asking.form.guided else frozenset()
        answers, problems = checked(interview)
        problems = {item: problem for item, problem in (problems | dict(taken.problems)).items() if item not in new}
        if problems or new:
            self._count(asking, Event.REJECTED if problems else Event.BROUGHT_UP)
            status = 422 if problems else 200
            return self._page(request, asking, replace(filled, problems=problems, new=new, status=status))
        return await self._keep(request, asking, filled, answers)

    async def _keep(
        self, request: Request, asking: Asking, filled: Filled, answers: Mapping[str, Answer]
    ) -> Response:  # fmt: skip
        receipt = receipt_for(filled.token.nonce, self._secret)
        try:
            outcome = await self.append(asking, filled, self.submission(asking, filled.token, answers, receipt))
        except Exception as error:
            # Disk full, database locked, folder read-only: whatever it is, what was typed must not be lost.
            log_failure(request, error)
            self._count(asking, Event.NOT_SAVED)
            again = replace(filled, notice=_NOT_SAVED, status=503)
            return self._page(request, asking, again, headers={"Retry-After": "5"})
        if outcome is Outcome.QUOTA_FULL:
            await self._turn_away(asking)
        title, thanks = _words_of_thanks(asking.survey, outcome)
        kept = outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE)
        return self._thanks(request, asking, title, thanks, receipt if kept else "")

    async def append(self, asking: Asking, filled: Filled, submission: Submission) -> Outcome:
        """Keep an answer with what is odd about it, if the quotas have room; returns when it is on disk."""
        places: list[QuotaPlace] = []
        if asking.survey.quotas or asking.entrance.invitation:
            places = await anyio.to_thread.run_sync(self._places, asking, self.interview(asking, filled))
        flags = [*submission.flags, *self._flags(asking, filled.entered, submission)]
        return await self._commits.append(replace(submission, quotas=places, flags=flags))

    async def _turn_away(self, asking: Asking) -> None:
        """Someone invited or called whose answer is not wanted is not asked again."""
        interview = asking.entrance.interview
        if interview is not None:
            with suppress(NotHeld):
                report = (interview.call.id, interview.agent.name, CallOutcome.NOT_WANTED, self._clock())
                await anyio.to_thread.run_sync(self._store.calls.report, *report)
        if asking.entrance.invitation is not None:
            invitation = asking.entrance.invitation.id
            await anyio.to_thread.run_sync(self._store.invitations.mark, invitation, Progress.TURNED_AWAY)

    def submission(
        self, asking: Asking, token: FormToken, answers: Mapping[str, Answer], receipt: str
    ) -> Submission:  # fmt: skip
        survey, now = asking.survey, self._clock()
        invitation, interview = asking.entrance.invitation, asking.entrance.interview
        subject = str(answers[survey.subject]) if survey.subject and survey.subject in answers else ""
        place = asking.touchpoint
        files = [key for each in survey.questions() if isinstance(each, File) for key in answers.get(each.code) or ()]
        return Submission(
            id=response_id(survey.code, receipt),
            survey=survey.code,
            version=asking.form.version,
            answers=answers,
            received_on=local_day(now),
            received_at=None if survey.anonymous else now,
            seconds=None if survey.anonymous else token.seconds(now),
            touchpoint=asking.place or None,
            department=subject or _department(asking),
            district=place.district if place else None,
            business_type=asking.business_type,
            participation=(asking.account.id, subject) if asking.account else None,
            seed=asking.seed_kept(self._seed(token)),
            files=files,
            channel=_channel(asking),
            contact=_contact(asking),
            invitation=invitation.id if invitation else None,
            call=(interview.call.id, interview.agent.name) if interview else None,
            device=device_hash(survey.code, asking.device) if asking.device and asking.once else None,
        )

    def _places(self, asking: Asking, interview: Course) -> list[QuotaPlace]:
        """What an answer takes a place of: in the survey's quotas, and in those of the campaign that asked for it."""
        invitation = asking.entrance.invitation
        entered = {**interview.entered, **{LINK + name: [value] for name, value in asking.link.items()}}
        campaign = self._store.campaigns.get(invitation.campaign) if invitation is not None else None
        return places(asking.survey, entered, campaign)

    def _flags(self, asking: Asking, given: Entered, submission: Submission) -> list[Flag]:
        """What is odd about an answer. Of an anonymous one nothing is noted that tells how or whence it came."""
        found = [Flag.TRAP] if _one(given, TRAP) else []
        if asking.survey.anonymous:
            return found
        answered = [each for each in asking.survey.questions() if each.code in submission.answers]
        odd = {
            Flag.TOO_FAST: too_fast(answered, submission.seconds),
            Flag.BUSY_ADDRESS: asking.crowded,
            Flag.SAME_DEVICE: bool(asking.device)
            and self._seen.again(submission.id, asking.survey.code, asking.place, asking.device, self._today()),
        }
        return [*found, *(flag for flag, is_odd in odd.items() if is_odd)]

    def interview(self, asking: Asking, filled: Filled) -> Course:
        return asking.course(filled.entered, self._seed(filled.token))

    def _seed(self, token: FormToken) -> str:
        """What decides the random orders of a form. It can be kept: it leads back to no form."""
        return hmac.digest(self._secret, b"order:" + token.nonce.encode(), "sha256")[:4].hex()

    def _sign_in_problem(self, request: Request, account: Account | None, field: str) -> Message | None:
        if account is None:
            return _SIGNED_OUT
        return None if csrf_fits(self._secret, request.cookies.get(SESSION_COOKIE), field) else _OTHER_SIGN_IN

    def _page(
        self, request: Request, asking: Asking, filled: Filled, headers: Mapping[str, str] | None = None
    ) -> Response:  # fmt: skip
        survey, interview = asking.survey, self.interview(asking, filled)
        guided, kept = asking.form.guided, asking.keep or asking.draft
        sheets, scripts = brought_by(dict.fromkeys(fragment(each) for each in survey.questions()))
        own = [*(["logic.js", "guide.js"] if guided else []), *(["draft.js"] if kept else [])]
        own.append("kiosk.js" if asking.entrance.kiosk else "form.js")
        sheets = [*sheets, "kiosk.css"] if asking.entrance.kiosk else sheets
        template, more = ("calling.html", {"reported": REPORTED}) if asking.agent else ("form.html", {})
        own += ["calling.js"] if asking.agent else []
        return page(
            request, template, status=filled.status, headers=headers, survey=survey, filled=filled, asking=asking,
            sheets=["style.css", *sheets], scripts=[*scripts, *own],
            allowing=_allowed(asking), minutes=asking.form.minutes,
            sections=asked(interview, filled.entered, filled.problems, filled.new),
            guide={"program": program(survey), "link": dict(asking.link)} if guided else None,
            language=asking.language, switch=_switches(request, asking), sign_in=filled.notice is _SIGNED_OUT,
            with_files=most_files(survey) > 0,
            hidden=self._carried(request, asking, filled, " ".join(visible(interview)) if guided else ""), **more,
        )  # fmt: skip

    def _carried(self, request: Request, asking: Asking, filled: Filled, shown: str) -> dict[str, str]:
        """What the form carries along unseen."""
        cookie = request.cookies.get(SESSION_COOKIE, "") if asking.account or asking.agent else ""
        return {
            "_token": filled.token.text(self._secret, asking.survey.code),
            "_tp": asking.place,
            "_biz": asking.business_type or "",
            "_lang": asking.language if len(asking.languages) > 1 else "",
            "_csrf": csrf_field(self._secret, cookie) if cookie else "",
            "_asked": shown,
            "_kiosk": asking.entrance.kiosk,
            **{LINK_FIELD + name: value for name, value in asking.link.items()},
        }

    def _thanks(
        self, request: Request, asking: Asking, title: Message, thanks: object, receipt: str = ""
    ) -> Response:  # fmt: skip
        if asking.agent is not None:
            return page(request, "called.html", title=title, thanks=thanks, receipt=receipt, language=asking.language)
        return page(
            request, "thanks.html", title=title, thanks=thanks, receipt=receipt, survey=asking.survey.code,
            staff=asking.by_account, language=asking.language, kept=asking.keep,
            scripts=["thanks.js"] if asking.keep else [],
        )  # fmt: skip

    async def health(self, request: Request) -> Response:
        """Whether the database answers."""
        try:
            await anyio.to_thread.run_sync(self._store.accounts.any)
        except Exception as error:
            log_failure(request, error)
            return JSONResponse({"status": "database unavailable"}, 503, {"Cache-Control": "no-store"})
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    def _count(self, asking: Asking, event: Event) -> None:
        self.tallies.add(asking.survey.code, self._today(), asking.place, event)

    def _today(self) -> date:
        return local_day(self._clock())


def _allowed(asking: Asking) -> list[str]:
    """What the scripts of a form need beyond what stands in the page."""
    if asking.entrance.kiosk:
        return [TALKING_HOME, "worker-src 'self'"]
    return [TALKING_HOME] if asking.draft else []


def _one(entered: Entered, name: str) -> str:
    return next(iter(entered.get(name, ())), "")


def _brought_up(interview: Course, entered: Entered) -> frozenset[str]:
    """Questions that are shown now, or show more now, and were not when the form was sent."""
    seen = set(_one(entered, "_asked").split())
    return frozenset(each.partition(".")[0] for each in visible(interview) if each not in seen)


def _department(asking: Asking) -> str | None:
    """Whose service the answer is about: of the touchpoint, else of who was invited, else of the survey.

    Of an anonymous answer the invitation's department would narrow down who gave it.
    """
    invitation = asking.entrance.invitation
    interview = asking.entrance.interview
    at = invitation.department if invitation else (interview.card.department if interview else None)
    invited_at = None if asking.survey.anonymous else at
    return (asking.touchpoint.department if asking.touchpoint else None) or invited_at or asking.form.department


def _channel(asking: Asking) -> str:
    if asking.agent is not None:
        return "phone"
    if asking.entrance.kiosk:
        return "kiosk"
    return "link" if asking.entrance.invitation is None else "invitation"


def _contact(asking: Asking) -> str | None:
    """Who gave the answer; of an anonymous one nobody's id."""
    invitation, interview = asking.entrance.invitation, asking.entrance.interview
    if asking.survey.anonymous or (invitation is not None and invitation.anonymous):
        return None
    return interview.call.contact if interview else (invitation.contact if invitation else None)


def _words_of_thanks(survey: Survey, outcome: Outcome) -> tuple[Message, object]:
    if outcome is Outcome.ALREADY_ANSWERED:
        return Message("您之前已经评价过"), Message("每人评价一次，以第一次为准；这次的内容没有重复计入。")
    if outcome is Outcome.LINK_ENDED:
        return Message("这个链接已经停用"), _REVOKED
    if outcome is Outcome.CALL_ENDED:
        return Message("这通电话已经不在您手上"), Message("它已经完成，或超时后转给了别人；这次的内容没有计入。")
    if outcome is Outcome.QUOTA_FULL:
        return Message("感谢您"), survey.quota_full or _QUOTA_FULL
    if outcome is Outcome.DUPLICATE:
        return Message("这份答卷已收到过"), Message("同一份答卷只计一次，不必再提交。回执码与第一次相同。")
    return Message("感谢您的评价"), survey.thanks or _THANKS


def _switches(request: Request, asking: Asking) -> dict[str, str]:
    """The query that leads to the same form in each of its other languages."""
    said = {name: value for name, value in request.query_params.items() if name != "lang"}
    return {tag: urlencode({**said, "lang": tag}) for tag in asking.languages if tag != asking.language}
