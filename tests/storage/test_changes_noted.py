"""Whatever changes answers is counted and noted by day, for caches and for the copy of them that is kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from surveys.comments import CommentKind, Judgement, Sentiment
from surveys.definition.survey import Survey
from surveys.intake.submission import Outcome
from surveys.storage import Store
from surveys.storage.records.changes import RESPONSE_COLUMNS
from surveys.storage.records.comments import CommentFinding, Purpose, Review
from surveys.storage.records.imports import ImportKind
from surveys.storage.records.protocols import ChangedDays, RawAnswers
from surveys.storage.sqlite.answers import raw_answers
from surveys.storage.sqlite.backups.backup import back_up
from surveys.storage.sqlite.backups.restoring import restore
from surveys.storage.sqlite.connection import connect
from tests.conftest import submission

SURVEY, DAY, EARLIER = "power-visit", date(2026, 11, 22), date(2026, 11, 20)
NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


def finding(number: int, model: str = "one") -> CommentFinding:
    kind, sentiment = CommentKind.PRAISE, Sentiment.POSITIVE
    return CommentFinding(submission(number).id, "comment", model, "师傅来得很快", kind, sentiment, 0.9, sure=True)


def review(number: int) -> Review:
    judgement = Judgement(Sentiment.NEGATIVE, ())
    return Review(submission(number).id, "comment", Purpose.CORRECTION, judgement, "test", NOW)


@pytest.fixture
def kept(published: Store) -> Store:
    """Two answers of two days, one brought in, with a finding and a correction each, all of it noted elsewhere."""
    batch = published.imports.begin(ImportKind.ANSWERS, SURVEY, "a.csv", by="test", now=NOW)
    published.responses.append([submission(1)])
    published.responses.bring_in([submission(2, received_on=EARLIER)], batch=batch)
    published.findings.save([finding(1), finding(2)])
    published.reviews.add(review(1))
    published.reviews.add(review(2))
    published.changed_days.done(published.changed_days.pending())
    return published


def days(store: Store) -> list[date]:
    assert {each.survey for each in store.changed_days.pending()} <= {SURVEY}
    return [each.day for each in store.changed_days.pending()]


CHANGES: dict[str, tuple[Callable[[Store], object], list[date]]] = {
    "an answer": (lambda store: store.responses.append([submission(3)]), [DAY]),
    "answers brought in": (
        lambda store: store.responses.bring_in([submission(4), submission(5, received_on=EARLIER)]), [EARLIER, DAY]
    ),
    "a withdrawal": (lambda store: store.responses.withdraw(SURVEY, submission(1).id, DAY), [DAY]),
    "an import taken back": (
        lambda store: store.imports.take_back_answers(
            store.imports.all(ImportKind.ANSWERS, SURVEY)[0].id, anonymous=False, by="test", day=DAY
        ), [EARLIER],
    ),
    "a finding": (lambda store: store.findings.save([finding(2, "two")]), [EARLIER]),
    "a correction": (lambda store: store.reviews.add(review(1)), [DAY]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_product_changes_is_noted(kept: Store, change: str) -> None:
    """By day of receipt; and the stamp is another one."""
    act, wanted = CHANGES[change]
    before = kept.responses.stamp(SURVEY)
    assert days(kept) == []
    act(kept)
    assert days(kept) == wanted and kept.responses.stamp(SURVEY) != before


STATEMENTS = {
    "answer corrected": ("UPDATE responses SET answers = '{}' WHERE id = :two", [EARLIER]),
    "answer moved to another day": ("UPDATE responses SET received_on = '2026-11-22' WHERE id = :two", [EARLIER, DAY]),
    "answer replaced": (
        "REPLACE INTO responses (id, survey, version, answers, received_on, channel) "
        "VALUES (:two, 'power-visit', 1, '{}', '2026-11-22', 'link')", [EARLIER, DAY]
    ),
    "all answers deleted": ("DELETE FROM responses", [EARLIER, DAY]),
    "finding corrected": ("UPDATE findings SET finding = '{}' WHERE response = :two", [EARLIER]),
    "all findings deleted": ("DELETE FROM findings", [EARLIER, DAY]),
    "correction changed": ("UPDATE reviews SET judgement = '{}' WHERE response = :two", [EARLIER]),
    "all corrections deleted": ("DELETE FROM reviews", [EARLIER, DAY]),
    "new version": ("INSERT INTO survey_versions VALUES ('power-visit', 2, '{}', '2026', NULL)", []),
    "version published": ("UPDATE survey_versions SET published_at = '2026'", []),
    "version deleted": ("DELETE FROM survey_versions", []),
}  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_changes_answers_without_being_noted(kept: Store, statement: str) -> None:
    """Whoever writes it, as long as the connection is one of the store's."""
    text, wanted = STATEMENTS[statement]
    before = kept.responses.stamp(SURVEY)
    with connect(kept.path).conn as db:
        db.execute(text, {"two": submission(2).id})
    assert days(kept) == wanted and kept.responses.stamp(SURVEY) != before


