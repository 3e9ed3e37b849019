"""`/k/{touchpoint}`: the form on a tablet at the counter, which delivers what it could not send at once, each once.

Only a tablet that somebody has enrolled for this touchpoint is asked and may deliver: it holds a cookie for that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surveys.accounts import new_session_token, token_hash
from surveys.definition.questions import File
from surveys.definition.routing import Ending
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.availability import LATE_DELIVERY
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.intake.open_form import OpenForm
from surveys.intake.receipts import receipt_for
from surveys.intake.submission import Event, Outcome, Submission
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.entrances import Kiosk
from surveys.web.forms.form_context import read_link, said_by
from surveys.web.forms.form_data import read_form
from surveys.web.forms.form_page import Filled, interview_of
from surveys.web.forms.forms import FormPages
from surveys.web.forms.rendered_questions import check_answers
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.cookies import cookie_of, set_cookie
from surveys.web.protection.devices import Visitor
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.rate_limits import Limits
from surveys.web.protection.signing import FormToken
from surveys.web.protection.tablet_pace import PerMinute, TabletPace
from surveys.web.rendering.page import Refusal, log_failure, page, plain, see

LIFETIME = LATE_DELIVERY  # how long a tablet may be without network and still deliver
TABLET_COOKIE = "xinsheng_tablet"
_A_YEAR = 365 * 24 * 3600
_LONGEST_CODE = 100
_ENROL_ADVICE = marked(
    "请有发放权限的同事登录控制台，在“发放”页的“窗口平板”里登记一台平板，再用这台平板打开那里给出的链接。已经填好、还没送出的答卷都留在平板里，登记后自动送出。"
)
_NUMBER = re.compile(r"[0-9a-f]{32}")
_WORKER = (Path(__file__).parent.parent / "html" / "kiosk_worker.js").read_text("utf-8")


class KioskPages:
    """The page, the worker that lets it open without network, and where answers are delivered."""

    def __init__(
        self, store: Respondents, forms: FormPages, secret: bytes, *, secure: bool = False, clock: Clock = utc_now
    ) -> None:  # fmt: skip
        self._store = store
        self._forms = forms
        self._secret = secret
        self._clock = clock
        self._secure = secure
        self._limits = Limits()
        self._per_minute = PerMinute()
        self._pace = TabletPace()
        self._guesses = CodeGuesses(store.accounts, "tablet code", free=20)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/k/worker.js", self.worker, methods=["GET"]),
            Route("/k/{touchpoint}", plain(self.show, letterhead), methods=["GET"]),
            Route("/k/{touchpoint}", plain(self.take, letterhead), methods=["POST"]),
            Route("/k/{touchpoint}/enrol", plain(self.enrolment, letterhead), methods=["GET"]),
            Route("/k/{touchpoint}/enrol", plain(self.enrol, letterhead), methods=["POST"]),
        ]

    async def worker(self, _: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response(_WORKER, 200, headers, "text/javascript")

    async def show(self, request: Request) -> Response:
        """A page that serves customer after customer."""
        place, survey, form = await anyio.to_thread.run_sync(self._asked_at, request)
        if form and not fits_a_kiosk(form.survey):
            raise Refusal(404, marked("这份问卷不适合放在窗口"), marked("只限客户填写、不要求上传文件的问卷。"))
        entrance = Kiosk(f"/s/{survey}", survey, place)
        said = said_by(form, entrance, read_link(request)) if form else {}
        token = FormToken.new(form.version if form else 0, self._clock(), said)
        known = replace(entrance, token=token.text(self._secret, _purpose(place, survey)))
        response = await self._forms.show_at(request, known)
        self._remember(response, (cookie_of(request.cookies, TABLET_COOKIE) or ""))
        return response

    async def enrolment(self, request: Request) -> Response:
        """What the link from the console opens on the tablet; pressing its button makes it one of this touchpoint."""
        place = await anyio.to_thread.run_sync(self._place, request)
        found = await anyio.to_thread.run_sync(self._store.organisation.touchpoint, place)
        code, name = request.query_params.get("code", "")[:_LONGEST_CODE], found.name if found else place
        return page(request, "enrol_tablet.html", title=marked("登记窗口平板"), code=code, place=place, name=name)

    async def enrol(self, request: Request) -> Response:
        """The tablet's cookie, for a code that is good once."""
        given, place = await read_form(request), await anyio.to_thread.run_sync(self._place, request)
        code, token = given.get("code", [""])[0][:_LONGEST_CODE], new_session_token()
        enrol = self._store.kiosks.enrol_tablet
        if not await anyio.to_thread.run_sync(enrol, place, token_hash(code), token_hash(token), self._clock()):
            await self._guesses.missed(network_of_client(request))
            raise Refusal(403, marked("这个登记链接已经用过或过期"), _ENROL_ADVICE)
        response = see(f"/k/{quote(place, safe='')}")
        self._remember(response, token)
        return response

    def _remember(self, response: Response, token: str) -> None:
        """The cookie, good for another year from now."""
        set_cookie(response, TABLET_COOKIE, token, secure=self._secure, max_age=_A_YEAR)

    def _tablet(self, request: Request, place: str) -> str | None:
        """The enrolled tablet that asks; None for any other browser."""
        token = cookie_of(request.cookies, TABLET_COOKIE)
        return self._store.kiosks.tablet_of(place, token_hash(token), local_day(self._clock())) if token else None

    def _asked_at(self, request: Request) -> tuple[str, str, OpenForm | None]:
        """The touchpoint, the survey that it asks, and the form of that while it is open."""
        place = self._place(request)
        survey = self._store.kiosks.survey_at(place)
        if survey is None:
            raise Refusal(404, marked("这里还没有设置窗口评价"), marked("请管理员在“发放”页为这个触点选择问卷。"))
        if self._tablet(request, place) is None:
            raise Refusal(403, marked("这台平板还没有登记"), _ENROL_ADVICE)
        return place, survey, self._store.responses.open_form(survey, now=self._clock())

    def _place(self, request: Request) -> str:
        """The touchpoint that the address means, in whatever letters it was typed on the tablet."""
        said = str(request.path_params["touchpoint"])
        found = self._store.organisation.touchpoint(said)
        return found.code if found else said

    async def take(self, request: Request) -> Response:
        """One answer, as the tablet has kept it; told again, it gets the same receipt."""
        given = await read_form(request)
        place, tablet = await anyio.to_thread.run_sync(self._from, request)
        one = {name: values[0] for name, values in given.items()}
        survey, number = one.get("_survey", ""), one.get("_id", "")
        token = FormToken.read(self._secret, _purpose(place, survey), one.get("_kiosk", ""))
        if token is None or not _NUMBER.fullmatch(number) or self._clock() - token.issued_at > LIFETIME:
            return _told(number, "refused", 403)
        if tablet is None:  # the tablet keeps it, and says so
            return _told(number, "unenrolled", 403)
        came_from = Visitor(request.client.host if request.client else "")
        verdict = self._limits.sending(came_from, f"{place}:{token.nonce}")
        if verdict.wait:
            return _later(number, verdict.wait)
        entrance = Kiosk(f"/s/{survey}", survey, place, one["_kiosk"])
        try:
            asking = await self._forms.asker.from_form(
                request, entrance, given, token, self._given_at(one, token), LATE_DELIVERY
            )  # fmt: skip
        except Refusal as refusal:  # closed by now; the tablet keeps the answer and goes on with the next
            return _told(number, "refused", refusal.status)
        if wait := self._per_minute.take(place, asking.form.protection.kiosk_per_minute):
            return _later(number, wait)
        asking = replace(asking, crowded=verdict.crowded)
        # Under a number of its own for each page and answer: a made-up one meets no answer of another tablet.
        filled = Filled(replace(token, nonce=f"{token.nonce}:{number}"), asking.own(given), sent=True)
        interview = interview_of(self._secret, asking, filled)
        answers, problems = check_answers(interview)
        if problems or interview.ending is Ending.SCREENED_OUT:
            event = Event.REJECTED if problems else Event.SCREENED_OUT
            self._forms.tallies.add(survey, local_day(self._clock()), place, event)
            return _told(number, event.value, 422 if problems else 200)
        receipt = receipt_for(filled.token.nonce, self._secret)
        submission = self._dated(self._forms.answers.submission(asking, filled.token, answers, receipt), one, token)
        given_at = submission.received_at or self._clock()
        if self._pace.hurried(tablet, given_at) and not asking.survey.anonymous:
            submission = replace(submission, flags=[*submission.flags, Flag.BUSY_TABLET])
        outcome = None
        try:
            outcome = await self._forms.answers.append(asking, filled, submission)
        except Exception as error:  # the tablet keeps it and tries again
            log_failure(request, error)
            return _told(number, "later", 503, {"Retry-After": "5"})
        finally:
            if outcome is not Outcome.ACCEPTED:
                self._pace.undo(tablet, given_at)
        return _told(number, outcome.value, receipt=receipt)

    def _from(self, request: Request) -> tuple[str, str | None]:
        """The touchpoint, and the tablet of it that delivers."""
        place = self._place(request)
        return place, self._tablet(request, place)

    def _given_at(self, one: dict[str, str], token: FormToken) -> datetime:
        """When it was given, by what the tablet says; now where that can't be, and never before its page was."""
        age, now = _seconds(one.get("_age", "")), self._clock()
        return now if age is None else max(token.issued_at, now - timedelta(seconds=age))

    def _dated(self, submission: Submission, one: dict[str, str], token: FormToken) -> Submission:
        """With the time it was given, by what the tablet says has passed since; its clock may be wrong."""
        if submission.received_at is None:
            return submission
        now, age, took = self._clock(), _seconds(one.get("_age", "")), _seconds(one.get("_took", ""))
        if age is None or timedelta(seconds=age) > now - token.issued_at + timedelta(minutes=1):
            return replace(submission, seconds=took, flags=[Flag.CLOCK])
        at = now - timedelta(seconds=age)
        return replace(submission, seconds=took, received_at=at, received_on=local_day(at))


def fits_a_kiosk(survey: Survey) -> bool:
    """Files can't wait in a browser, and colleagues are not asked in public."""
    if by_task_alone(survey):
        return False
    return survey.audience is Audience.CUSTOMERS and not any(isinstance(each, File) for each in survey.questions())


def _purpose(place: str, survey: str) -> str:
    return f"kiosk {place} {survey}"


def _seconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,8}", text, re.ASCII) else None


def _later(number: str, wait: int) -> Response:
    return _told(number, "later", 429, {"Retry-After": str(wait)})


def _told(
    number: str, outcome: str, status: int = 200, headers: dict[str, str] | None = None, receipt: str = ""
) -> Response:  # fmt: skip
    body = {"id": number[:32], "outcome": outcome, "receipt": receipt}
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})
