"""When a survey takes answers: by hand and by the clock, to the second, at every door."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from surveys.fieldwork.availability import GRACE, LATE_DELIVERY, LONG_AGO, Availability, Opening, Times, UnfitTimes
from surveys.fieldwork.campaigns.campaign import CampaignState, Plan
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.localisation.clock import utc_now
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler, links_of
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.surveys import NotEmpty, StillOpen, UnknownSurvey
from surveys.storage.sqlite.connection import connect
from surveys.storage.sqlite.surveys import OPEN_NOW
from tests.conftest import submission
from tests.fieldwork.test_campaigns import people
from tests.support.front_door import (
    NOW,
    SECRET,
    Clock,
    TestClient,
    add_account,
    be,
    be_tablet,
    heading,
    hidden,
    publish,
    receipt,
    visiting,
)

SECOND = timedelta(seconds=1)
FORM = "/s/power-visit"
END = NOW + timedelta(minutes=10)


# The rule


@pytest.mark.parametrize(
    ("opening", "state"),
    [
        (Opening(), Availability.OPEN),
        (Opening(published=False), Availability.UNPUBLISHED),
        (Opening(closed_at=NOW), Availability.CLOSED),
        (Opening(archived=True), Availability.ARCHIVED),
        (Opening(times=Times(opens_at=NOW)), Availability.OPEN),
        (Opening(times=Times(opens_at=NOW + SECOND)), Availability.SCHEDULED),
        (Opening(times=Times(closes_at=NOW + SECOND)), Availability.OPEN),
        (Opening(times=Times(closes_at=NOW)), Availability.CLOSED),
        (Opening(closed_at=NOW, times=Times(opens_at=NOW + SECOND)), Availability.CLOSED),
        (Opening(published=False, times=Times(closes_at=NOW)), Availability.UNPUBLISHED),
    ],
)
def test_where_a_survey_stands_to_the_second(opening: Opening, state: Availability) -> None:
    assert opening.state(NOW) is state


@pytest.mark.parametrize(
    ("given", "now", "taken"),
    [
        (END - SECOND, END, True),
        (END, END, True),
        (END + SECOND, END + SECOND, False),
        (END - SECOND, END + GRACE - SECOND, True),
        (END - SECOND, END + GRACE, False),
        (None, END, False),
        (None, END - SECOND, True),
    ],
)
def test_what_was_begun_in_time_is_taken_for_the_grace(given: datetime | None, now: datetime, taken: bool) -> None:
    """And not a second longer; also of a survey put away meanwhile; not of one that was stopped at once."""
    opening = Opening(times=Times(closes_at=END))
    assert opening.takes(now, given) is taken
    if now >= END:
        assert Opening(archived=True, times=opening.times).takes(now, given) is taken
        assert not Opening(closed_at=END, times=opening.times).takes(now, given)


def test_times_that_cross_are_refused(published: Store) -> None:
    with pytest.raises(UnfitTimes):
        published.surveys.set_times("power-visit", Times(END, END), by="test")
    with pytest.raises(UnknownSurvey):
        published.surveys.set_times("none", Times(), by="test")


def test_the_query_over_many_surveys_follows_the_same_rule(published: Store) -> None:
    """For every combination of what decides it, a second before, at, and after."""
    moments = (None, NOW - SECOND, NOW, NOW + SECOND)
    text = {each: each.isoformat(timespec="seconds") if each else None for each in moments}
    with closing(connect(published.path).conn) as db:
        for opens, closes, closed, archived in product(moments, moments, (None, NOW), (None, NOW)):
            db.execute(
                "UPDATE surveys SET opens_at = ?, closes_at = ?, closed_at = ?, archived_at = ?",
                [text[opens], text[closes], text[closed], text[archived]],
            )
            db.commit()
            opening = published.surveys.get("power-visit").opening
            found = db.execute(f"SELECT 1 FROM surveys WHERE {OPEN_NOW}", {"now": NOW.isoformat()}).fetchone()
            assert (found is not None) is (opening.state(NOW) is Availability.OPEN), opening


# Every door


def shut_by_clock(store: Store, code: str = "power-visit") -> None:
    store.surveys.set_times(code, Times(closes_at=NOW), by="test")


def not_yet(store: Store, code: str = "power-visit") -> None:
    store.surveys.set_times(code, Times(opens_at=datetime(2030, 5, 1, 0, 0, tzinfo=UTC)), by="test")


def put_away(store: Store, code: str = "power-visit") -> None:
    store.surveys.close(code, by="test")
    store.surveys.archive(code, by="test")


STATES: dict[str, tuple[Callable[[Store, str], None], int, str]] = {
    "closed": (shut_by_clock, 410, "2026-11-22 10:30"),
    "not yet open": (not_yet, 404, "2030-05-01 08:00"),
    "archived": (put_away, 410, "已经归档"),
}


@pytest.fixture(params=list(STATES))
def shut(request: pytest.FixtureRequest) -> tuple[Callable[[Store, str], None], int, str]:
    return STATES[request.param]


def test_the_open_link_the_frame_and_the_staff_form_say_why(published: Store, shut: tuple) -> None:  # type: ignore[type-arg]
    """With the opening time, where it is known; for staff before they sign in."""
    change, status, told = shut
    publish(published, "employee-satisfaction")
    change(published, "power-visit")
    change(published, "employee-satisfaction")
    with visiting(published) as browser:
        for address in (FORM, "/embed/power-visit", "/s/employee-satisfaction"):
            page = browser.get(address)
            assert (page.status_code, told in page.text) == (status, True), address
        english = browser.get(FORM + "?lang=en").text
        assert "这份问卷" not in english


def test_a_personal_link_says_why(published: Store, shut: tuple) -> None:  # type: ignore[type-arg]
    """And goes on to let people opt out."""
    change, status, told = shut
    token = invited(published)
    change(published, "power-visit")
    with visiting(published) as browser:
        page = browser.get(f"/i/{token}")
        assert page.status_code == status and told in page.text
        assert browser.get(f"/i/{token}/stop").status_code == 200
        if status == 404:
            assert browser.post(f"/i/{token}/draft", data={"csat": "4"}).status_code == 404


def test_a_tablet_and_the_typing_page_say_why(published: Store, shut: tuple) -> None:  # type: ignore[type-arg]
    change, status, told = shut
    publish(published, "counter-kiosk")
    published.kiosks.set("repair-east", "counter-kiosk", by="test")
    change(published, "counter-kiosk")
    change(published, "power-visit")
    with visiting(published) as browser:
        be_tablet(browser, published, "repair-east")
        page = browser.get("/k/repair-east")
        assert page.status_code == status and told in page.text
        signed_in(browser, published, "clerk", Role.DESIGNER)
        typing = browser.get("/typing/power-visit")
        # Paper that was filled in before the end may be typed after it.
        expected = (200, False) if change is shut_by_clock else (status, True)
        assert (typing.status_code, told in typing.text) == expected


def test_staff_have_only_open_forms_to_fill(published: Store) -> None:
    publish(published, "employee-satisfaction")
    with visiting(published) as browser:
        signed_in(browser, published, "hand", Role.STAFF)
        assert "/s/employee-satisfaction" in browser.get("/my").text
        not_yet(published, "employee-satisfaction")
        assert "/s/employee-satisfaction" not in browser.get("/my").text


def test_it_opens_by_itself(published: Store) -> None:
    """A second before it does not, at the second it does, and nothing else happens in between."""
    published.surveys.set_times("power-visit", Times(opens_at=END), by="test")
    clock = Clock()
    with visiting(published, clock) as browser:
        clock.now = END - SECOND
        assert browser.get(FORM).status_code == 404
        clock.now = END
        page = browser.get(FORM)
        assert page.status_code == 200
        assert receipt(browser.post(FORM, data={**hidden(page.text), "csat": "4"}).text)


@pytest.mark.parametrize(("late", "taken"), [(GRACE - SECOND, True), (GRACE, False)], ids=["the last second", "after"])
@pytest.mark.parametrize("door", ["open link", "personal link"])
def test_a_form_begun_before_the_end_may_be_sent_after_it(
    published: Store, door: str, late: timedelta, taken: bool
) -> None:  # fmt: skip
    """For the grace, to the second; nobody gets a new form meanwhile."""
    address = FORM if door == "open link" else f"/i/{invited(published)}"
    published.surveys.set_times("power-visit", Times(closes_at=END), by="test")
    clock = Clock()
    clock.now = END - SECOND
    with visiting(published, clock) as browser:
        fields = {**hidden(browser.get(address).text), "csat": "4", "nps": "9"}
        clock.now = END
        assert browser.get(address).status_code == 410
        clock.now = END + late
        sent = browser.post(address, data=fields)
        assert (sent.status_code, bool(receipt(sent.text))) == ((200, True) if taken else (410, False))
    assert published.responses.amount("power-visit") == int(taken)


def test_closing_at_once_waits_for_nobody(published: Store) -> None:
    with visiting(published) as browser:
        fields = {**hidden(browser.get(FORM).text), "csat": "4"}
        published.surveys.close("power-visit", by="test")
        assert browser.post(FORM, data=fields).status_code == 410


def test_a_tablet_delivers_late_what_was_given_in_time(published: Store) -> None:
    """Days later, when its network is back; not what was given after the end, whatever else it says."""
    publish(published, "counter-kiosk")
    published.kiosks.set("repair-east", "counter-kiosk", by="test")
    published.surveys.set_times("counter-kiosk", Times(closes_at=END), by="test")
    clock = Clock()
    with visiting(published, clock) as browser:
        be_tablet(browser, published, "repair-east")
        page = {**hidden(browser.get("/k/repair-east").text), "_survey": "counter-kiosk", "_took": "9", "csat": "4"}
        clock.now = END + timedelta(days=3)
        since_end = int(timedelta(days=3).total_seconds())

        def told(number: str, age: int | str) -> tuple[int, str]:
            answer = browser.post("/k/repair-east", data={**page, "_id": number * 32, "_age": str(age)})
            return answer.status_code, answer.json()["outcome"]

        assert told("a", since_end + 60) == (200, "accepted")
        assert told("b", since_end - 1) == told("c", "") == (410, "refused")
        clock.now = END + LATE_DELIVERY
        assert told("d", int(LATE_DELIVERY.total_seconds()) + 60) in ((403, "refused"), (410, "refused"))


def test_sheets_received_after_the_end_are_not_typed_in(published: Store) -> None:
    published.surveys.set_times("power-visit", Times(closes_at=NOW - timedelta(hours=11)), by="test")
    with visiting(published) as browser:
        signed_in(browser, published, "clerk", Role.DESIGNER)
        page = browser.get("/typing/power-visit")
        given = {**hidden(page.text), "_batch": "城东", "_sheet": "1", "k.csat": "4"}
        late = browser.post("/typing/power-visit", data={**given, "_day": "2026-11-22"})
        assert late.status_code == 422 and "2026-11-21 截止" in late.text
        assert "截止" not in browser.post("/typing/power-visit", data={**given, "_day": "2026-11-21"}).text


# Campaigns


def invited(store: Store) -> str:
    """The token of somebody's personal link."""
    people(store, 1)
    made = plan_campaign(store, Plan(name="回访", channel="sms"), "power-visit", department=None, by="test", now=NOW)
    start(store, made, SECRET, by="test", now=NOW)
    [one] = store.invitations.of_campaign(made.id)
    return link_token(SECRET, one.id)


