"""One message a day to whoever has cases to answer, and up the department tree about what is late; never at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from surveys.accounts import Account
from surveys.cases.case import Case
from surveys.channels import OutboxMessage, message_id
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import local_day
from surveys.localisation.language import gettext, marked
from surveys.operations.task_reminders import reached_accounts
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.cases import CaseSearch

_SUBJECT = marked("等您答复的工单")
_BODY = marked("您经办的工单有 {count} 件等待答复，其中超期 {late} 件。请在 {link} 处理。")
_LATE_BODY = marked("您负责的部门有 {late} 件工单超期没有答复。请在 {link} 查看。")
_MOST = 10_000


def tell_of_cases(store: Store, base_url: str, now: datetime) -> int:
    """Put today's messages into the outbox, once however often it runs; returns how many are new.

    Owners hear of their own cases, managers of what is late in their departments and below; nothing of what they say.
    """
    if Schedule().awake(now) != now:
        return 0
    wanted = CaseSearch(open_only=True, mains_only=True)
    waiting = store.cases.all(wanted=wanted, limit=_MOST)
    return store.outbox.put(_messages(store, waiting, base_url, now), now=now) if waiting else 0


def _messages(store: Store, waiting: list[Case], base_url: str, now: datetime) -> Iterator[OutboxMessage]:
    today, link = local_day(now), f"{base_url.rstrip('/')}/cases"
    accounts = [each for each in store.accounts.all() if each.active and each.may(Action.ANSWER_CASES)]
    reached = reached_accounts(store, [each.id for each in accounts])
    for account in accounts:
        words = _words(account, waiting, now, link)
        if words and (at := reached.get(account.id)):
            key = message_id("cases", str(account.id), today.isoformat())
            yield OutboxMessage(key, at.channel, at.address, words, gettext(_SUBJECT, "zh-Hans"))


def _words(account: Account, waiting: list[Case], now: datetime, link: str) -> str:
    today = local_day(now)
    own = [each for each in waiting if each.owner == account.name]
    led = [] if account.case_scope is None else [each for each in waiting if each.department in account.case_scope]
    late = [each for each in led if each.late(today) and each.owner != account.name]
    parts = []
    if own:
        of_own = sum(each.late(today) for each in own)
        parts.append(gettext(_BODY, "zh-Hans").format(count=len(own), late=of_own, link=link))
    if late:
        parts.append(gettext(_LATE_BODY, "zh-Hans").format(late=len(late), link=link))
    return "\n".join(parts)