@pytest.mark.parametrize("table", ["responses", "findings", "reviews", "survey_versions"])
def test_each_way_to_change_a_table_is_watched(store: Store, table: str) -> None:
    """Insert, update and delete."""
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name LIKE '%noted%'"
    texts = " ".join(row[0] for row in connect(store.path).execute(query, [table]))
    assert all(f"AFTER {way} ON {table}" in texts for way in ("INSERT", "UPDATE", "DELETE"))


def test_another_survey_is_left_alone(kept: Store, visit: Survey) -> None:
    kept.surveys.save_draft(visit.model_copy(update={"code": "another"}), "service", by="test")
    before = kept.responses.stamp("another")
    kept.responses.append([submission(3)])
    assert kept.responses.stamp("another") == before


# The days that a copy is behind with


def test_a_change_during_the_export_is_pending_again(kept: Store) -> None:
    """Also when the export had taken the day before it changed once more."""
    kept.responses.append([submission(3)])
    changed: ChangedDays = kept.changed_days
    taken = changed.pending()
    kept.responses.append([submission(4)])
    kept.changed_days.done(taken)
    assert days(kept) == [DAY]
    kept.changed_days.done(kept.changed_days.pending())
    kept.changed_days.done(taken)
    assert days(kept) == []


def test_an_export_that_fails_loses_nothing(kept: Store) -> None:
    """What was looked at and not done stays, also for the next process."""
    kept.responses.append([submission(3)])
    kept.changed_days.pending()
    again = Store(kept.path)
    assert days(again) == [DAY]
    again.close()


def test_a_refused_answer_is_no_change(kept: Store) -> None:
    assert kept.responses.append([submission(1)]) == [Outcome.DUPLICATE]
    assert days(kept) == []


def test_a_restored_database_is_another_one(kept: Store, tmp_path: Path) -> None:
    """Though it may come as far as the one before it: a cache or copy made of that must not be taken for its own."""
    back_up(kept.path, tmp_path / "backup.db")
    kept.responses.append([submission(3)])
    before, stamp = kept.changed_days.generation(), kept.responses.stamp(SURVEY)
    restore(tmp_path / "backup.db", kept.path, NOW)
    kept.responses.append([submission(4)])
    assert kept.changed_days.generation() != before and kept.responses.stamp(SURVEY) != stamp


# Rows in bulk


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_rows_come_as_they_are_kept(kept: Store, chunk: int) -> None:
    """Whatever the size of a chunk: each once, of the days asked for, documents as text."""
    kept.responses.append([submission(number) for number in range(3, 8)])
    kept.findings.save([finding(number) for number in range(3, 8)])
    raw: RawAnswers = kept.raw_answers
    assert raw.days() == [(SURVEY, EARLIER, 1), (SURVEY, DAY, 6)]
    first, *others = [row for rows in raw.responses(SURVEY, [DAY], chunk) for row in rows]
    assert [row[0] for row in (first, *others)] == [submission(number).id for number in (1, 3, 4, 5, 6, 7)]
    named = dict(zip(RESPONSE_COLUMNS, first, strict=True))
    assert named["answers"] == '{"csat":4,"nps":9,"comment":"师傅来得很快"}' and named["received_on"] == "2026-11-22"
    for amount, read in ((7, raw.responses), (7, raw.findings), (2, raw.reviews)):
        chunks = list(read(SURVEY, [EARLIER, DAY], chunk))
        assert sum(map(len, chunks)) == amount and all(len(each) == chunk for each in chunks[:-1])
    assert [row[:2] for [row] in raw.reviews(SURVEY, [EARLIER])] == [(submission(2).id, "comment")]
    assert list(raw.responses(SURVEY, [date(2026, 1, 1)])) == list(raw.responses("another", [DAY])) == []


@pytest.mark.parametrize("table", ["findings", "reviews"])
def test_what_hangs_on_answers_is_found_by_keys(kept: Store, table: str) -> None:
    """No table is scanned for the findings and corrections of a day."""
    reading = {"findings": raw_answers._FINDINGS, "reviews": raw_answers._REVIEWS}[table]
    values = [SURVEY, "2026-11-22", 10, *reading.begin]
    plan = [row[3] for row in connect(kept.path).execute(f"EXPLAIN QUERY PLAN {reading.statement}", values)]
    assert plan and not any("SCAN" in step for step in plan), plan


def test_a_stamp_is_read_by_key(published: Store) -> None:
    """It costs no more over 5,000 answers than over none; counting them, as it once did, costs ten times as much."""

    def cost(ask: Callable[[], object]) -> float:
        times = []
        for _ in range(50):
            begun = perf_counter()
            ask()
            times.append(perf_counter() - begun)
        return median(times)

    published.responses.bring_in([submission(number) for number in range(5000)])
    count = connect(published.path)
    counted = "SELECT count(*), max(received_at) FROM responses WHERE survey = ?"
    assert 10 * cost(lambda: published.responses.stamp(SURVEY)) < cost(
        lambda: count.execute(counted, [SURVEY]).fetchone()
    )
