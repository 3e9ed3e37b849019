"""The page after the last question: thanks with a receipt, or why this answer was not needed.

It has an address of its own, to which the form leads on, so that no way back or forward sends anything again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.definition.routing import Ending
from surveys.definition.survey import Survey
from surveys.fieldwork.calls import CallOutcome
from surveys.fieldwork.prizes import Prize
from surveys.intake.receipts import response_id
from surveys.intake.submission import Outcome
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.language import marked
from surveys.localisation.profile import Profile
from surveys.localisation.wording import Message
from surveys.operations.contact_offers import answer_on_offer, take_offer
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.forms.endings import ANONYMOUS_LIFETIME, EndingTold, Seals
from surveys.web.forms.form_context import Asking
from surveys.web.forms.form_data import one, read_form
from surveys.web.protection.signing import nonce
from surveys.web.rendering.compression import Stencil
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Refusal, Words, answer, drawn, page, plain, profile_of, see, takes_gzip

SCREENED_OUT = Message("这次想听取的是另一部分客户的意见，您不必再填写。谢谢您的时间。")
SHORTEST_CONTACT, LONGEST_CONTACT = 4, 60
_LAST = "thanks.html"
_COOKIE = "xinsheng_thanks"
_BOOKED = "call:"
_GAP = nonce()  # stands in no text by chance
_THANKS = Message("您的意见已收到，谢谢。")
_QUOTA_FULL = Message("这次调查需要的份数已满，您的内容没有计入。谢谢您愿意告诉我们。")
_PAST = (
    marked("这一页已经过期"),
    marked("回执码只在提交后的一段时间里能再次看到。已经提交的答卷仍然有效，不必再填。"),
)
_REVOKED = Message("它在您填写时被收回了，这次的内容没有计入。如有疑问，请联系发给您的人。")


@dataclass(frozen=True)
class PrizeOffer:
    """A prize as the thanks offer it, with the ticket that takes it."""

    prize: Prize
    ticket: str


class ThanksPages:
    """Leads from forms to their thanks, and shows these for as long as their address is good."""

    def __init__(self, store: Respondents, secret: bytes, clock: Clock, *, secure: bool = False) -> None:
        self._store = store
        self._secure = secure
        self._clock = clock
        self._seals = Seals(secret, clock)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/s/{survey}/thanks", plain(self.show, letterhead), methods=["GET"]),
            Route("/s/{survey}/thanks", plain(self.take_offer, letterhead), methods=["POST"]),
        ]

    def lead(self, asking: Asking, ending: str, receipt: str = "", ticket: str = "", after: int = 0) -> Response:
        """On to the thanks."""
        survey = asking.survey
        told = EndingTold(
            ending, asking.form.version, asking.language, receipt, ticket, asking.keep, asking.by_account,
            asking.by_phone, after,
        )  # fmt: skip
        return self._lead(survey, told, asking.entrance.thanks_address)

    def _lead(self, survey: Survey, told: EndingTold, way: str) -> Response:
        # A prize is joined to no answer: neither may be the address that shows both.
        anonymous = survey.anonymous or bool(told.ticket)
        sealed = self._seals.sealed(survey.code, told, anonymous=anonymous)
        response = see(address_in_language(f"{way}?r={sealed}", told.language))
        if anonymous:
            response.set_cookie(
                _COOKIE, self._seals.beside(survey.code, told, sealed), path=way, httponly=True, samesite="lax",
                max_age=int(ANONYMOUS_LIFETIME.total_seconds()), secure=self._secure,
            )  # fmt: skip
        return response

    async def show(self, request: Request) -> Response:
        """The thanks once more, however often they are asked for; refuses an address that is too old."""
        survey, told = await self._told(request)
        offered = await self._offers(survey, told)
        return thanks_page(request, survey, told, await self._prize(survey.code) if told.ticket else None, offered)

    async def take_offer(self, request: Request) -> Response:
        """Who wishes to be contacted has said how: a case, once for an answer, and the thanks with its due day."""
        survey, told = await self._told(request)
        if not await self._offers(survey, told):
            raise Refusal(410, *_PAST)
        contact = " ".join(one(await read_form(request, largest=16 * 1024), "contact").split())
        if not SHORTEST_CONTACT <= len(contact) <= LONGEST_CONTACT:
            return thanks_page(request, survey, told, offered=True, unfit=contact or " ")
        thanks, response = survey.thanks_by_answer[told.after - 1], response_id(survey.code, told.receipt)
        due = await anyio.to_thread.run_sync(
            take_offer, self._store, survey, thanks, response, contact, self._clock()
        )
        if due is None:  # taken back meanwhile
            raise Refusal(410, *_PAST)
        return self._lead(survey, replace(told, due=due.isoformat()), request.url.path)

    async def _told(self, request: Request) -> tuple[Survey, EndingTold]:
        code, sealed = request.path_params["survey"], request.query_params.get("r", "")
        told = self._seals.opened(code, sealed)
        told = told or self._seals.brought(code, request.cookies.get(_COOKIE, ""), sealed)
        survey = await anyio.to_thread.run_sync(self._survey, code, told.version) if told else None
        if told is None or survey is None:
            raise Refusal(410, *_PAST)
        request.state.language = told.language
        return survey, told

    async def _offers(self, survey: Survey, told: EndingTold) -> bool:
        """Whether this ending asks if its reader wishes to be contacted: only where somebody then will."""
        if not (told.after and told.receipt) or told.by_phone or told.due:
            return False
        if not survey.thanks_by_answer[told.after - 1].contact:
            return False
        response = response_id(survey.code, told.receipt)
        return await anyio.to_thread.run_sync(answer_on_offer, self._store, survey, response) is not None

    def _survey(self, code: str, version: int) -> Survey | None:
        """Of a closed survey too: who has answered is still thanked."""
        form = self._store.responses.open_form(code, version)
        if form is not None:
            return form.survey
        try:
            return self._store.surveys.version(code, version)
        except UnknownSurvey:
            return None

    async def _prize(self, survey: str) -> Prize | None:
        prize = await anyio.to_thread.run_sync(self._store.prizes.get, survey)
        return prize if prize and prize.offered(local_day(self._clock())) else None


def last_page(
    request: Request, title: Words, thanks: object, survey: str, *, receipt: str = "", offer: PrizeOffer | None = None,
    staff: bool = False, kept: str = "", **more: Any,
) -> Response:  # fmt: skip
    """A page that ends something: heading, words, and where there are any a receipt, an offer, the way on."""
    parts = _parts(title, thanks, survey, kept) | more
    return page(request, _LAST, **parts, receipt=receipt, offer=offer, staff=staff)


def thanks_page(
    request: Request, survey: Survey, told: EndingTold, prize: Prize | None = None, offered: bool = False,
    unfit: str = "",
) -> Response:  # fmt: skip
    """The last page; an agent's leads on to the next call. *unfit*: words by which nobody can be contacted."""
    title, thanks = words_of_thanks(survey, told.ending, told.after)
    if told.by_phone:
        return page(request, "called.html", title=title, thanks=thanks, receipt=told.receipt, language=told.language)
    offer = PrizeOffer(prize, told.ticket) if prize and told.ticket else None
    onward = survey.thanks_by_answer[told.after - 1] if told.after else None
    onward = onward if onward and onward.link else None
    if told.receipt and not (offer or told.staff or offered or told.due or onward):  # what nearly everyone sees
        stencil, policy = _with_receipt(title, thanks, survey.code, told.kept, told.language, profile_of(request))
        small = takes_gzip(request)
        return answer((stencil.packed if small else stencil.filled)(told.receipt.encode()), policy, small=small)
    return last_page(
        request, title, thanks, survey.code, receipt=told.receipt, offer=offer, staff=told.staff, kept=told.kept,
        language=told.language, asks_contact=offered, unfit=unfit, due=told.due, onward=onward,
        status=422 if unfit else 200,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _with_receipt(
    title: Message, thanks: object, survey: str, kept: str, language: str, profile: Profile
) -> tuple[Stencil, str]:  # fmt: skip
    """The thanks with a gap for the receipt, which is all that differs from person to person; and their policy."""
    html, policy = drawn(
        _LAST, **_parts(title, thanks, survey, kept), receipt=_GAP, offer=None, staff=False, language=language,
        profile=profile,
    )  # fmt: skip
    before, _, after = html.partition(_GAP)
    return Stencil(before.encode("utf-8", "replace"), after.encode("utf-8", "replace")), policy


def _parts(title: Words, thanks: object, survey: str, kept: str) -> dict[str, Any]:
    scripts = ["thanks.js"] if kept else []
    plain_end = {"asks_contact": False, "unfit": "", "due": "", "onward": None}
    return plain_end | {"title": title, "thanks": thanks, "survey": survey, "kept": kept, "scripts": scripts}


def booking(outcome: CallOutcome) -> str:
    """How a form ends whose answer was an outcome of the call."""
    return _BOOKED + outcome.value


def words_of_thanks(survey: Survey, outcome: str, after: int = 0) -> tuple[Message, object]:
    """Heading and words for what became of an answer, or for who was not asked for one.

    *after*: which of the thanks by answer hold, counted from 1.
    """
    if outcome == Ending.SCREENED_OUT:
        return Message("感谢您"), survey.screened_out or SCREENED_OUT
    if outcome.startswith(_BOOKED):
        booked = {"outcome": Message(CallOutcome(outcome.removeprefix(_BOOKED)).label)}
        said = Message("这通电话记为“{outcome}”，没有保存答卷。", booked)
        return Message("感谢您"), survey.screened_out or said
    if outcome == Outcome.ALREADY_ANSWERED:
        return Message("您之前已经评价过"), Message("每人评价一次，以第一次为准；这次的内容没有重复计入。")
    if outcome == Outcome.LINK_ENDED:
        return Message("这个链接已经停用"), _REVOKED
    if outcome == Outcome.CALL_ENDED:
        return Message("这通电话已经不在您手上"), Message("它已经完成，或超时后转给了别人；这次的内容没有计入。")
    if outcome == Outcome.QUOTA_FULL:
        return Message("感谢您"), survey.quota_full or _QUOTA_FULL
    if outcome == Outcome.DUPLICATE:
        return Message("这份答卷已收到过"), Message("同一份答卷只计一次，不必再提交。回执码与第一次相同。")
    return Message("感谢您的评价"), (survey.thanks_by_answer[after - 1].text if after else survey.thanks) or _THANKS