def test_nothing_is_sent_to_people_who_could_not_answer(published: Store, shut: tuple) -> None:  # type: ignore[type-arg]
    """Neither put into the outbox nor, if it waits there already, given a link."""
    change, _, _ = shut
    invited(published)
    [campaign] = published.campaigns.all()
    [one] = published.invitations.of_campaign(campaign.id)
    clock = Clock()
    links = links_of(published, SECRET, "https://ask.example", clock=clock)
    assert links(one.id) is not None
    change(published, "power-visit")
    assert Scheduler(published, clock=clock).run_due() == 0 and published.outbox.counts() == {}
    assert links(one.id) is None and published.campaigns.get(campaign.id).state is CampaignState.RUNNING


def test_invitations_wait_for_the_opening(published: Store) -> None:
    invited(published)
    published.surveys.set_times("power-visit", Times(opens_at=END), by="test")
    clock = Clock()
    assert Scheduler(published, clock=clock).run_due() == 0
    clock.now = END
    assert Scheduler(published, clock=clock).run_due() == 1


# The audit trail


def test_the_audit_trail_tells_what_the_clock_did(published: Store) -> None:
    """Once each, with its time, whenever somebody looks; nothing of a survey that was closed by hand before."""
    published.surveys.set_times("power-visit", Times(NOW + timedelta(days=900), NOW + timedelta(days=901)), by="boss")
    surveys = published.surveys
    assert surveys.note_turns(NOW) == 0
    assert surveys.note_turns(NOW + timedelta(days=900)) == 1 and surveys.note_turns(NOW + timedelta(days=900)) == 0
    assert surveys.note_turns(NOW + timedelta(days=950)) == 1
    lines = [(each.account, each.action, each.detail) for each in published.accounts.audit()][:3]
    assert [each[:2] for each in lines] == [
        ("schedule", "closed by schedule"), ("schedule", "opened by schedule"), ("boss", "set opening times")
    ]  # fmt: skip
    assert lines[0][2] == "2029-05-11 10:30" and "2029-05-10 10:30" in lines[2][2]
    surveys.set_times("power-visit", Times(closes_at=NOW + timedelta(days=990)), by="boss")
    surveys.close("power-visit", by="boss")
    assert surveys.note_turns(NOW + timedelta(days=999)) == 0


