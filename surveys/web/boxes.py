"""`/box/{box}`: write to an opinion box; `/case/{code}`: look up with the code what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.boxes import Box, Case, case_id, category_of, survey_of
from surveys.clock import Clock, local_day, utc_now
from surveys.intake import OpenForm, as_receipt, receipt_for
from surveys.language import chosen, marked
from surveys.questions import Answer
from surveys.storage import Store
from surveys.suspicion import TRAP, Flag, too_fast
from surveys.web.asking import Asking, Entrance
from surveys.web.devices import visitor
from surveys.web.enclosures import Enclosures, largest_body, most_files
from surveys.web.entries import checked
from surveys.web.form_page import Filled, form_page, interview_of
from surveys.web.limits import Limits
from surveys.web.page import Refusal, log_failure, page, plain, see
from surveys.web.signing import FormToken
from surveys.web.submitted import entered, entered_with_files, one
from surveys.web.throttle import Throttle
from surveys.web.words_on_forms import NOT_SAVED, STALE, too_often
from surveys.wording import Message


class BoxPages:
    """The form of a box, and the page of a case for whoever has its code."""

    def __init__(self, store: Store, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._enclosures = Enclosures(store, secret, clock)
        self._limits = Limits()
        self._guesses = Throttle(free=20, longest=60)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.name
        return [
            Route("/box/{box}", plain(self.show, letterhead), methods=["GET"]),
            Route("/box/{box}", plain(self.take, letterhead), methods=["POST"]),
            Route("/case", plain(self.ask_code, letterhead), methods=["GET"]),
            Route("/case", plain(self.find, letterhead), methods=["POST"]),
            Route("/case/{code}", plain(self.look_up, letterhead), methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """An empty form."""
        asking = _asking(request, await self._box(request), request.query_params.get("lang", ""))
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
            case_id(code), box.code, box.department, category_of(box, answers.get("category")), str(answers["text"]),
            str(answers.get("contact", "")), now, flags=tuple(flag for flag, is_odd in odd.items() if is_odd),
        )  # fmt: skip
        photos = [str(key) for key in answers.get("photos") or ()]
        try:
            await anyio.to_thread.run_sync(self._store.boxes.receive, case, photos)
        except Exception as error:
            log_failure(request, error)
            again = replace(filled, notice=NOT_SAVED, status=503)
            return form_page(request, self._secret, asking, again, {"Retry-After": "5"})
        kept = await anyio.to_thread.run_sync(self._store.boxes.case, case.id)
        return self._case(request, kept or case, code, new=True, kept=asking.keep)

    async def ask_code(self, request: Request) -> Response:
        return page(request, "look_up.html", title=marked("查看答复"), code="", problem="")

    async def find(self, request: Request) -> Response:
        """To the page of the code that was typed, however it was written."""
        typed = one(await entered(request, largest=16 * 1024), "code")
        code = as_receipt(typed)
        if code is None:
            problem = marked("查询码是 12 位字母和数字，请对照提交后的页面。")
            return page(request, "look_up.html", status=422, title=marked("查看答复"), code=typed, problem=problem)
        language = request.query_params.get("lang")
        return see(f"/case/{code}" + (f"?lang={language}" if language in ("en", "zh-Hant") else ""))

    async def look_up(self, request: Request) -> Response:
        """What became of a message. Unknown codes are all alike, and guessing them is slowed down."""
        address = request.client.host if request.client else ""
        if wait := self._guesses.wait(address):
            raise Refusal(429, advice=Message("输错次数较多，请在 {wait} 秒后再试。", {"wait": wait}), wait=wait)
        code = as_receipt(request.path_params["code"])
        case = await anyio.to_thread.run_sync(self._store.boxes.case, case_id(code)) if code else None
        if case is None or code is None:
            self._guesses.failed(address)
            advice = marked("请对照提交后的页面检查查询码；它由三组四位的字母和数字组成。")
            raise Refusal(404, marked("没有找到这个查询码"), advice)
        return self._case(request, case, code)

    def _case(self, request: Request, case: Case, code: str, *, new: bool = False, kept: str = "") -> Response:
        return page(
            request, "case.html", title=marked("您的意见已收到，谢谢。") if new else marked("处理进展"), case=case,
            day=local_day(case.received_at), code=code, new=new, kept=kept, sheets=["style.css", "case.css"],
            scripts=["thanks.js"] if kept else [],
        )  # fmt: skip

    async def _box(self, request: Request) -> Box:
        box = await anyio.to_thread.run_sync(self._store.boxes.get, request.path_params["box"])
        if box is None:
            raise Refusal(404, marked("没有找到这个意见箱"))
        if not box.open:
            raise Refusal(410, marked("这个意见箱已经关闭"))
        return box


def _asking(request: Request, box: Box, wish: str) -> Asking:
    survey = survey_of(box)
    request.state.language = chosen(wish, survey.title.root)
    form = OpenForm(survey, 0, box.department)
    return Asking(form, Entrance(f"/box/{box.code}", survey.code, box=True), survey, language=request.state.language)
