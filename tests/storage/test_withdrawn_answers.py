"""What is kept of an anonymous answer that was taken back: what figures count, no words, and not for long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.level.satisfaction import mean_score
from analysis.released.gate import gate_of
from analysis.released.parts import Column
from surveys.operations.scheduler import Scheduler
from surveys.storage import Store
from tests.conftest import submission
from tests.support.open_review import OPEN_REVIEW

REVIEW = OPEN_REVIEW
DAY = date(2026, 11, 2)
LEFT = DAY + timedelta(days=3)


@pytest.fixture
def reviewed(store: Store) -> Store:
    """Eight answers to an anonymous survey, each with a comment."""
    store.surveys.save_draft(REVIEW, None, by="test")
    store.surveys.publish(REVIEW.code, by="test")
    answer(store, range(8), DAY)
    return store


def answer(store: Store, numbers: range, day: date) -> None:
    given = {"department": "repair", "overall": 4, "response": 4, "comment": "请按时交接"}
    place = {"touchpoint": None, "district": None, "received_at": None, "received_on": day}
    store.responses.append([
        submission(n, survey=REVIEW.code, answers=given | {"overall": 1 + n % 5}, **place) for n in numbers
    ])  # fmt: skip


def shown(store: Store, today: date) -> tuple[int, float]:
    """What everybody sees of overall satisfaction: how many answers, and their sum."""
    store.responses.settle(date.max)
    record = store.surveys.get(REVIEW.code)
    found = gate_of(store).answers(record, today=today).ask(mean_score, Column("overall"))
    return found.n, round((found.value or 0) * found.n, 6)


def test_figures_stay_until_a_batch_of_others_comes(reviewed: Store) -> None:
    """The text is gone at once, from tables, findings and the file."""
    before = shown(reviewed, LEFT)
    assert before[0] == 8
    assert reviewed.responses.withdraw(REVIEW.code, submission(4).id, LEFT)
    assert reviewed.responses.amount(REVIEW.code) == 7
    assert shown(reviewed, LEFT + timedelta(days=1)) == before
    [kept] = reviewed.withdrawn.of(REVIEW.code)
    assert kept.cells["overall"] == 5 and "comment" not in kept.cells
    answer(reviewed, range(8, 12), LEFT + timedelta(days=2))
    assert shown(reviewed, LEFT + timedelta(days=9)) == before, "four are no batch"
    answer(reviewed, range(12, 13), LEFT + timedelta(days=9))
    n, total = shown(reviewed, LEFT + timedelta(days=10))
    assert (n, total) == (7 + 5, before[1] - 5 + sum(1 + each % 5 for each in range(8, 13)))


def test_what_was_answered_is_forgotten_after_thirty_days(reviewed: Store) -> None:
    """By the worker that looks for what is due; by then no figure needs it."""
    reviewed.responses.withdraw(REVIEW.code, submission(4).id, LEFT)
    assert reviewed.withdrawn.forget(LEFT + timedelta(days=30)) == 0
    assert shown(reviewed, LEFT + timedelta(days=30))[0] == 8
    Scheduler(reviewed, clock=lambda: datetime(2026, 12, 6, 12, tzinfo=UTC)).run_due()
    [kept] = reviewed.withdrawn.of(REVIEW.code)
    assert set(kept.cells.values()) == {None} and "overall" in kept.cells
    assert reviewed.withdrawn.forget(LEFT + timedelta(days=31)) == 0
    assert shown(reviewed, LEFT + timedelta(days=31))[0] == 0, "fewer than were there is no batch any more"


def test_nothing_is_kept_where_no_figure_counted_it(reviewed: Store, published: Store) -> None:
    """On the day it came, or of a survey that names its answers."""
    reviewed.responses.withdraw(REVIEW.code, submission(4).id, DAY)
    published.responses.append([submission(40)])
    published.responses.withdraw("power-visit", submission(40).id, LEFT + timedelta(days=60))
    assert not reviewed.withdrawn.of(REVIEW.code) and not published.withdrawn.of("power-visit")
