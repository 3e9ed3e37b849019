"""Reminds fillers of their tasks and tells managers what is late, through the outbox; what is repeated is sent once.

Somebody is reached by what their file as staff says: by e-mail, else by text message. Who has no file finds everything
at `/my`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.accounts import Account
from surveys.anonymity import minimums
from surveys.channels import CHANNELS, Links, OutboxMessage, message_id
from surveys.channels.message import LINK
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.tasks.reminding import (
    ESCALATED_AFTER,
    HANDED_BODY,
    HANDED_SUBJECT,
    LATE_BODY,
    LATE_SUBJECT,
    OUTSIDERS_BODY,
    SUBJECT,
    by_account,
    digest,
    late_by_managers,
    may_remind_anonymously,
    reminder_due,
    to_escalate,
)
from surveys.fieldwork.tasks.task import Task, TaskState, task_token
from surveys.localisation.clock import local_day
from surveys.localisation.language import gettext, in_words
from surveys.operations.launch import address_book
from surveys.people.contact import Contact, ContactKind
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskSearch

OF_TASK = "task:"  # begins what a message says instead of an invitation
_BY = ("mail", "sms")  # channels, in the order in which they are tried


@dataclass(frozen=True)
class _Reached:
    """Where somebody is reached."""

    channel: str
    address: str


def remind_due(store: Store, base_url: str, now: datetime) -> int:
    """Put the reminders of today into the outbox; returns how many messages."""
    today, due = local_day(now), dict[str, tuple[Task, int]]()
    for record in _open_surveys(store, now):
        tasks = list(_unfinished(store, record, now))
        if record.survey.anonymous:
            tasks = [each for each in tasks if _may_remind(store, each, now)]
        due |= {each.id: (each, number) for each in tasks if (number := reminder_due(each, today))}
    return remind(store, [task for task, _ in due.values()], base_url, now)


def remind(store: Store, tasks: Sequence[Task], base_url: str, now: datetime) -> int:
    """Write to the fillers of these, one message for each person; returns how many messages."""
    messages = [*_to_accounts(store, tasks, base_url, now), *_to_outsiders(store, tasks, now)]
    sent = store.outbox.put(messages, now=now)
    today = local_day(now)
    for number in (1, 2):
        store.tasks.reminded([each.id for each in tasks if max(1, reminder_due(each, today)) == number], number)
    _hide_who_was_reminded(store, tasks)
    return sent


def _hide_who_was_reminded(store: Store, tasks: Sequence[Task]) -> None:
    """Of an anonymous survey the number of reminders is the same for all: else it told who had answered by then."""
    for survey, code in sorted({(each.survey, each.round) for each in tasks}):
        if store.surveys.get(survey).survey.anonymous:
            store.tasks.level_reminders(survey, code)


def tell_of_handing_on(store: Store, base_url: str, now: datetime) -> int:
    """Tell those who do somebody else's tasks now, once; returns how many messages. All stands at `/my` as well."""
    tasks, link = store.tasks.handed_on(), f"{base_url.rstrip('/')}/my"
    reached, messages = reached_accounts(store, by_account(tasks)), []
    for account, theirs in by_account(tasks).items():
        if at := reached.get(account):
            key = message_id("handed on", str(account), local_day(now).isoformat(), *(each.id for each in theirs))
            words, subject = digest(theirs, link, body=HANDED_BODY), gettext(HANDED_SUBJECT, "zh-Hans")
            messages.append(OutboxMessage(key, at.channel, at.address, words, subject))
    sent = store.outbox.put(messages, now=now) if messages else 0
    if tasks:
        store.tasks.told_of_handing_on([each.id for each in tasks])
    return sent


def escalate_due(store: Store, base_url: str, now: datetime) -> int:
    """Tell managers what has been late for days, of named surveys alone; returns how many messages."""
    today, accounts = local_day(now), {each.id: each for each in store.accounts.all()}
    parents = {each.code: each.parent for each in store.organisation.departments()}
    late: list[Task] = []
    for record in _open_surveys(store, now):
        if not record.survey.anonymous:
            late += to_escalate(store.tasks.all(TaskSearch(survey=record.code, state=TaskState.LATE), today, -1), today)
    told = late_by_managers(late, accounts, parents)
    messages = list(_to_managers(store, [(accounts[key], tasks) for key, tasks in told.items()], base_url, now))
    sent = store.outbox.put(messages, now=now)
    store.tasks.escalated([each.id for each in late])
    return sent


