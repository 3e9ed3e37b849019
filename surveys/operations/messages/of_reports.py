"""Messages that a report is ready, to those who may see it: a link, never the report itself.

Who follows the link signs in and has the report as their own rights allow on that day; nothing lies in mailboxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from surveys.accounts import Account
from surveys.channels import OutboxMessage, message_id
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.improvement.report_schedules import ReportSchedule, report_turn
from surveys.localisation.language import gettext, in_words, marked
from surveys.operations.task_reminders import reached_accounts
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey

_SUBJECT = marked("报告已生成：{title}")
_BODY = marked("“{title}”有一份新的报告。请登录后查看和下载：{link}")
_LANGUAGE = "zh-Hans"


def tell_of_reports(store: Store, base_url: str, now: datetime) -> int:
    """Put what is due into the outbox, once for each turn however often it runs; returns how many are new."""
    if Schedule().awake(now) != now:
        return 0
    return sum(_tell(store, each, base_url, now) for each in store.report_schedules.all())


def _tell(store: Store, schedule: ReportSchedule, base_url: str, now: datetime) -> int:
    try:
        record = store.surveys.get(schedule.survey)
    except UnknownSurvey:
        return 0
    turn = report_turn(schedule.every, record.opening.rounds, now)
    if turn is None or turn[0] == schedule.told:
        return 0
    readers = list(may_read(store, schedule, record))
    messages = list(_messages(store, schedule, record, readers, turn, base_url))
    told = store.outbox.put(messages, now=now) if messages else 0
    store.report_schedules.tell(schedule, turn[0], [each.name for each in readers])
    return told


def may_read(store: Store, schedule: ReportSchedule, record: SurveyRecord) -> Iterator[Account]:
    """Those of its readers whose account still stands and who may see these results."""
    for name in schedule.readers:
        account = store.accounts.named(name)
        if account is None or not account.active or not account.may(Action.VIEW_RESULTS):
            continue
        mine = record.department is None or account.sees(record.department) or account.scope != ()
        if mine and (not schedule.unit or account.sees(schedule.unit)):
            yield account


def _messages(
    store: Store, schedule: ReportSchedule, record: SurveyRecord, readers: list[Account], turn: tuple[str, str],
    base_url: str,
) -> Iterator[OutboxMessage]:  # fmt: skip
    asked = {"survey": schedule.survey, "report": schedule.kind, "when": turn[1], "unit": schedule.unit}
    link = f"{base_url.rstrip('/')}/reports?{urlencode({name: each for name, each in asked.items() if each})}"
    title = in_words(record.survey.title, _LANGUAGE)
    reached = reached_accounts(store, [each.id for each in readers])
    for account in readers:
        if at := reached.get(account.id):
            body = gettext(_BODY, _LANGUAGE).format(title=title, link=link)
            subject = gettext(_SUBJECT, _LANGUAGE).format(title=title)
            key = message_id("report", schedule.code, turn[0], str(account.id))
            yield OutboxMessage(key, at.channel, at.address, body, subject)
