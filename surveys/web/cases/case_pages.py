"""`/case/{code}`: whoever has the code of a message reads what became of it, and may add to it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.cases.case import LONGEST_TEXT, Case, Remarked, case_id
from surveys.cases.states import STAGES, CaseState
from surveys.definition.questions import NotAcceptable
from surveys.definition.questions.entries import LongText
from surveys.intake.receipts import as_receipt
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Text
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.form_data import one, read_form
from surveys.web.forms.wordings import NOT_SAVED, STALE, too_often
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.devices import visitor
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.rate_limits import Limits
from surveys.web.protection.signing import FormToken, sign, verify
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Words, in_language, log_failure, page, plain, see

_REMARK = LongText(code="text", title=Text({"zh-Hans": "补充", "en": "Remark"}), required=True, max_length=LONGEST_TEXT)
_UNLIKE = marked("这一封先前已经收到，内容如上。您这次写的不一样：要一并送达，请在下面按“补充”。")
_SATISFIED = "satisfied"
_VERDICTS = (_SATISFIED, "dissatisfied")
_NEW_FOR = timedelta(days=1)  # then the page thanks nobody any more
_TOO_MANY = marked("补充的次数已经到头。还有要说的，请直接联系我们的工作人员。")


class CasePages:
    """Looking up with the code, saying whether an answer helped, and adding a remark.

    Unknown codes are all alike, and guessing is slowed down.
    """

    def __init__(self, store: Respondents, secret: bytes, *, clock: Clock = utc_now, limits: Limits) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._limits = limits
        self._guesses = CodeGuesses(store.accounts, "case", free=20)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/case", plain(self.ask_code, letterhead), methods=["GET"]),
            Route("/case", plain(self.find, letterhead), methods=["POST"]),
            Route("/case/{code}", plain(self.look_up, letterhead), methods=["GET"]),
            Route("/case/{code}", plain(self.add, letterhead), methods=["POST"]),
        ]

    async def ask_code(self, request: Request) -> Response:
        return _code_form(request)

    async def find(self, request: Request) -> Response:
        """To the page of the code that was typed, however it was written."""
        typed = one(await read_form(request, largest=16 * 1024), "code")
        code = as_receipt(typed)
        if code is None:
            return _code_form(request, 422, typed, marked("查询码是 12 位字母和数字，请对照提交后的页面。"))
        return see(_address(request, code))

    async def look_up(self, request: Request) -> Response:
        """What became of a message."""
        found = await self._found(request)
        if found is None:
            advice = marked("没有找到这个查询码。请对照提交后的页面检查；它由三组四位的字母和数字组成。")
            return _code_form(request, 404, "", advice)
        kept = self._kept(request, found[0])
        return await self._shown(request, *found, new=kept is not None, kept=kept or "")

    def _kept(self, request: Request, case: Case) -> str | None:
        """Under which name the browser kept what was just sent; None of a case that was not."""
        parts = verify(self._secret, _just_sent(case), request.query_params.get("new", ""))
        if not parts or self._clock() - datetime.fromtimestamp(int(parts[0]), UTC) > _NEW_FOR:
            return None
        return parts[1]

    async def thanked(self, request: Request, sent: Case, code: str, *, kept: str) -> Response:
        """On to the page of a message that was sent. If it was sent before in other words, it comes with these."""
        case = await anyio.to_thread.run_sync(self._store.cases.get, sent.id) or sent
        if case.text != sent.text:
            return await self._shown(request, case, code, new=True, kept=kept, text=sent.text, problem=_UNLIKE)
        new = sign(self._secret, _just_sent(case), str(int(self._clock().timestamp())), kept)
        return see(address_in_language(f"/case/{code}?new={new}", request.state.language))

    async def add(self, request: Request) -> Response:
        """A remark: kept, and the page shown anew; or the page with what was typed and what is to be mended."""
        found = await self._found(request)
        given = await read_form(request)
        if found is None:
            return _code_form(request, 404, "", marked("没有找到这个查询码。请返回上一页，您写的内容通常还在。"))
        case, code = found
        text = one(given, "text")
        token = FormToken.read(self._secret, _purpose(case), one(given, "_token"))
        if token is None or token.expired(self._clock()):
            return await self._shown(request, case, code, 422, text=text, problem=STALE)
        verdict = self._limits.sending(visitor(self._secret, request), f"/case/{case.id}")
        if verdict.wait:
            again = await self._shown(request, case, code, 429, text=text, problem=too_often(verdict.wait), token=token)
            again.headers["Retry-After"] = str(verdict.wait)
            return again
        if (said := one(given, "verdict")) in _VERDICTS:
            return await self._judge(request, case, code, said, token)
        return await self._keep(request, case, code, text, token)

    async def _judge(self, request: Request, case: Case, code: str, verdict: str, token: FormToken) -> Response:
        """Confirm the answer, or have the case opened again; sent twice it is the same."""
        if case.state is not CaseState.ANSWERED:
            return see(_address(request, code))
        cases = self._store.cases
        act = cases.satisfied if verdict == _SATISFIED else cases.dissatisfied
        try:
            await anyio.to_thread.run_sync(act, case.id, self._clock())
        except Exception as error:
            log_failure(request, error)
            return await self._shown(request, case, code, 503, problem=NOT_SAVED, token=token)
        return see(_address(request, code))

    async def _keep(self, request: Request, case: Case, code: str, text: str, token: FormToken) -> Response:
        try:
            checked = str(_REMARK.check({"text": [text]}))
        except NotAcceptable as problem:
            return await self._shown(request, case, code, 422, text=text, problem=problem.message, token=token)
        key = hmac.digest(self._secret, b"remark:" + token.nonce.encode(), "sha256")[:16].hex()
        try:
            outcome = await anyio.to_thread.run_sync(
                self._store.cases.remark, case.id, key, checked, self._clock()
            )  # fmt: skip
        except Exception as error:
            log_failure(request, error)
            return await self._shown(request, case, code, 503, text=text, problem=NOT_SAVED, token=token)
        if outcome is Remarked.TOO_MANY:
            return await self._shown(request, case, code, 409, text=text, problem=_TOO_MANY, token=token)
        return see(_address(request, code) + "#said")

    async def _found(self, request: Request) -> tuple[Case, str] | None:
        """The case and its code; who misses too often is told to wait, who has it right never."""
        code = as_receipt(request.path_params["code"])
        case = await anyio.to_thread.run_sync(self._store.cases.get, case_id(code, self._secret)) if code else None
        if case is None or code is None:
            await self._guesses.missed(network_of_client(request))
            return None
        return await anyio.to_thread.run_sync(self._store.cases.as_told, case), code

    async def _shown(
        self, request: Request, case: Case, code: str, status: int = 200, *, text: str = "", problem: Words = "",
        token: FormToken | None = None, new: bool = False, kept: str = "",
    ) -> Response:  # fmt: skip
        cases = self._store.cases
        remarks = await anyio.to_thread.run_sync(cases.remarks, case.id)
        said = [(local_day(each.received_at), each) for each in remarks]
        photos = len(await anyio.to_thread.run_sync(cases.photos, case.id))
        title = marked("我们收到了您的意见，谢谢。") if new else marked("处理进展")
        token = token or FormToken.new(0, self._clock())
        return page(
            request, "case.html", status=status, title=title, case=case, day=local_day(case.received_at), code=code,
            before=[each for each in said if each[1].answered], after=[each for each in said if not each[1].answered],
            photos=photos, stages=STAGES, reached=_reached(case), new=new, kept=kept, text=text, problem=problem,
            most=LONGEST_TEXT, asked=case.state is CaseState.ANSWERED and bool(case.reply),
            token=token.text(self._secret, _purpose(case)), sheets=["style.css", "case.css"],
            scripts=["thanks.js"] if kept else [],
        )  # fmt: skip


def _reached(case: Case) -> int:
    """How many stages a case has come, counted from 0; one that was withdrawn none."""
    return STAGES.index(case.state) if case.state in STAGES else -1


def _purpose(case: Case) -> str:
    return f"case:{case.id}"  # no survey's code has a colon


def _just_sent(case: Case) -> str:
    return f"new:{case.id}"


def _address(request: Request, code: str) -> str:
    return f"/case/{code}{in_language(request.state.language)}"


def _code_form(request: Request, status: int = 200, code: str = "", problem: Words = "") -> Response:
    return page(request, "look_up.html", status=status, title=marked("查看答复"), code=code, problem=problem)
