"""The page after the last question: thanks with a receipt, or why this answer was not needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from surveys.definition import Survey
from surveys.intake import Outcome
from surveys.prizes import Prize
from surveys.web.asking import Asking
from surveys.web.page import Words, page
from surveys.wording import Message

SCREENED_OUT = Message("这次想听取的是另一部分客户的意见，您不必再填写。谢谢您的时间。")
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
        request, "thanks.html", title=title, thanks=thanks, survey=survey, receipt=receipt, offer=offer, staff=staff,
        kept=kept, scripts=["thanks.js"] if kept else [], **more,
    )  # fmt: skip


def thanks_page(
    request: Request, asking: Asking, title: Message, thanks: object, receipt: str = "", offer: Offer | None = None
) -> Response:  # fmt: skip
    """The last page; an agent's leads on to the next call."""
    if asking.by_phone:
        return page(request, "called.html", title=title, thanks=thanks, receipt=receipt, language=asking.language)
    return last_page(
        request, title, thanks, asking.survey.code, receipt=receipt, offer=offer, staff=asking.by_account,
        kept=asking.keep, language=asking.language,
    )  # fmt: skip


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
