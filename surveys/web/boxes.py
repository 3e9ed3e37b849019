"""`/box/{box}`: write to an opinion box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.boxes import Box, Case, case_id, category_of, survey_of
from surveys.clock import Clock, utc_now
from surveys.intake import OpenForm, receipt_for
from surveys.language import chosen, marked
from surveys.questions import Answer
from surveys.storage import Store
from surveys.suspicion import TRAP, Flag, noted, too_fast
from surveys.web.asking import Asking, Entrance
from surveys.web.cases import CasePages
from surveys.web.devices import visitor
from surveys.web.enclosures import Enclosures, largest_body, most_files
from surveys.web.entries import checked
from surveys.web.form_page import Filled, form_page, interview_of
from surveys.web.limits import Limits
from surveys.web.page import Refusal, log_failure, plain
from surveys.web.signing import FormToken
from surveys.web.submitted import entered_with_files, one
from surveys.web.words_on_forms import NOT_SAVED, STALE, too_often


class BoxPages:
    """The form of a box; what comes of it are the pages of cases."""

    def __init__(
        self, store: Store, secret: bytes, *, clock: Clock = utc_now, limits: Limits | None = None
    ) -> None:  # fmt: skip
        self._store = store
        self._secret = secret
        self._clock = clock
        self._enclosures = Enclosures(store, secret, clock)
        self._limits = limits or Limits()
        self._cases = CasePages(store, secret, clock=clock, limits=self._limits)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.name
        return [
            Route("/box/{box}", plain(self.show, letterhead), methods=["GET"]),
            Route("/box/{box}", plain(self.take, letterhead), methods=["POST"]),
            *self._cases.routes(),
        ]

    async def show(self, request: Request) -> Response:
        """An empty form."""
        box = await self._box(request)
        if not box.open:
            raise Refusal(410, marked("这个意见箱已经关闭"))
        asking = _asking(request, box, request.query_params.get("lang", ""))
        return form_page(request, self._secret, asking, Filled(FormToken.new(0, self._clock())))

    async def take(self, request: Request) -> Response:
        """A message: kept, and its code shown; or the form again with what is to be mended."""
        box = await self._box(request)
        survey = survey_of(box)
        given, files = await entered_with_files(
            request, largest=largest_body(survey), most_files=most_files(survey)
        )  # fmt: skip
        asking = _asking(request, box, one(given, "_switch") or one(given, "_lang"))
        token = FormToken.read(self._secret, survey.code, one(given, "_token"))
        if token is None or token.expired(self._clock()):
            if not box.open:  # of who was writing while it was closed the message is taken
                raise Refusal(410, marked("这个意见箱已经关闭"))
            fresh = FormToken.new(0, self._clock())
            return form_page(request, self._secret, asking, Filled(fresh, given, notice=STALE, status=422, sent=True))
        filled = Filled(token, given, sent=True)
        verdict = self._limits.sending(visitor(self._secret, request))
        if verdict.wait:
            slower = replace(filled, notice=too_often(verdict.wait), status=429)
            return form_page(request, self._secret, asking, slower, {"Retry-After": str(verdict.wait)})
        taken = await self._enclosures.take(
            survey, interview_of(self._secret, asking, filled), token.nonce, given, files, kept_for=None
        )
        filled = replace(filled, entered=taken.entered)
        answers, problems = checked(interview_of(self._secret, asking, filled))
        problems |= dict(taken.problems)
        if "_switch" in given:
            return form_page(request, self._secret, asking, filled)
        if problems:
            return form_page(request, self._secret, asking, replace(filled, problems=problems, status=422))
        return await self._keep(request, asking, box, replace(filled, entered=given), answers, crowded=verdict.crowded)

    async def _keep(
        self, request: Request, asking: Asking, box: Box, filled: Filled, answers: Mapping[str, Answer], *,
        crowded: bool,
    ) -> Response:  # fmt: skip
        code = receipt_for(filled.token.nonce, self._secret)
        now = self._clock()
        odd = {
            Flag.TRAP: bool(one(filled.entered, TRAP)),
            Flag.TOO_FAST: too_fast((), filled.token.seconds(now)),
            Flag.BUSY_ADDRESS: crowded,
        }
        case = Case(
            case_id(code, self._secret), box.code, box.department, category_of(box, answers.get("category")),
            str(answers["text"]), str(answers.get("contact", "")), now,
            flags=tuple(noted(odd)),
        )  # fmt: skip
        photos = [str(key) for key in answers.get("photos") or ()]
        try:
            await anyio.to_thread.run_sync(self._store.boxes.receive, case, photos)
        except Exception as error:
            log_failure(request, error)
            again = replace(filled, notice=NOT_SAVED, status=503)
            return form_page(request, self._secret, asking, again, {"Retry-After": "5"})
        return await self._cases.thanked(request, case, code, kept=asking.keep)

    async def _box(self, request: Request) -> Box:
        box = await anyio.to_thread.run_sync(self._store.boxes.get, request.path_params["box"])
        if box is None:
            raise Refusal(404, marked("没有找到这个意见箱"))
        return box


def _asking(request: Request, box: Box, wish: str) -> Asking:
    survey = survey_of(box)
    request.state.language = chosen(wish, survey.title.root)
    form = OpenForm(survey, 0, box.department)
    return Asking(form, Entrance(f"/box/{box.code}", survey.code, box=True), survey, language=request.state.language)
