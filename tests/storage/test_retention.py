"""What has been kept for as long as was set goes by itself; what is not over, or held, never does."""

from __future__ import annotations

import sqlite3
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.columns.exporter import Exporter
from analysis.released.gate import copies_of
from surveys.intake.attachments import Evidence
from surveys.intake.reconciliation import reconcile
from surveys.intake.submission import Submission
from surveys.operations.retention import Retention, remove_what_is_over, what_is_over
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.records.retention import PURPOSES, RetentionPurpose, UnfitPeriod, kept_from
from surveys.storage.records.set_apart import SetApartWhy
from surveys.storage.sqlite.upkeep.removals import REMOVALS
from tests.attacks.test_changed_past import silent
from tests.conftest import submission

TODAY = date(2026, 11, 29)
WORDS = "师傅的名字叫赵钱孙"


def answers(numbers: Sequence[int], day: date, survey: str = "power-visit") -> list[Submission]:
    said = {"csat": 4, "comment": f"{WORDS}{day}", "reasons": ["price"]}
    return [submission(each, survey=survey, received_on=day, received_at=None, answers=said) for each in numbers]


def kept(store: Store, survey: str = "power-visit") -> list[date]:
    return sorted(each.received_on for chunk in store.responses.responses(survey) for each in chunk)


