"""Whatever people do in whatever order: one counted answer for each task at most, and none lost."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from surveys.definition.templates import template
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.intake.submission import Outcome, Submission
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.support.front_door import NOW
from tests.support.tasks import DAY, a_task

VISIT = "power-visit"
ROUNDS, FILLERS, SUBJECTS = ["2026-Q3", "2026-Q4"], [0, 1, 2], ["repair", "service"]


class TaskHistory(RuleBasedStateMachine):
    """Rounds make tasks again; forms are sent, sent twice, sent together; answers and tasks are taken back."""

    anonymous, origin = False, Path()
    tasks: Bundle[str] = Bundle("tasks")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(shutil.copy(self.origin, self.folder / "xinsheng.db"))
        survey = template(VISIT).model_copy(update={"anonymous": self.anonymous})
        self.store.surveys.save_draft(survey, "service", by="test")
        self.store.surveys.publish(VISIT, by="test")
        self.people = [self.store.accounts.add(f"p{n}", f"p{n}", Role.STAFF, "hash", now=NOW).id for n in FILLERS]
        self.number = 0
        self.kept: dict[str, str] = {}  # by task: the answer that counts, as it must be
        self.ticked: set[str] = set()  # of anonymous surveys: what can't be reopened
        self.withdrawn: set[str] = set()
        self.sent: list[Submission] = []

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(target=tasks, code=st.sampled_from(ROUNDS), fillers=st.sets(st.sampled_from(FILLERS), min_size=1))
    def make(self, code: str, fillers: set[int]) -> Any:
        """A round opens, or somebody presses the button again."""
        wanted = [a_task(VISIT, self.people[n], each, round=code) for n in sorted(fillers) for each in SUBJECTS]
        self.store.tasks.make(wanted, by="test")
        known = self.store.tasks.known([(each.survey, each.round, each.natural_key) for each in wanted])
        return multiple(*(known[each.natural_key].id for each in wanted))

    def _form(self, task: str) -> Submission:
        self.number += 1
        made = submission(self.number, task=task, received_at=None if self.anonymous else NOW)
        self.sent.append(made)
        return made

    @rule(task=tasks, forms=st.integers(1, 3))
    def answer(self, task: str, forms: int) -> None:
        """One form, or several of other devices in the same moment."""
        made = [self._form(task) for _ in range(forms)]
        outcomes = self.store.responses.append(made)
        open_before = task not in self.kept and task not in self.withdrawn and task not in self.ticked
        taken = [each.id for each, outcome in zip(made, outcomes, strict=True) if outcome is Outcome.ACCEPTED]
        assert taken == ([made[0].id] if open_before else [])
        if taken:
            self.kept[task] = taken[0]
            self.ticked |= {task} if self.anonymous else set()

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """The network sends a form once more; it is known, or refused as it was."""
        if self.sent:
            again = data.draw(st.sampled_from(self.sent))
            [outcome] = self.store.responses.append([again])
            task = str(again.task)
            if self.kept.get(task) == again.id:
                assert outcome is Outcome.DUPLICATE
            elif outcome is Outcome.ACCEPTED:  # of a task that was open again meanwhile
                assert not self.anonymous and task not in self.kept and task not in self.withdrawn
                self.kept[task] = again.id

    @rule(task=tasks)
    def take_back(self, task: str) -> None:
        """The author withdraws the answer with the receipt."""
        if task in self.kept:
            assert self.store.responses.withdraw(VISIT, self.kept.pop(task), DAY)

    @rule(task=tasks)
    def withdraw(self, task: str) -> None:
        done = task in self.kept or task in self.ticked
        gone = self.store.tasks.withdraw([task], "换人", by="test")
        assert gone == (0 if done or task in self.withdrawn else 1)
        self.withdrawn |= {task} if gone else set()

    @rule(task=tasks, to=st.sampled_from(FILLERS))
    def reassign(self, task: str, to: int) -> None:
        self.store.tasks.reassign([task], self.people[to], by="test")

    @rule()
    def day_over(self) -> None:
        self.store.responses.settle(date.max)

    @invariant()
    def every_counted_answer_is_there_and_no_other(self) -> None:
        if hasattr(self, "store"):
            there = [each for chunk in self.store.responses.responses(VISIT) for each in chunk]
            assert sorted(each.id for each in there) == sorted(self.kept.values())
            assert not self.anonymous or all(each.task is None for each in there)

    @invariant()
    def a_task_is_done_as_long_as_its_answer_counts(self) -> None:
        if hasattr(self, "store"):
            for task in self._all():
                done = task.id in (self.ticked if self.anonymous else self.kept)
                assert (task.state(DAY) is TaskState.DONE) is done

    def _all(self) -> list[Task]:
        known = {*self.kept, *self.withdrawn, *self.ticked}
        return [each for key in known if (each := self.store.tasks.get(key)) is not None]


@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
def test_no_history_counts_a_task_twice_or_loses_an_answer(new_database: Path, anonymous: bool) -> None:
    """Over made-up histories of rounds, answers, repeats, withdrawals and reassignments."""
    machine = type("TaskHistories", (TaskHistory,), {"anonymous": anonymous, "origin": new_database})
    how = settings(max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(machine, settings=how)
