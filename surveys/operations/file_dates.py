"""Asks people so long after a date in their file, such as the day they moved in: once for each day that comes due.

Whom nobody could ask on the day, because the server was down, the survey closed or the person was to rest, is asked
within the week after it, and then no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from surveys.fieldwork.campaigns.audience import LeftOutReason
from surveys.fieldwork.campaigns.campaign import Campaign
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import local_day, zone
from surveys.localisation.language import marked
from surveys.localisation.normalisation import Unreadable, day
from surveys.operations.happenings import Happening
from surveys.operations.launch import address_book, fatigue, invite_after, why_not_asked
from surveys.people.contact import Contact
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store
from surveys.storage.records.campaigns import AskedAround

CATCH_UP = timedelta(days=7)
LOOKED_BACK = LOOKED_AHEAD = timedelta(days=30)


class FileDates:
    """Looks once an hour, for each campaign, whose date has come due."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store, self._secret = store, secret
        self._looked: dict[str, datetime] = {}  # at which hour; what was asked for stands in the table of invitations

    def invite_due(self, campaign: Campaign, now: datetime) -> int:
        """Invite those that this running campaign asks now; returns how many."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if campaign.plan.schedule.file_date is None or self._looked.get(campaign.id) == hour:
            return 0
        invited, today = 0, local_day(now)
        for contact, due in _due(self._store, campaign, _since(campaign, today - CATCH_UP), today):
            happened = Happening("", _key(campaign, contact, due), contact.id, _morning(campaign.plan.schedule, due))
            invited += invite_after(self._store, self._secret, campaign, contact, happened, now) is None
        self._looked[campaign.id] = hour
        return invited


class CameOf(StrEnum):
    """What has come of a date that was due."""

    INVITED = "invited"
    WAITING = "waiting"  # still within the week
    MISSED = "missed"  # nothing stands in the way today, but the week is over

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    CameOf.INVITED: marked("已邀请"),
    CameOf.WAITING: marked("等待邀请"),
    CameOf.MISSED: marked("错过：到期后 7 天内系统停机、活动暂停、问卷未开放或本人在间隔期"),
}


@dataclass(frozen=True)
class DatesDue:
    """What has come, and will come, of the dates in the files that a campaign follows."""

    files: int  # that have the date
    unreadable: int  # where it is no day
    coming: int  # within the next 30 days, tomorrow included
    came: Mapping[CameOf | LeftOutReason, int]  # of those due within the last 30 days; reasons as they stand today


def dates_due(store: Store, campaign: Campaign, now: datetime) -> DatesDue:
    """Look at all files of a campaign that follows a date in them."""
    today, schedule = local_day(now), campaign.plan.schedule
    begins = [_date_in(each, schedule) for each in _files(store, campaign)]
    ahead = (today + timedelta(days=1), today + LOOKED_AHEAD)
    coming = sum(len(list(schedule.due_days(each, *ahead))) for each in begins if each is not None)
    resting = AskedAround(frozenset(), frozenset())
    if not campaign.plan.exempt_because:
        resting = store.invitations.asked_around(now, fatigue(store))
    came = Counter(
        _came_of(store, campaign, contact, due, today, resting)
        for contact, due in _due(store, campaign, _since(campaign, today - LOOKED_BACK), today)
    )
    return DatesDue(len(begins), begins.count(None), coming, came)


def _came_of(
    store: Store, campaign: Campaign, contact: Contact, due: date, today: date, resting: AskedAround
) -> CameOf | LeftOutReason:  # fmt: skip
    if store.invitations.follows(campaign.id, _key(campaign, contact, due)):
        return CameOf.INVITED
    reason = why_not_asked(store, campaign, contact, contact.department)
    if reason is not None:
        return reason
    place = address_book(store, campaign.plan.channel, [contact]).place(contact)
    if contact.id in resting.contacts or place in resting.addresses:
        return LeftOutReason.ASKED_LATELY
    return CameOf.WAITING if today <= due + CATCH_UP else CameOf.MISSED


def _due(store: Store, campaign: Campaign, first: date, last: date) -> Iterator[tuple[Contact, date]]:
    for contact in _files(store, campaign):
        begins = _date_in(contact, campaign.plan.schedule)
        for due in campaign.plan.schedule.due_days(begins, first, last) if begins is not None else ():
            yield contact, due


def _files(store: Store, campaign: Campaign) -> Iterator[Contact]:
    """The files that a campaign is for, where they have the date."""
    rule, place = campaign.plan.audience, campaign.department
    wanted = ContactSearch(kind=rule.kind, departments=[place] if place else None)
    named = campaign.plan.schedule.file_date or ""
    return (each for each in store.contacts.all(wanted) if named in each.fields() and rule.fits(each))


def _date_in(contact: Contact, schedule: Schedule) -> date | None:
    """The day in a file; None where it can't be read."""
    try:
        return date.fromisoformat(day(contact.fields()[schedule.file_date or ""][0]))
    except (Unreadable, ValueError):
        return None


def _since(campaign: Campaign, first: date) -> date:
    """Not before the campaign began: who moved in long ago is not asked for that."""
    return max(first, local_day(campaign.started_at)) if campaign.started_at else first


def _key(campaign: Campaign, contact: Contact, due: date) -> str:
    return f"{campaign.plan.schedule.file_date} {due} {contact.id}"


def _morning(schedule: Schedule, day: date) -> datetime:
    return datetime.combine(day, time(schedule.since), zone())
