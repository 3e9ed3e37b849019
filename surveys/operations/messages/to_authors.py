"""Messages to those who brought something up: that there is an answer, and once more, whether it helped.

They go to the address that the author gave, never at night, and say nothing of the matter: the answer is read with the
code at `/case`, where "not satisfied" opens the case again. Who gave no address, or has no code, is sent nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from surveys.cases.case import Case
from surveys.cases.intake import OF_API, TYPED_IN
from surveys.cases.opinion_boxes import KIND as OF_BOX
from surveys.cases.states import CaseState
from surveys.channels import OutboxMessage, message_id
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation import normalisation
from surveys.localisation.clock import local_day
from surveys.localisation.language import gettext, marked
from surveys.localisation.normalisation import Unreadable
from surveys.storage import Store

WITH_CODE = frozenset({OF_BOX, OF_API, *TYPED_IN})  # sources whose authors have a code to look the answer up with
ASKED_AGAIN_AFTER = timedelta(days=3)  # days after the answer, where its author has not said whether it helped
_TOLD_FOR = timedelta(days=14)  # an older answer is no news
_MOST = 10_000
_LANGUAGE = "zh-Hans"
_SUBJECT = marked("您反映的事情有了答复")
_BODY = marked("您 {day} 反映的事情已经有答复。请用查询码在 {link} 查看。")
_AGAIN = marked("您 {day} 反映的事情，问题解决了吗？请用查询码在 {link} 告诉我们；选“不满意”会继续处理。")


def tell_authors(store: Store, base_url: str, now: datetime) -> int:
    """Put what is due into the outbox, each message once however often it runs; returns how many are new."""
    if Schedule().awake(now) != now:
        return 0
    today, link = local_day(now), f"{base_url.rstrip('/')}/case"
    answered = store.cases.all(state=CaseState.ANSWERED, limit=_MOST)
    messages = [each for case in answered for one in _authors(store, case) for each in _of(one, case, link, today)]
    return store.outbox.put(messages, now=now) if messages else 0


def _authors(store: Store, case: Case) -> Iterator[Case]:
    """The case, and every further report of its matter, whose authors read the same answer."""
    if case.joined_to is None:
        yield case
        yield from store.cases.reports_of(case.id)


def _of(author: Case, case: Case, link: str, today: date) -> Iterator[OutboxMessage]:
    reached = reached_author(author)
    if reached is None or not case.reply or case.answered_on is None or today - case.answered_on > _TOLD_FOR:
        return
    channel, address = reached
    wordings = {"answered": _BODY}
    if today - case.answered_on >= ASKED_AGAIN_AFTER:
        wordings["revisit"] = _AGAIN
    for what, wording in wordings.items():
        key = message_id("case", what, author.id, case.answered_on.isoformat())
        body = gettext(wording, _LANGUAGE).format(day=local_day(author.received_at), link=link)
        yield OutboxMessage(key, channel, address, body, gettext(_SUBJECT, _LANGUAGE))


def reached_author(case: Case) -> tuple[str, str] | None:
    """Channel and address of who brought it up, as typed; None where it is neither a mailbox nor a mobile number."""
    if case.source.kind not in WITH_CODE:
        return None
    for channel, read in (("mail", normalisation.email), ("sms", normalisation.phone)):
        try:
            address = read(case.contact)
        except Unreadable:
            continue
        if address and (channel == "mail" or (address.isdecimal() and len(address) == 11 and address[0] == "1")):
            return channel, address
    return None
