"""So long after a date in their file people are asked: once for each day that comes due, whatever stops and starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from surveys.fieldwork.campaigns.audience import LeftOutReason
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import zone
from surveys.operations.file_dates import CameOf, dates_due
from surveys.operations.launch import FATIGUE, Unfit
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.fieldwork.test_campaigns import started
from tests.support.front_door import SECRET

MOVED_IN = {"file_date": "who.入住日期", "after": 3, "unit": "months"}
YEARLY = MOVED_IN | {"yearly": True}


@pytest.mark.parametrize(
    "changes, begins, years, expected",
    [
        ({}, "2026-08-31", 1, ["2026-11-30"]),
        ({"after": 6}, "2026-08-31", 1, ["2027-02-28"]),
        ({"after": 1, "yearly": True}, "2027-01-31", 3, ["2027-02-28", "2028-02-29", "2029-02-28"]),
        ({"after": 0, "yearly": True}, "2028-02-29", 5, [f"{y}-02-{d}" for y, d in zip(
            range(2028, 2034), (29, 28, 28, 28, 29, 28), strict=True)]),
        ({"after": 30, "unit": "days", "yearly": True}, "2028-02-29", 2, ["2028-03-30", "2029-03-30"]),
        ({"after": 731, "unit": "days"}, "2026-12-31", 3, ["2028-12-31"]),
    ],
    ids=["month's end", "short month", "every short month", "29 February", "days after it", "two years of days"],
)  # fmt: skip
def test_the_days_that_come_due(changes: dict[str, Any], begins: str, years: int, expected: list[str]) -> None:
    """Month ends stay month ends, and 29 February comes back in the next leap year."""
    first = date.fromisoformat(begins)
    due = Schedule.model_validate(MOVED_IN | changes).due_days(first, first, first + timedelta(days=366 * years))
    assert [f"{each}" for each in due] == expected


@given(
    st.dates(date(1960, 1, 1), date(2040, 1, 1)), st.integers(0, 1000), st.sampled_from(["days", "months"]),
    st.booleans(), st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 800),
)  # fmt: skip
def test_no_day_is_lost_where_a_span_is_cut_in_two(
    begins: date, after: int, unit: str, yearly: bool, first: date, days: int
) -> None:
    """What is looked at day by day finds what is looked at together: each once."""
    schedule = Schedule.model_validate(MOVED_IN | {"after": after, "unit": unit, "yearly": yearly})
    middle, last = first + timedelta(days=days // 2), first + timedelta(days=days)
    parts = [*schedule.due_days(begins, first, middle), *schedule.due_days(begins, middle + timedelta(days=1), last)]
    assert list(schedule.due_days(begins, first, last)) == parts == sorted(set(parts))
    long_ago = list(schedule.due_days(begins, date(1960, 1, 1), last))
    assert [each for each in long_ago if each >= first] == parts, "whenever one looks"


@pytest.mark.parametrize("bad", [{"unit": "hours"}, {"event": "work_order.closed"}, {"file_date": None}])
def test_a_date_is_no_hour_and_no_event(bad: dict[str, Any]) -> None:
    """A file has the day alone; and what comes again each year needs the date."""
    with pytest.raises(ValidationError):
        Schedule.model_validate(YEARLY | bad)


def morning(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), zone()) + timedelta(hours=9)


def moved_in(store: Store, name: str, day: str, **changes: Any) -> Contact:
    number = f"138{sum(map(ord, name)):08d}"
    contact = Contact(name, name, phone=number, department="repair", who={"入住日期": day}, **changes)
    store.contacts.keep([contact], by="test")
    return contact


def turn(store: Store, day: str) -> int:
    """What a server that was started anew this morning does; returns how many messages it puts in."""
    return Scheduler(store, clock=lambda: morning(day), secret=SECRET).run_due()


def asked(store: Store, campaign: Campaign) -> Iterator[str]:
    return (each.contact for each in store.invitations.of_campaign(campaign.id))


def test_each_due_date_invites_once_in_spite_of_starts(published: Store) -> None:
    """On its day, not before and not again; the next year once more; who moved in too long ago is left alone."""
    yearly = started(published, schedule=YEARLY)
    for name, day in {"wang": "2026-09-01", "li": "2026年9月30日", "zhao": "2026-08-01", "odd": "去年秋天"}.items():
        moved_in(published, name, day)
    assert [turn(published, day) for day in ("2026-11-30", "2026-12-01", "2026-12-01", "2026-12-30")] == [0, 1, 0, 1]
    assert sorted(asked(published, yearly)) == ["li", "wang"]
    found = dates_due(published, yearly, morning("2026-12-30"))
    assert (found.files, found.unreadable, dict(found.came)) == (4, 1, {CameOf.INVITED: 2})
    assert turn(published, "2027-12-01") == 1, "each year"
    assert sorted(asked(published, yearly)) == ["li", "wang", "wang"]


def test_what_came_due_while_the_server_was_down_is_caught_up_with_for_a_week(published: Store) -> None:
    """Then it is told as missed; a paused campaign is like a server that is down."""
    once = started(published, schedule=MOVED_IN)
    moved_in(published, "wang", "2026-09-01")
    moved_in(published, "li", "2026-09-05")
    published.campaigns.bring(once.id, CampaignState.PAUSED, by="test", now=morning("2026-11-30"))
    assert turn(published, "2026-12-05") == 0
    published.campaigns.bring(once.id, CampaignState.RUNNING, by="test", now=morning("2026-12-09"))
    assert turn(published, "2026-12-09") == 1 and list(asked(published, once)) == ["li"]
    assert dates_due(published, once, morning("2026-12-09")).came == {CameOf.INVITED: 1, CameOf.MISSED: 1}


def test_wishes_and_rest_hold_and_are_told(published: Store) -> None:
    """Who was asked lately is asked within the week if the rest ends in it; who wants nothing is never asked."""
    started(published, schedule={"event": "work_order.closed"})
    once = started(published, schedule=MOVED_IN)
    moved_in(published, "wang", "2026-09-01")
    moved_in(published, "li", "2026-09-01")
    moved_in(published, "far", "2026-09-01", only_channel="mail")
    published.contacts.opt_out("li", by="test")
    published.organisation.set(FATIGUE, "5")
    started(published, audience={"filters": [{"attribute": "who.入住日期", "values": ["2026-09-01"]}]}, schedule={
        "at": morning("2026-11-29")})  # fmt: skip
    assert turn(published, "2026-12-01") == 1, "the one who was asked two days ago, by the other campaign"
    held = {LeftOutReason.OPTED_OUT: 1, LeftOutReason.OTHER_CHANNEL: 1}
    assert dates_due(published, once, morning("2026-12-01")).came == held | {LeftOutReason.ASKED_LATELY: 1}
    assert turn(published, "2026-12-05") == 1
    assert dates_due(published, once, morning("2026-12-05")).came == held | {CameOf.INVITED: 1}


def test_an_anonymous_survey_reminds_nobody_of_a_date(published: Store) -> None:
    """As after an event: who gets no reminder would be known to have answered."""
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish(survey.code, by="test")
    with pytest.raises(Unfit):
        started(published, schedule=MOVED_IN, reminders=(3,))