# Opened again


@pytest.mark.dated
def test_opening_again_ends_what_had_closed_it(published: Store) -> None:
    """An end that is past is gone, one still to come stays; a survey put away is in the lists again."""
    shut_by_clock(published)
    assert not published.surveys.get("power-visit").live
    published.surveys.publish("power-visit", by="test")
    assert published.surveys.get("power-visit").live
    later = Times(closes_at=utc_now().replace(microsecond=0) + timedelta(days=900))
    published.surveys.set_times("power-visit", later, by="test")
    put_away(published)
    published.surveys.publish("power-visit", by="test")
    record = published.surveys.get("power-visit")
    assert record.live and not record.archived and record.opening.times == later


def test_nobody_opens_again_unknowingly_what_the_clock_has_closed(published: Store) -> None:
    seen = published.surveys.standing("power-visit")
    shut_by_clock(published)
    with pytest.raises(ChangedMeanwhile):
        published.surveys.publish("power-visit", by="test", seen=seen)


def test_the_second_to_set_times_is_told(published: Store) -> None:
    published.surveys.set_times("power-visit", Times(closes_at=END), by="a")
    with pytest.raises(ChangedMeanwhile):
        published.surveys.set_times("power-visit", Times(opens_at=NOW), by="b", seen=Times())
    assert published.surveys.get("power-visit").opening.times == Times(closes_at=END)


