"""Tasks as they are kept: made once, taken up once, reopened only where answers are named."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from surveys.definition.survey import Survey
from surveys.fieldwork.tasks.task import LINK_LASTS, TaskState
from surveys.intake.submission import Outcome
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskOver, TaskSearch, UnknownTask
from tests.conftest import submission
from tests.support.front_door import NOW
from tests.support.tasks import DAY, a_task, give

VISIT = "power-visit"


@pytest.fixture
def people(published: Store) -> list[int]:
    return [published.accounts.add(name, name, Role.STAFF, "hash", now=NOW).id for name in ("li", "wu")]


@pytest.fixture
def anonymous(store: Store, visit: Survey) -> Store:
    store.surveys.save_draft(visit.model_copy(update={"anonymous": True}), "service", by="test")
    store.surveys.publish(visit.code, by="test")
    return store


def test_the_same_task_made_again_is_the_same(published: Store, people: list[int]) -> None:
    """By survey, round and natural key; in another round it is another."""
    first = a_task(VISIT, people[0])
    assert published.tasks.make([first, a_task(VISIT, people[1])], by="test").new == 2
    again = published.tasks.make([a_task(VISIT, people[0]), a_task(VISIT, people[0], round="2027-Q1")], by="test")
    assert (again.new, again.known) == (1, 1)
    assert published.tasks.get(first.id) == first


def test_a_task_takes_one_answer_however_often_it_comes(published: Store, people: list[int]) -> None:
    """The form sent again is a duplicate; another form finds the task done, also in the same transaction."""
    task = a_task(VISIT, people[0])
    give(published, task)
    sent = [submission(1, task=task.id), submission(2, task=task.id), submission(1, task=task.id)]
    assert published.responses.append(sent) == [Outcome.ACCEPTED, Outcome.ALREADY_ANSWERED, Outcome.DUPLICATE]
    assert published.responses.append([submission(3, task=task.id)]) == [Outcome.ALREADY_ANSWERED]
    assert published.responses.amount(VISIT) == 1
    kept = published.tasks.get(task.id)
    assert kept is not None and kept.done and kept.state(DAY) is TaskState.DONE


def test_a_withdrawn_or_unknown_task_takes_none(published: Store, people: list[int]) -> None:
    task = a_task(VISIT, people[0])
    give(published, task)
    assert published.tasks.withdraw([task.id], "换人", by="test") == 1
    sent = [submission(1, task=task.id), submission(2, task="f" * 32)]
    assert published.responses.append(sent) == [Outcome.LINK_ENDED] * 2
    assert published.responses.amount(VISIT) == 0 and published.tasks.of_account(people[0]) == []
    assert published.tasks.withdraw([task.id], "换人", by="test") == 0


def test_taking_a_named_answer_back_reopens_its_task(published: Store, people: list[int]) -> None:
    task = a_task(VISIT, people[0])
    give(published, task)
    published.responses.append([submission(1, task=task.id)])
    assert published.responses.withdraw(VISIT, f"{1:032x}", DAY)
    assert published.responses.append([submission(2, task=task.id)]) == [Outcome.ACCEPTED]
    kept = published.responses.get(f"{2:032x}")
    assert kept is not None and kept.task == task.id


@pytest.mark.parametrize("day_over", [False, True])
def test_an_anonymous_answer_names_no_task_and_its_withdrawal_opens_none(anonymous: Store, day_over: bool) -> None:
    """There is no way back from an answer to who was asked, and none from the task to the answer."""
    task = a_task(VISIT)
    give(anonymous, task)
    one = submission(1, task=task.id, received_at=None)
    assert anonymous.responses.append([one]) == [Outcome.ACCEPTED]
    if day_over:
        anonymous.responses.settle(date.max)
    kept = anonymous.responses.get(one.id)
    assert kept is not None and kept.task is None
    assert anonymous.responses.withdraw(VISIT, one.id, DAY)
    assert anonymous.responses.append([replace(one, id="e" * 32)]) == [Outcome.ALREADY_ANSWERED]


def test_what_is_given_to_a_deputy_says_for_whom_and_comes_back(published: Store, people: list[int]) -> None:
    li, wu = people
    task = a_task(VISIT, li)
    give(published, task)
    assert published.tasks.reassign([task.id], wu, by="test") == 1
    [theirs] = published.tasks.of_account(wu)
    assert (theirs.stands_in_for, published.tasks.of_account(li)) == (li, [])
    assert published.tasks.make([a_task(VISIT, li)], by="test").new == 0
    published.tasks.reassign([task.id], li, by="test")
    [mine] = published.tasks.of_account(li)
    assert mine.stands_in_for is None


def test_a_task_is_late_the_day_after_it_was_due_and_can_be_put_off(published: Store, people: list[int]) -> None:
    task = a_task(VISIT, people[0], due_on=DAY)
    give(published, task)
    tomorrow = DAY + timedelta(days=1)
    assert (task.state(DAY), task.state(tomorrow)) == (TaskState.OPEN, TaskState.LATE)
    assert not replace(task, contact="c").link_expired(DAY + LINK_LASTS)
    assert replace(task, contact="c").link_expired(tomorrow + LINK_LASTS)
    late = TaskSearch(survey=VISIT, state=TaskState.LATE)
    assert [each.id for each in published.tasks.all(late, tomorrow)] == [task.id]
    [counts] = published.tasks.counts(tomorrow, VISIT)
    assert (counts.open, counts.late, counts.done, counts.asked) == (0, 1, 0, 1)
    published.tasks.put_off(task.id, tomorrow, by="test")
    assert published.tasks.all(late, tomorrow) == []
    published.responses.append([submission(1, task=task.id)])
    with pytest.raises(TaskOver):
        published.tasks.put_off(task.id, None, by="test")
    with pytest.raises(UnknownTask):
        published.tasks.put_off("f" * 32, None, by="test")


def test_changes_are_in_the_audit(published: Store, people: list[int]) -> None:
    task = a_task(VISIT, people[0])
    give(published, task)
    published.tasks.reassign([task.id], people[1], by="boss")
    published.tasks.put_off(task.id, DAY, by="boss")
    published.tasks.withdraw([task.id], "重复", by="boss")
    done = [(line.account, line.action) for line in published.accounts.audit(4)]
    assert done[::-1] == [
        ("test", "make tasks"), ("boss", "reassign tasks"), ("boss", "put off task"), ("boss", "withdraw tasks"),
    ]  # fmt: skip


def test_a_large_organisation_is_given_its_tasks_at_once(published: Store) -> None:
    """Twenty thousand in one transaction, and none of them twice."""
    chance = random.Random(5)
    tasks = [a_task(VISIT, None, f"d{n % 40}", contact=f"c{n // 40}") for n in range(20_000)]
    chance.shuffle(tasks)
    assert published.tasks.make(tasks, by="test").new == 20_000
    assert published.tasks.make(tasks[:100], by="test").known == 100