@given(some.dates(date(2000, 1, 1), date(2100, 12, 31)), some.integers(1, 600))
def test_nothing_goes_early_on_any_day(day: date, months: int) -> None:
    """It stays to the day with the same number, or the last of its month, and goes on one of the next four days, or
    with the first of a month where whole months go."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    until = date(year, month, min(day.day, monthrange(year, month)[1]))
    assert kept_from(until, months) <= day < kept_from(until + timedelta(days=4), months)
    later = date(year + month // 12, month % 12 + 1, 1)
    assert kept_from(later - timedelta(days=1), months, whole_months=True) <= day
    assert day < kept_from(later, months, whole_months=True)


def test_of_a_leap_day_it_is_over_on_the_first_of_march() -> None:
    leap = date(2028, 2, 29)
    assert kept_from(date(2029, 2, 28), 12) == date(2028, 2, 28) < leap < kept_from(date(2029, 3, 1), 12)
    assert kept_from(leap, 12) == date(2027, 2, 28)


def test_answers_go_when_they_are_over_and_counts_add_up(published: Store) -> None:
    """In portions, each in the audit trail; without a period nothing goes."""
    days = [date(2025, 11, 28)] * 5 + [date(2025, 11, 29)] * 3 + [TODAY] * 2
    published.responses.bring_in([each for n, day in enumerate(days) for each in answers([n], day)])
    assert what_is_over(published, TODAY) == [] and remove_what_is_over(published, TODAY) == 0
    published.retention.set(RetentionPurpose.ANSWERS, "", 12, by="boss")
    [due] = what_is_over(published, TODAY)
    assert (due.purpose, due.survey, due.before, due.count) == (RetentionPurpose.ANSWERS, "power-visit", days[5], 5)
    assert [remove_what_is_over(published, TODAY, most=3) for _ in range(3)] == [3, 2, 0]
    assert kept(published) == days[5:]
    account = reconcile(published.responses.tallies("power-visit"), published.responses.kept("power-visit"))
    assert account.difference == 0 and account.kept == 5
    lines = [(line.account, line.action, line.detail) for line in published.accounts.audit(2)]
    assert lines == [("schedule", "remove what is over", f"answers: {n} before 2025-11-29") for n in (2, 3)]


def test_a_period_of_a_survey_goes_before_that_of_all(published: Store) -> None:
    published.responses.bring_in(answers([1], TODAY - timedelta(days=100)))
    published.retention.set(RetentionPurpose.ANSWERS, "", 1, by="boss")
    published.retention.set(RetentionPurpose.ANSWERS, "power-visit", 36, by="boss")
    assert remove_what_is_over(published, TODAY) == 0
    published.retention.set(RetentionPurpose.ANSWERS, "power-visit", None, by="boss")
    assert remove_what_is_over(published, TODAY) == 1
    with pytest.raises(UnfitPeriod):
        published.retention.set(RetentionPurpose.CONTACTS, "", 1, by="boss")


@pytest.mark.parametrize("held", ["power-visit", ""])
def test_what_is_held_stays_until_it_is_lifted(published: Store, held: str) -> None:
    """Also what is of no survey, for it may be about the one that is held; a hold that comes between two portions
    counts."""
    published.responses.bring_in(answers(range(4), TODAY - timedelta(days=400)))
    published.contacts.keep([Contact("c-1", "王建国", phone="13800000001", department="repair")], by="wu")
    published.retention.set(RetentionPurpose.ANSWERS, "", 12, by="boss")
    published.retention.set(RetentionPurpose.CONTACTS, "", 12, by="boss")
    later = TODAY + timedelta(days=800)
    assert remove_what_is_over(published, TODAY, most=1) == 1
    published.retention.hold(held, "投诉处理中", by="boss", today=TODAY)
    assert what_is_over(published, later) == [] and remove_what_is_over(published, later) == 0
    assert published.contacts.get("c-1") is not None and len(kept(published)) == 3
    published.retention.lift(held, by="boss")
    assert remove_what_is_over(published, later) == 4 and published.contacts.get("c-1") is None
    assert [line.action for line in published.accounts.audit(4)][2:] == ["lift hold", "hold back removal"]


def traces(folder: Path, words: bytes) -> list[str]:
    """The files of an installation in which these words still stand."""
    return [each.name for each in folder.rglob("*") if each.is_file() and words in each.read_bytes()]


@pytest.mark.parametrize("purpose", [RetentionPurpose.ANSWERS, RetentionPurpose.WORDS])
def test_words_are_gone_from_every_file(published: Store, purpose: RetentionPurpose) -> None:
    """Pages, free pages, log and columnar copy; numbers and choices stay where only words were to go."""
    copies, folder = copies_of(published), published.path.parent
    published.responses.bring_in(answers(range(30), date(2025, 10, 1)) + answers(range(30, 60), TODAY))
    Exporter(copies, timedelta(0)).turn()
    old, young = (f"{WORDS}{day}".encode() for day in (date(2025, 10, 1), TODAY))
    assert traces(folder, old) and traces(folder, young)
    published.retention.set(purpose, "", 12, by="boss")
    assert remove_what_is_over(published, TODAY) == 30 and remove_what_is_over(published, TODAY) == 0
    Exporter(copies, timedelta(0)).turn()
    assert traces(folder, old) == [] and traces(folder, young)
    left = [each.answers for chunk in published.responses.responses("power-visit") for each in chunk]
    assert len(left) == (60 if purpose is RetentionPurpose.WORDS else 30) and all(each["csat"] == 4 for each in left)
    assert sum("comment" in each for each in left) == 30
    with sqlite3.connect(published.path) as db:
        assert db.execute("SELECT count(*) FROM open_comments").fetchone() == (30,)


def test_files_are_unlinked_and_the_answer_stays(published: Store, visit: object) -> None:
    key = published.uploads.keep(Evidence("照片.jpg", "image/jpeg", b"a photo of a meter"), "power-visit", "f", None,
                                 "2025-01-01")  # fmt: skip
    published.surveys.save_draft(_with_file(published), "service", by="test")
    version = published.surveys.publish("power-visit", by="test")
    said = {"csat": 4, "photo": [key]}
    published.responses.bring_in(
        [submission(1, version=version, received_on=date(2025, 1, 1), received_at=None, answers=said)]
    )
    with sqlite3.connect(published.path) as db:
        db.execute("UPDATE uploads SET response = (SELECT id FROM responses)")
    published.retention.set(RetentionPurpose.FILES, "", 12, by="boss")
    assert remove_what_is_over(published, TODAY) == 1
    assert traces(published.path.parent, b"a photo of a meter") == [] and published.uploads.get(key) is None
    [[left]] = published.responses.responses("power-visit")
    assert left.answers == {"csat": 4}


def _with_file(store: Store) -> object:
    survey = store.surveys.get("power-visit").survey
    data = survey.model_dump(mode="json", exclude_unset=True)
    data["sections"][0]["questions"].append({"code": "photo", "type": "file", "title": "照片"})
    return type(survey).model_validate(data)


def test_anonymous_answers_leave_figures_as_withdrawn_ones_do(published: Store) -> None:
    """Their numbers stay with those that figures count until a batch of others comes; months go as a whole."""
    silent(published)
    published.responses.bring_in(answers(range(8), date(2025, 10, 30), "silent"))
    published.responses.bring_in(answers(range(8, 16), date(2025, 11, 2), "silent"))
    published.retention.set(RetentionPurpose.ANSWERS, "silent", 12, by="boss")
    assert remove_what_is_over(published, date(2026, 10, 31)) == 0
    assert remove_what_is_over(published, TODAY) == 8 and set(kept(published, "silent")) == {date(2025, 11, 2)}
    noted = published.withdrawn.of("silent")
    assert len(noted) == 8 and {each.withdrawn_on for each in noted} == {TODAY}
    assert all(each.cells["csat"] == 4 and "comment" not in each.cells for each in noted)
    published.withdrawn.forget(TODAY + timedelta(days=31))
    assert all(set(each.cells.values()) == {None} for each in published.withdrawn.of("silent"))


def test_it_runs_once_a_day_until_nothing_is_left(published: Store) -> None:
    """A portion a turn; what becomes over tomorrow is found tomorrow."""
    now = [datetime(2026, 11, 29, 4, tzinfo=UTC)]
    retention = Retention(published, clock=lambda: now[0], portion=2)
    published.retention.set(RetentionPurpose.ANSWERS, "", 12, by="boss")
    published.responses.bring_in(answers(range(3), date(2025, 11, 1)) + answers([3], date(2025, 11, 29)))
    assert [retention.turn() for _ in range(4)] == [2, 1, 0, 0]
    now[0] += timedelta(days=1)
    assert [retention.turn() for _ in range(2)] == [1, 0] and kept(published) == []


def test_messages_and_old_lines_of_the_trail(published: Store) -> None:
    """Old messages go; lines of the trail are archived and nothing is lost."""
    for purpose in (RetentionPurpose.MESSAGES, RetentionPurpose.AUDIT):
        published.retention.set(purpose, "", 12, by="boss")
    with sqlite3.connect(published.path) as db:
        for state in ("sent", "waiting"):
            db.execute(
                "INSERT INTO outbox (id, channel, address, subject, body, state, tries, next_try_at, created_at) "
                "VALUES (?, 'email', 'a@example.cn', '', '', ?, 0, '', '2026-01-01T00:00:00+00:00')", [state, state],
            )  # fmt: skip
    later = date(2029, 1, 1)
    lines = published.accounts.check_audit().lines
    due = {each.purpose for each in what_is_over(published, later)}
    assert due == {RetentionPurpose.MESSAGES, RetentionPurpose.AUDIT}
    assert remove_what_is_over(published, later) >= 1 + lines
    found = published.accounts.check_audit()
    assert found.problems == () and found.archived >= lines
    with sqlite3.connect(published.path) as db:
        assert db.execute("SELECT id FROM outbox").fetchall() == [("waiting",)]


def test_every_purpose_is_described_and_has_its_removal() -> None:
    assert set(PURPOSES) == set(RetentionPurpose) and set(REMOVALS) == set(RetentionPurpose) - {RetentionPurpose.AUDIT}


@pytest.mark.parametrize("purpose", [RetentionPurpose.ANSWERS, RetentionPurpose.WORDS])
def test_answers_out_of_the_count_stay_no_longer_than_the_others(published: Store, purpose: RetentionPurpose) -> None:
    published.responses.bring_in(answers([1], date(2025, 10, 1)) + answers([2], TODAY))
    ids = [submission(each).id for each in (1, 2)]
    published.set_apart.take_out("power-visit", ids, "测试", by="boss", now=datetime(2025, 10, 2, tzinfo=UTC))
    published.retention.set(purpose, "", 12, by="boss")
    assert remove_what_is_over(published, TODAY) == 1 and remove_what_is_over(published, TODAY) == 0
    assert traces(published.path.parent, f"{WORDS}2025-10-01".encode()) == []
    apart = published.set_apart.of("power-visit", SetApartWhy.UNCOUNTED)
    left = {each.response.id: each.response.answers for each in apart}
    assert "comment" in left[ids[1]] and left.get(ids[0], {"csat": 4}).keys() <= {"csat", "reasons"}
    assert len(left) == (1 if purpose is RetentionPurpose.ANSWERS else 2)