# Put away and deleted


def test_archived_surveys_are_in_no_list_but_reached_by_name(published: Store) -> None:
    published.responses.append([submission(1)])
    with pytest.raises(StillOpen):
        published.surveys.archive("power-visit", by="test")
    put_away(published)
    assert published.surveys.all() == [] and [each.code for each in published.surveys.all(archived=True)]
    record = published.surveys.get("power-visit")
    assert record.archived and record.closed and published.responses.amount("power-visit") == 1
    published.surveys.bring_back("power-visit", by="test")
    assert [each.closed for each in published.surveys.all()] == [True]


def withdrawn(store: Store) -> None:
    store.responses.append([submission(1)])
    store.responses.withdraw("power-visit", f"{1:032x}", NOW.date())


def test_an_empty_survey_is_deleted_without_a_trace_but_the_audit(published: Store) -> None:
    """Its counts, versions and draft go along; one of the same code begins at the first version."""
    with visiting(published) as browser:
        browser.get(FORM)
    withdrawn(published)
    published.drafts.save("power-visit", {"code": "power-visit"}, by="test", step="x")
    with pytest.raises(StillOpen):
        published.surveys.delete("power-visit", by="test")
    published.surveys.close("power-visit", by="test")
    published.surveys.delete("power-visit", by="boss")
    with pytest.raises(UnknownSurvey):
        published.surveys.get("power-visit")
    with closing(sqlite3.connect(published.path)) as db:
        for table in tables_about_surveys(db):
            assert db.execute(f"SELECT count(*) FROM {table} WHERE survey = 'power-visit'").fetchone() == (0,), table
    assert published.accounts.audit()[0].action == "delete survey"
    publish(published, "power-visit")
    assert published.surveys.get("power-visit").version == 1


