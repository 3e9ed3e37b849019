"""The dates in the files of the staff that a rule of tasks follows, such as the day on which somebody began to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from surveys.accounts import Account
from surveys.definition.task_rules import TaskRule
from surveys.fieldwork.tasks.rules import StaffDate, schedule_of
from surveys.localisation.normalisation import Unreadable, day
from surveys.people.contact import ContactKind
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store

LOOKED_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class StaffDates:
    """The date that a rule follows in the files of the staff."""

    dates: Sequence[StaffDate]
    unreadable: int = 0  # files in which it is no day
    coming: int = 0  # whose day comes within the next 30


def staff_dates(store: Store, rule: TaskRule, meant: Sequence[Account], today: date) -> StaffDates:
    """Of all staff files that have it; who has an account that a round is not for, or that is closed, is not asked."""
    accounts, known, unreadable = {each.id: each for each in meant}, list[StaffDate](), 0
    for each in store.contacts.all(ContactSearch(kind=ContactKind.STAFF)):
        text = each.fields().get(rule.file_date or "")
        filler = each.id if each.account is None else accounts.get(each.account)
        if not text or filler is None:
            continue
        try:
            begins = date.fromisoformat(day(text[0]))
        except (Unreadable, ValueError):
            unreadable += 1
            continue
        known.append(StaffDate(filler, each.name, begins, each.department))
    schedule = schedule_of(rule)
    ahead = (today + timedelta(days=1), today + LOOKED_AHEAD)
    coming = sum(len(list(schedule.due_days(each.begins, *ahead))) for each in known)
    return StaffDates(known, unreadable, coming)


