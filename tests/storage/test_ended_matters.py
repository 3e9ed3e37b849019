"""What is done with goes when its period is over: cases, prizes, who took part, numbers of events."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest

from surveys.cases.case import Case, Source
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.fieldwork.rounds.calendar import last_day_of
from surveys.intake.attachments import Evidence
from surveys.localisation.clock import utc_now
from surveys.operations.retention import remove_what_is_over, what_is_over
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.retention import RetentionPurpose
from tests.storage.test_retention import TODAY, WORDS, traces
from tests.support.tasks import a_task, give

pytestmark = pytest.mark.dated


def test_cases_that_are_done_with_go_with_all_that_hangs_on_them(store: Store) -> None:
    """Open ones stay however old they are, and so do those of which something was heard since."""
    old, lately = datetime(2025, 1, 5, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
    photo = store.uploads.keep(Evidence("a.jpeg", "jpeg", b"picture"), None, "f" * 32, None, "2025-01-05")
    for name in ("done", "joined", "open", "heard"):
        case = Case(name * 8, Source("letter"), "repair", "other", f"{WORDS}{name}", "13800001111", old)
        assert store.cases.receive(case, (photo,) if name == "done" else ())
    store.cases.remark("done" * 8, "r" * 32, f"{WORDS}remark", old)
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE cases SET state = 'closed' WHERE text LIKE '%done' OR text LIKE '%heard'")
        db.execute("UPDATE cases SET joined_to = ? WHERE text LIKE '%joined'", ["done" * 8])
        db.execute("UPDATE case_steps SET at = ?", [old.isoformat()])
    store.cases.remark("heard" * 8, "s" * 32, "还没好", lately)
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE cases SET state = 'closed' WHERE text LIKE '%heard'")
    store.retention.set(RetentionPurpose.CASES, "", 12, by="boss")
    store.retention.hold("any-survey", "诉讼", by="boss", today=TODAY)
    assert remove_what_is_over(store, TODAY) == 0, "a case may be of what is held"
    store.retention.lift("any-survey", by="boss")
    assert [each.count for each in what_is_over(store, TODAY)] == [1]
    assert remove_what_is_over(store, TODAY) == 1 and remove_what_is_over(store, TODAY) == 0
    assert {each.text for each in store.cases.all()} == {f"{WORDS}open", f"{WORDS}heard"}
    assert store.uploads.get(photo) is None
    for gone in ("done", "joined", "remark"):
        assert traces(store.path.parent, f"{WORDS}{gone}".encode()) == []


def test_who_took_part_in_a_draw_goes_when_it_is_over(published: Store) -> None:
    """Entries, winners and coupons that were given, also those that are held; codes that nobody has stay."""
    code = "power-visit"
    published.prizes.set(Prize(code, PrizeKind.DRAW, "奖", date(2025, 6, 1)), by="test")
    published.prizes.add_coupons(code, ["free-1", "free-2"], by="test")
    assert published.prizes.coupon(code, "t" * 32) is not None
    for n in range(5):
        assert published.prizes.enter(code, f"{n:032x}", WORDS, f"1380000000{n}")
    published.retention.set(RetentionPurpose.PRIZES, code, 24, by="boss")
    assert remove_what_is_over(published, TODAY) == 0
    published.retention.set(RetentionPurpose.PRIZES, code, 12, by="boss")
    published.retention.hold(code, "投诉未结", by="boss", today=TODAY)
    assert remove_what_is_over(published, TODAY) == 0
    published.retention.lift(code, by="boss")
    assert [remove_what_is_over(published, TODAY, most=4) for _ in range(3)] == [4, 2, 0]
    standing = published.prizes.standing(code)
    assert (standing.entries, standing.given) == (0, 0) and published.prizes.get(code) is not None
    assert traces(published.path.parent, WORDS.encode()) == []


def test_who_took_part_goes_a_whole_round_at_a_time_when_it_is_over(published: Store) -> None:
    """Of a round that runs, or that is of no calendar and never ended, nothing goes."""
    code, ended = "power-visit", "2025-Q1"
    people = [published.accounts.add(f"p{n}", f"p{n}", Role.STAFF, "-", now=utc_now()).id for n in range(4)]
    with sqlite3.connect(published.path) as db:
        rows = [(code, each, person, "", n % 2) for each in (ended, "2026-Q4", "") for n, person in enumerate(people)]
        db.executemany("INSERT INTO participations (survey, round, account, subject, taken) VALUES (?,?,?,?,?)", rows)
    give(published, a_task(code, people[0], "d1", round=ended), a_task(code, people[1], "d1", round="2026-Q4"))
    published.retention.set(RetentionPurpose.PARTICIPATIONS, "", 12, by="boss")
    assert [each.count for each in what_is_over(published, TODAY)] == [5]
    assert remove_what_is_over(published, TODAY, most=1) == 5 and remove_what_is_over(published, TODAY) == 0
    with sqlite3.connect(published.path) as db:
        assert {row[0] for row in db.execute("SELECT round FROM participations")} == {"2026-Q4", ""}
        assert db.execute("SELECT round FROM tasks").fetchall() == [("2026-Q4",)]


def test_numbers_of_events_go_also_where_none_is_reported_any_more(store: Store) -> None:
    assert store.events.first_or_same("old", "a", date(2025, 1, 1)) and store.events.first_or_same("new", "b", TODAY)
    store.retention.set(RetentionPurpose.EVENTS, "", 3, by="boss")
    with sqlite3.connect(store.path) as db:
        db.execute("INSERT OR IGNORE INTO events (key, body, day) VALUES ('old', 'a', '2025-01-01')")
    assert remove_what_is_over(store, TODAY) == 1
    assert store.events.first_or_same("old", "another", TODAY) and not store.events.first_or_same("new", "c", TODAY)


@pytest.mark.parametrize("code, last", [
    ("2026-W53", date(2027, 1, 3)), ("2026-12", date(2026, 12, 31)), ("2028-02", date(2028, 2, 29)),
    ("2026-Q4", date(2026, 12, 31)), ("2026", date(2026, 12, 31)), ("2026-13", None), ("2025-W53", None),
    ("spring", None), ("", None),
])  # fmt: skip
def test_a_calendar_round_tells_by_its_code_when_it_is_over(code: str, last: date | None) -> None:
    assert last_day_of(code) == last