def tables_about_surveys(db: sqlite3.Connection) -> list[str]:
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [each for each in names if "survey" in {row[1] for row in db.execute(f"PRAGMA table_info({each})")}]


KEEPING: dict[str, Callable[[Store], object]] = {
    "an answer": lambda store: store.responses.append([submission(1)]),
    "an invitation": invited,
    "the draft of a campaign": lambda store: plan_campaign(
        store, Plan(name="x", channel="sms"), "power-visit", department=None, by="test", now=NOW
    ),
    "a tablet": lambda store: store.kiosks.set("repair-east", "power-visit", by="test"),
    "answers brought in": lambda store: store.responses.bring_in([submission(2)]),
}


@pytest.mark.parametrize("what", list(KEEPING))
def test_a_survey_that_holds_something_is_not_deleted(published: Store, what: str) -> None:
    KEEPING[what](published)
    published.surveys.close("power-visit", by="test")
    with pytest.raises(NotEmpty):
        published.surveys.delete("power-visit", by="test")
    assert published.surveys.get("power-visit").version == 1 and published.surveys.what_keeps("power-visit")


def test_an_answer_that_another_program_has_just_kept_prevents_the_deletion(published: Store, tmp_path: Path) -> None:
    """What a page saw before does not count: it is looked at in the transaction that deletes."""
    published.surveys.close("power-visit", by="test")
    assert published.surveys.what_keeps("power-visit") is None
    other = Store(published.path)
    other.responses.append([submission(1)])
    other.close()
    with pytest.raises(NotEmpty):
        published.surveys.delete("power-visit", by="test")
    assert published.responses.amount("power-visit") == 1


def test_a_survey_is_not_deleted_while_somebody_may_be_filling_it_in(published: Store) -> None:
    published.surveys.close("power-visit", by="test", at_once=False)
    with pytest.raises(StillOpen):
        published.surveys.delete("power-visit", by="test")
    assert not Opening(times=Times(closes_at=END)).settled(END + GRACE - SECOND)
    assert Opening(times=Times(closes_at=END)).settled(END + GRACE)
    assert Opening(times=Times(closes_at=END)).takes(END, LONG_AGO)


def signed_in(browser: TestClient, store: Store, name: str, role: Role) -> None:
    be(browser, store, add_account(store, name, role))


def test_the_page_of_a_closed_survey_keeps_its_usual_heading(published: Store) -> None:
    shut_by_clock(published)
    with visiting(published) as browser:
        assert heading(browser.get(FORM).text) == "这份问卷已经结束"