def task_links(store: Store, secret: bytes, base_url: str, message: str, now: datetime) -> Links | None:
    """The personal link of an outsider's task, put in when it is sent; None when there is no more reason to send it."""
    number, _, channel = message.removeprefix(OF_TASK).partition(":")
    task = store.tasks.get(number)
    if task is None or task.contact is None or task.state(local_day(now)) not in (TaskState.OPEN, TaskState.LATE):
        return None
    contact = store.contacts.get(task.contact)
    if not any(_reaches(store, each, contact) for each in ([channel] if channel else _BY)):
        return None  # who has asked since then to be left alone, or to be asked by another channel
    return Links(f"{base_url.rstrip('/')}/t/{task_token(secret, task.id)}")


def _open_surveys(store: Store, now: datetime) -> Iterator[SurveyRecord]:
    with_tasks = {each.survey for each in store.tasks.counts(local_day(now)) if each.open + each.late}
    for record in store.surveys.all():
        if record.code in with_tasks and record.opening.state(now) is Availability.OPEN:
            yield record


def _unfinished(store: Store, record: SurveyRecord, now: datetime) -> Iterator[Task]:
    today = local_day(now)
    for state in (TaskState.OPEN, TaskState.LATE):
        yield from store.tasks.all(TaskSearch(survey=record.code, state=state), today, limit=-1)


def _may_remind(store: Store, task: Task, now: datetime) -> bool:
    counts = {each.round: each for each in store.tasks.counts(local_day(now), task.survey)}
    found = counts[task.round]
    return may_remind_anonymously(found.open + found.late, found.done, minimums().group)


def _to_accounts(store: Store, tasks: Sequence[Task], base_url: str, now: datetime) -> Iterator[OutboxMessage]:
    today, links = local_day(now).isoformat(), f"{base_url.rstrip('/')}/my"
    reached = reached_accounts(store, by_account(tasks))
    for account, theirs in by_account(tasks).items():
        if at := reached.get(account):
            key = message_id("tasks", str(account), today)
            yield OutboxMessage(key, at.channel, at.address, digest(theirs, links), gettext(SUBJECT, "zh-Hans"))


def _to_outsiders(store: Store, tasks: Sequence[Task], now: datetime) -> Iterator[OutboxMessage]:
    outside = [each for each in tasks if each.contact is not None]
    people = {each.id: each for each in store.contacts.all(ContactSearch(ids=[each.contact or "" for each in outside]))}
    for task in outside:
        if at := _reached(store, people.get(task.contact or "")):
            title = in_words(store.surveys.get(task.survey).survey.title, "zh-Hans")
            due = task.due_on.isoformat() if task.due_on else "—"
            body = gettext(OUTSIDERS_BODY, "zh-Hans").format(title=title, day=due, link=LINK)
            key = message_id("task", task.id, local_day(now).isoformat())
            subject, by = gettext(SUBJECT, "zh-Hans"), f"{OF_TASK}{task.id}:{at.channel}"
            yield OutboxMessage(key, at.channel, at.address, body, subject, invitation=by)


def _to_managers(
    store: Store, late: Iterable[tuple[Account, Sequence[Task]]], base_url: str, now: datetime
) -> Iterator[OutboxMessage]:  # fmt: skip
    late = list(late)
    reached = reached_accounts(store, [each.id for each, _ in late])
    for manager, tasks in late:
        if at := reached.get(manager.id):
            words = gettext(LATE_BODY, "zh-Hans").format(
                count=len(tasks), people=len({each.account or each.contact for each in tasks}),
                days=ESCALATED_AFTER.days, link=f"{base_url.rstrip('/')}/tasks",
            )  # fmt: skip
            key = message_id("late tasks", str(manager.id), local_day(now).isoformat())
            yield OutboxMessage(key, at.channel, at.address, words, gettext(LATE_SUBJECT, "zh-Hans"))


def reached_accounts(store: Store, accounts: Iterable[int]) -> dict[int, _Reached]:
    """Where these accounts are reached, by what their files as staff say; who has no file is left out."""
    wanted = set(accounts)
    staff = store.contacts.all(ContactSearch(kind=ContactKind.STAFF))
    found = {each.account: _reached(store, each) for each in staff if each.account in wanted}
    return {account: at for account, at in found.items() if account is not None and at is not None}


def _reached(store: Store, contact: Contact | None) -> _Reached | None:
    """By the first channel that reaches them and where they have not asked to be left alone."""
    channel = next((each for each in _BY if _reaches(store, each, contact)), None)
    if channel is None or contact is None:
        return None
    return _Reached(channel, str(address_book(store, channel, [contact]).address(contact)))


def _reaches(store: Store, channel: str, contact: Contact | None) -> bool:
    return contact is not None and channel in CHANNELS and address_book(store, channel, [contact]).reaches(contact)


def unreached(store: Store, tasks: Iterable[Task]) -> int:
    """To how many outsiders no reminder goes: they have no address, or asked to be left alone by message."""
    ids = {each.contact for each in tasks if each.contact is not None}
    return sum(_reached(store, store.contacts.get(each)) is None for each in ids)
