"""Results are looked at by round and set against the round before; the overview tells of rounds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.rounds import Round
from surveys.localisation.clock import utc_now
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.tasks import a_task

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def answers(store: Store, first: int, day: date, scores: list[int], **more: object) -> None:
    store.responses.bring_in([
        submission(first + n, answers={"csat": score}, received_on=day, received_at=None, **more)
        for n, score in enumerate(scores)
    ])  # fmt: skip


def test_two_quarters_are_compared(published: Store, visit: Survey, open_page: Open) -> None:
    published.rounds.set_rule(visit.code, RoundRule(every=Every.QUARTER), by="test", now=utc_now())
    answers(published, 0, date(2026, 8, 10), [5] * 30 + [2] * 10)
    answers(published, 100, date(2026, 11, 10), [5] * 10 + [2] * 30)
    add_accounts(published)
    shown = words(open_page(published, "boss", "results", survey=visit.code, round="2026-Q4"))
    assert "2026 年第 4 季度" in shown and "各轮比较" in shown
    assert "从 75.0%（2026 年第 3 季度） 降到 25.0%（2026 年第 4 季度）" in shown
    assert "40 份答卷" in shown


def test_an_anonymous_survey_is_compared_by_rounds_and_by_nothing_finer(
    store: Store, visit: Survey, open_page: Open
) -> None:
    secret = visit.model_copy(update={"anonymous": True, "rounds": RoundRule(every=Every.QUARTER)})
    store.surveys.save_draft(secret, None, by="test")
    store.surveys.publish(visit.code, by="test")
    alike = {"touchpoint": None, "district": None}
    answers(store, 0, date(2026, 8, 10), [5] * 30 + [2] * 10, **alike)
    answers(store, 100, date(2026, 11, 10), [5] * 10 + [2] * 30, **alike)
    answers(store, 200, date(2026, 5, 10), [5] * 3, **alike)  # too few to be looked at
    add_accounts(store)
    shown = words(open_page(store, "boss", "results", survey=visit.code, round="2026-Q4"))
    assert "从 75.0%（2026 年第 3 季度） 降到 25.0%（2026 年第 4 季度）" in shown
    assert "2026 年第 2 季度" not in shown


def test_the_overview_tells_of_rounds_and_of_no_silence_of_a_minute(
    published: Store, visit: Survey, open_page: Open
) -> None:
    staff = visit.model_copy(update={"code": "asked", "audience": Audience.STAFF})
    published.surveys.save_draft(staff, None, by="test")
    published.surveys.publish("asked", by="test")
    now = utc_now().replace(microsecond=0)
    published.rounds.plan(Round("asked", "one", None, now, now + timedelta(hours=1), created_by="test"), now=now)
    add_accounts(published)
    shown = words(open_page(published, "boss", "start"))
    assert "“one”正在进行" in shown and "还没有收到答卷" not in shown
    published.rounds.close_now("asked", "one", by="test", now=utc_now())
    assert "还没有安排下一轮" in words(open_page(published, "boss", "start"))


def test_the_overview_tells_of_a_calendar_round_that_is_late(
    published: Store, visit: Survey, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half over without an answer, when the one before had some; a survey that was never answered is told elsewhere."""
    answers(published, 0, date(2026, 10, 10), [5, 4, 3])
    add_accounts(published)
    monkeypatch.setattr("analysis.pages.rounds.utc_now", lambda: datetime(2026, 11, 20, 4, tzinfo=UTC))
    shown = words(open_page(published, "boss", "start"))
    assert "“2026 年 11 月”已过半，还没有答卷；上一轮有 3 份" in shown
    answers(published, 10, date(2026, 11, 2), [5])
    assert "已过半" not in words(open_page(published, "boss", "start"))


def test_rounds_are_compared_by_department_with_no_figure_of_a_few(
    store: Store, visit: Survey, open_page: Open
) -> None:
    """Side by side with what changed in each; of a department with few answers in a round nothing is shown of it."""
    secret = visit.model_copy(update={"anonymous": True, "rounds": RoundRule(every=Every.QUARTER)})
    store.surveys.save_draft(secret, None, by="test")
    store.surveys.publish(visit.code, by="test")
    place = {"touchpoint": None, "district": None}
    for first, month, points in ((0, 8, 5), (100, 11, 2)):
        answers(store, first, date(2026, month, 10), [points] * 20, department="repair", **place)
        answers(store, first + 50, date(2026, month, 10), [2] * 20, department="service", **place)
    add_accounts(store)
    shown = words(open_page(store, "boss", "results", survey=visit.code)).partition("各轮按部门比较")[2]
    assert "从 100.0% 降到 0.0%" in shown and "n=20" in shown
    answers(store, 200, date(2026, 5, 10), [5] * 20, department="repair", **place)
    answers(store, 300, date(2026, 5, 10), [5] * 3, department="service", **place)
    shown = words(open_page(store, "boss", "results", survey=visit.code)).partition("各轮按部门比较")[2]
    assert "从 100.0% 降到 0.0%" in shown and "n=3" not in shown


def test_the_response_of_staff_is_told_of_those_who_were_to_answer(
    store: Store, visit: Survey, open_page: Open
) -> None:
    """By tasks, in one round and over all; of an anonymous survey no round of so few that it tells of one."""
    rule = RoundRule(every=Every.QUARTER)
    secret = visit.model_copy(update={"anonymous": True, "rounds": rule, "audience": Audience.STAFF, "about": "site"})
    store.surveys.save_draft(secret, None, by="test")
    store.surveys.publish(visit.code, by="test")
    add_accounts(store)
    for turn, amount in (("2026-Q3", 40), ("2026-Q4", 20), ("2026-Q2", 2)):
        store.tasks.make([a_task(visit.code, contact=f"{turn} {n}", round=turn) for n in range(amount)], by="test")
    tasks = {each.contact: each.id for each in store.tasks.all(TaskSearch(visit.code), date(2026, 11, 20), -1)}
    alike = {"touchpoint": None, "district": None}
    for first, turn, day, amount in ((0, "2026-Q3", date(2026, 8, 10), 30), (100, "2026-Q4", date(2026, 11, 10), 10)):
        store.responses.append([
            submission(first + n, answers={"csat": 4}, received_on=day, received_at=None, round=turn,
                       task=tasks[f"{turn} {n}"], **alike) for n in range(amount)
        ])  # fmt: skip
    store.responses.settle(date.max)
    one = words(open_page(store, "boss", "results", survey=visit.code, round="2026-Q4"))
    every = words(open_page(store, "boss", "results", survey=visit.code))
    found = [re.search(r"应答率（应填者）<.{0,200}?>(\d+\.\d%)<", text, re.S) for text in (one, every)]
    assert [each and each[1] for each in found] == ["50.0%", "66.7%"]
