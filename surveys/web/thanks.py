"""The page after the last question: thanks with a receipt, or why this answer was not needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from surveys.definition import Survey
from surveys.intake import Outcome
from surveys.prizes import Prize
from surveys.web.asking import Asking
from surveys.web.packing import Stencil
from surveys.web.page import Words, answer, drawn, organisation_of, page, takes_gzip
from surveys.web.signing import nonce
from surveys.wording import Message

SCREENED_OUT = Message("这次想听取的是另一部分客户的意见，您不必再填写。谢谢您的时间。")
_LAST = "thanks.html"
_GAP = nonce()  # stands in no text by chance
_THANKS = Message("您的意见已收到，谢谢。")
_QUOTA_FULL = Message("这次调查需要的份数已满，您的内容没有计入。谢谢您愿意告诉我们。")
_REVOKED = Message("它在您填写时被收回了，这次的内容没有计入。如有疑问，请联系发给您的人。")


@dataclass(frozen=True)
class Offer:
    """A prize as the thanks offer it, with the ticket that takes it."""

    prize: Prize
    ticket: str


def last_page(
    request: Request, title: Words, thanks: object, survey: str, *, receipt: str = "", offer: Offer | None = None,
    staff: bool = False, kept: str = "", **more: Any,
) -> Response:  # fmt: skip
    """A page that ends something: heading, words, and where there are any a receipt, an offer, the way on."""
    return page(
        request, _LAST, **_parts(title, thanks, survey, kept), receipt=receipt, offer=offer, staff=staff, **more
    )


def thanks_page(
    request: Request, asking: Asking, title: Message, thanks: object, receipt: str = "", offer: Offer | None = None
) -> Response:  # fmt: skip
    """The last page; an agent's leads on to the next call."""
    if asking.by_phone:
        return page(request, "called.html", title=title, thanks=thanks, receipt=receipt, language=asking.language)
    code, kept, staff, language = asking.survey.code, asking.keep, asking.by_account, asking.language
    if receipt and not (offer or staff):  # what nearly everyone sees
        stencil, policy = _with_receipt(title, thanks, code, kept, language, organisation_of(request))
        small = takes_gzip(request)
        return answer((stencil.packed if small else stencil.filled)(receipt.encode()), policy, small=small)
    return last_page(
        request, title, thanks, code, receipt=receipt, offer=offer, staff=staff, kept=kept, language=language
    )


@lru_cache(maxsize=256)
def _with_receipt(
    title: Message, thanks: object, survey: str, kept: str, language: str, organisation: str
) -> tuple[Stencil, str]:  # fmt: skip
    """The thanks with a gap for the receipt, which is all that differs from person to person; and their policy."""
    html, policy = drawn(
        _LAST, **_parts(title, thanks, survey, kept), receipt=_GAP, offer=None, staff=False, language=language,
        organisation=organisation,
    )  # fmt: skip
    before, _, after = html.partition(_GAP)
    return Stencil(before.encode("utf-8", "replace"), after.encode("utf-8", "replace")), policy


def _parts(title: Words, thanks: object, survey: str, kept: str) -> dict[str, Any]:
    scripts = ["thanks.js"] if kept else []
    return {"title": title, "thanks": thanks, "survey": survey, "kept": kept, "scripts": scripts}


def words_of_thanks(survey: Survey, outcome: Outcome) -> tuple[Message, object]:
    """Heading and words for what became of an answer."""
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
