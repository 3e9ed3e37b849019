"""`/box/{box}`: write to an opinion box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.cases.case import Case, case_id
from surveys.cases.opinion_boxes import Box, category_of, from_box, survey_of
from surveys.definition.questions import Answer
from surveys.intake.open_form import OpenForm
from surveys.intake.receipts import receipt_for
from surveys.intake.suspicion import TRAP, Flag, flags_of, too_fast
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.language import choose_language, marked
from surveys.storage.records.protocols import Respondents
from surveys.web.cases.case_pages import CasePages
from surveys.web.forms.copied import copied_code
from surveys.web.forms.entrances import BoxForm
from surveys.web.forms.form_context import AGAIN, Asking, own_query, read_link, said_by, with_query
from surveys.web.forms.form_data import entered_with_files, one
from surveys.web.forms.form_page import Filled, form_page, interview_of
from surveys.web.forms.rendered_questions import check_answers
from surveys.web.forms.shown_again import ShownAgain
from surveys.web.forms.uploads import Enclosures, largest_body, most_files
from surveys.web.forms.wordings import NOT_SAVED, STALE, too_often
from surveys.web.protection.devices import visitor
from surveys.web.protection.rate_limits import Limits
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import Refusal, log_failure, plain, see


class BoxPages:
    """The form of a box; what comes of it are the pages of cases."""

    def __init__(
        self, store: Respondents, secret: bytes, *, clock: Clock = utc_now, limits: Limits | None = None,
        secure: bool = False,
    ) -> None:  # fmt: skip
        self._store = store
        self._secret = secret
        self._clock = clock
        self._enclosures = Enclosures(store, secret, clock)
        self._limits = limits or Limits()
        self._again = ShownAgain(secret, clock, secure=secure)
        self._cases = CasePages(store, secret, clock=clock, limits=self._limits)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/box/{box}", plain(self.show, letterhead), methods=["GET"]),
            Route("/box/{box}", plain(self.take, letterhead), methods=["POST"]),
            *self._cases.routes(),
        ]

    async def show(self, request: Request) -> Response:
        """An empty form, or one that was sent and is to be mended."""
        box = await self._box(request)
        if AGAIN in request.query_params:
            return self._shown_again(request, box)
        if not box.open:
            raise Refusal(410, marked("这个意见箱已经关闭"))
        asking = _asking(request, box, request.query_params.get("lang", ""))
        return form_page(request, self._secret, asking, Filled(FormToken.new(0, self._clock(), asking.said)))

    def _shown_again(self, request: Request, box: Box) -> Response:
        found = self._again.find(request, entrance := _entrance(box))
        if found is None:
            return see(with_query(entrance.address, own_query(request)))
        filled, _ = found
        wish = one(filled.entered, "_switch") or one(filled.entered, "_lang")
        return form_page(request, self._secret, _asking(request, box, wish, filled.token), filled)

    def _back(self, request: Request, asking: Asking, filled: Filled) -> Response:
        """The form once more, at an address of its own where it can have one."""
        return self._again.lead(request, asking, filled) or form_page(request, self._secret, asking, filled)

    async def take(self, request: Request) -> Response:
        """A message: kept, and its code shown; or the form again with what is to be mended."""
        box = await self._box(request)
        survey = survey_of(box)
        given, files = await entered_with_files(
            request, largest=largest_body(survey), most_files=most_files(survey)
        )  # fmt: skip
        token = FormToken.read(self._secret, survey.code, one(given, "_token"))
        asking = _asking(request, box, one(given, "_switch") or one(given, "_lang"), token)
        if token is None or token.expired(self._clock()):
            if not box.open:  # of who was writing while it was closed the message is taken
                raise Refusal(410, marked("这个意见箱已经关闭"))
            fresh = FormToken.new(0, self._clock(), asking.said)
            return self._back(request, asking, Filled(fresh, given, notice=STALE, status=422, sent=True))
        filled = Filled(token, given, sent=True)
        verdict = self._limits.sending(visitor(self._secret, request))
        if verdict.wait:
            slower = replace(filled, notice=too_often(verdict.wait), status=429)
            return form_page(request, self._secret, asking, slower, {"Retry-After": str(verdict.wait)})
        taken = await self._enclosures.take(
            survey, interview_of(self._secret, asking, filled), token.nonce, given, files, kept_for=None
        )
        filled = replace(filled, entered=taken.entered)
        answers, problems = check_answers(interview_of(self._secret, asking, filled))
        problems |= dict(taken.problems)
        if "_switch" in given:
            return self._back(request, asking, filled)
        if problems:
            return self._back(request, asking, replace(filled, problems=problems, status=422))
        return await self._keep(request, asking, box, replace(filled, entered=given), answers, crowded=verdict.crowded)

    async def _keep(
        self, request: Request, asking: Asking, box: Box, filled: Filled, answers: Mapping[str, Answer], *,
        crowded: bool,
    ) -> Response:  # fmt: skip
        code = receipt_for(filled.token.nonce, self._secret)
        now = self._clock()
        written = [each for each in asking.survey.questions() if each.code in answers]
        odd = {
            Flag.TRAP: bool(one(filled.entered, TRAP)),
            Flag.TOO_FAST: too_fast(written, filled.token.seconds(now), asking.survey.questions()),
            Flag.BUSY_ADDRESS: crowded,
        }
        case = Case(
            case_id(code, self._secret), from_box(box.code), box.department, category_of(box, answers.get("category")),
            str(answers["text"]), str(answers.get("contact", "")), now,
            flags=tuple(flags_of(odd)),
        )  # fmt: skip
        photos = [str(key) for key in answers.get("photos") or ()]
        try:
            await anyio.to_thread.run_sync(self._store.cases.receive, case, photos)
        except Exception as error:
            log_failure(request, error)
            again = replace(filled, notice=NOT_SAVED, status=503)
            return form_page(request, self._secret, asking, again, {"Retry-After": "5"})
        self._again.forget(asking, filled.token.nonce)
        return await self._cases.thanked(request, case, code, kept=asking.keep)

    async def _box(self, request: Request) -> Box:
        box = await anyio.to_thread.run_sync(self._store.boxes.get, copied_code(request.path_params["box"]))
        if box is None:
            raise Refusal(404, marked("没有找到这个意见箱"))
        return box


def _asking(request: Request, box: Box, wish: str, token: FormToken | None = None) -> Asking:
    survey = survey_of(box)
    request.state.language = choose_language(wish, survey.title.root)
    entrance, query = _entrance(box), own_query(request)
    form, language = OpenForm(survey, 0, box.department), request.state.language
    said = token.said if token else said_by(form, entrance, read_link(request))
    return Asking(form, entrance, survey, language=language, said=said, query=query)


def _entrance(box: Box) -> BoxForm:
    return BoxForm(f"/box/{box.code}", survey_of(box).code)
