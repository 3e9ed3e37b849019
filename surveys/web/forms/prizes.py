"""`/prize/{survey}`: the way from the thanks to a draw or a coupon, by a ticket that leads back to no answer."""

from __future__ import annotations

import hmac
import re

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.people.addresses import plain_address
from surveys.storage.records.protocols import Respondents
from surveys.web.forms.form_data import Fields, one, read_form
from surveys.web.forms.thanks import last_page
from surveys.web.protection.signing import FormToken, sign, verify
from surveys.web.rendering.page import Refusal, Words, page, plain

_PHONE = re.compile(r"1[3-9]\d{9}")
_LONGEST_NAME = 40


def ticket_of(secret: bytes, prize: Prize, token: FormToken) -> str:
    """The ticket for the answer of this form; the same again when the form is sent again.

    The ticket is a keyed hash of the form's number, which is kept nowhere: not even with the secret can it be joined
    to the answer, whose own key is another hash of that number.
    """
    ticket = hmac.digest(secret, f"prize:{prize.survey}:{token.nonce}".encode(), "sha256")[:16].hex()
    return sign(secret, f"prize:{prize.survey}", ticket)


class PrizePages:
    """Taking part in a draw, getting a coupon."""

    def __init__(self, store: Respondents, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/prize/{survey}", plain(self.lost, letterhead), methods=["GET"]),
            Route("/prize/{survey}", plain(self.take, letterhead), methods=["POST"]),
        ]

    async def lost(self, _: Request) -> Response:
        """Without a ticket there is nothing to be had here."""
        raise Refusal(404, marked("没有找到这份奖品"), marked("请从提交问卷后的感谢页进入；每份答卷只能领取一次。"))

    async def take(self, request: Request) -> Response:
        given = await read_form(request, largest=16 * 1024)
        survey = request.path_params["survey"]
        parts = verify(self._secret, f"prize:{survey}", one(given, "ticket"))
        prize = await anyio.to_thread.run_sync(self._store.prizes.get, survey)
        if not parts or prize is None:
            return await self.lost(request)
        if not prize.offered(local_day(self._clock())):
            raise Refusal(410, marked("活动已经结束"), marked("感谢您的参与。"))
        if prize.kind is PrizeKind.COUPON:
            return await self._coupon(request, prize, parts[0])
        return await self._draw(request, prize, parts[0], given)

    async def _coupon(self, request: Request, prize: Prize, ticket: str) -> Response:
        code = await anyio.to_thread.run_sync(self._store.prizes.coupon, prize.survey, ticket)
        if code is None:
            raise Refusal(410, marked("礼券已经发完"), marked("您的答卷已经收到，谢谢您。"))
        return page(request, "prize.html", title=marked("您的礼券"), prize=prize, code=code)

    async def _draw(self, request: Request, prize: Prize, ticket: str, given: Fields) -> Response:
        prizes = self._store.prizes
        if await anyio.to_thread.run_sync(prizes.entered, prize.survey, ticket):
            return self._taking_part(request, prize)
        name, phone = one(given, "name").strip(), plain_address("phone", one(given, "phone"))
        problems = _problems(name, phone, one(given, "agree")) if "name" in given else {}
        if problems or "name" not in given:
            return page(
                request, "prize.html", status=422 if problems else 200, title=marked("参加抽奖"), prize=prize, code="",
                ticket=one(given, "ticket"), name=name, phone=one(given, "phone"), problems=problems,
            )  # fmt: skip
        await anyio.to_thread.run_sync(prizes.enter, prize.survey, ticket, name, phone)
        return self._taking_part(request, prize)  # also who takes part already: nobody can ask for others' numbers

    def _taking_part(self, request: Request, prize: Prize) -> Response:
        words = {"prize": prize.title, "day": prize.ends_on.isoformat()}
        thanks = Message("“{prize}”在 {day} 之后抽出，只通知中奖的人。", words)
        return last_page(request, marked("您已参加抽奖"), thanks, prize.survey)


def _problems(name: str, phone: str, agreed: str) -> dict[str, Words]:
    problems: dict[str, Words] = {}
    if not 0 < len(name) <= _LONGEST_NAME:
        problems["name"] = Message("请填写姓名，最多 40 个字")
    if not _PHONE.fullmatch(phone):
        problems["phone"] = Message("请填写 11 位手机号")
    if not agreed:
        problems["agree"] = Message("请勾选以表示同意")
    return problems
