"""Taking an answer back: with the receipt code its author can, and nobody else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.intake.protocols import Intake
from surveys.intake.receipts import as_receipt, response_id
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.form_data import read_form
from surveys.web.forms.thanks import last_page
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.signing import nonce, sign, verify
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import language_of, page, plain, see

_SAID_FOR = timedelta(hours=1)
_GONE = marked(
    "您的答卷已经删除。匿名问卷的分数会和下一批答卷一起从结果里去掉，最迟 30 天，以免有人比较前后两次结果认出您的回答。"
)
_PERSONAL = "personal"  # what is taken back where it is not all
_PERSONAL_GONE = marked(
    "您的姓名、联系方式、文字、照片和随链接带来的信息已经删除，打分和选择题留在结果里。凭回执码仍可以撤回整份答卷。"
)
_ANSWER_AFTER = 0.3  # seconds; a right and a wrong code take as long


class WithdrawalPages:
    """Enter the code, confirm, gone. A wrong code is answered as slowly as a right one, and guessing is slowed."""

    def __init__(self, store: Respondents, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._intake: Intake = store.responses
        self._letterhead = store.organisation.profile
        self._secret = secret
        self._clock = clock
        self._guesses = CodeGuesses(store.accounts, "withdrawal", free=20)

    def routes(self) -> list[Route]:
        return [
            Route("/s/{survey}/withdraw", plain(self.show, self._letterhead), methods=["GET"]),
            Route("/s/{survey}/withdraw", plain(self.take, self._letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Asks for the code; right after a withdrawal, says that it is done."""
        parts = verify(self._secret, self._done(request), request.query_params.get("done", ""))
        if parts and self._clock() - datetime.fromtimestamp(int(parts[0]), UTC) <= _SAID_FOR:
            survey = request.path_params["survey"]
            if parts[1:] == [_PERSONAL]:
                return last_page(request, "已撤回同意", _PERSONAL_GONE, survey)
            return last_page(request, "答卷已撤回", _GONE, survey)
        return self._form(request)

    async def take(self, request: Request) -> Response:
        """First the code, then, with the token of the second page, the deletion."""
        given = {name: values[0] for name, values in (await read_form(request, largest=16 * 1024)).items()}
        receipt = as_receipt(given.get("receipt", ""))
        if receipt is None:
            return self._form(request, 422, given.get("receipt", ""), "回执码是 12 位字母和数字，请对照提交后的页面。")
        if "_token" not in given:
            return self._form(
                request, receipt=receipt, token=sign(self._secret, self._purpose(request), receipt, nonce())
            )
        parts = verify(self._secret, self._purpose(request), given["_token"])
        if not parts or parts[0] != receipt:
            return self._form(request, 422, receipt, "请再确认一次。")
        return await self._withdraw(request, receipt, _PERSONAL if given.get("what") == _PERSONAL else "")

    async def _withdraw(self, request: Request, receipt: str, what: str) -> Response:
        survey, begun = request.path_params["survey"], time.monotonic()
        response, today = response_id(survey, receipt), local_day(self._clock())
        if what == _PERSONAL:
            gone = await anyio.to_thread.run_sync(self._intake.withdraw_consent, survey, response)
        else:
            gone = await anyio.to_thread.run_sync(self._intake.withdraw, survey, response, today)
        await anyio.sleep(max(0.0, _ANSWER_AFTER - (time.monotonic() - begun)))
        if not gone:
            await self._guesses.missed(network_of_client(request))
            return self._form(request, 404, receipt, "没有找到这个回执码对应的答卷，可能输错了，也可能已经撤回。")
        done = sign(self._secret, self._done(request), str(int(self._clock().timestamp())), what)
        return see(address_in_language(f"/s/{survey}/withdraw?done={done}", language_of(request)))

    def _form(
        self, request: Request, status: int = 200, receipt: str = "", problem: str = "", token: str = ""
    ) -> Response:  # fmt: skip
        survey = request.path_params["survey"]
        return page(
            request, "withdraw.html", status=status, title="撤回答卷", survey=survey, receipt=receipt, problem=problem,
            token=token,
        )  # fmt: skip

    def _purpose(self, request: Request) -> str:
        return f"withdraw:{request.path_params['survey']}"

    def _done(self, request: Request) -> str:
        return f"withdrawn:{request.path_params['survey']}"
