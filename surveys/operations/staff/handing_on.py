"""What becomes of the tasks of whoever leaves or is absent: a successor does those that somebody else can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from surveys.accounts import Account
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.localisation.clock import local_day
from surveys.operations.tasks import reassign_tasks
from surveys.storage import Store


@dataclass(frozen=True)
class HandedOn:
    """How many tasks of named surveys somebody else does now, and how many nobody can take over."""

    moved: int = 0
    left: int = 0


def hand_on(store: Store, leaver: Account, successor: Account, *, by: str, now: datetime) -> HandedOn:
    """Give what *leaver* has still to fill in to *successor*.

    Tasks of anonymous surveys stay: that one was handed on would tell that it had not been done.
    """
    waiting = [each for each in store.tasks.of_account(leaver.id) if _waits(store, each, now)]
    moved, _ = reassign_tasks(store, waiting, successor, by=by)
    return HandedOn(moved, len(waiting) - moved)


def _waits(store: Store, task: Task, now: datetime) -> bool:
    unfinished = task.state(local_day(now)) in (TaskState.OPEN, TaskState.LATE)
    return unfinished and not store.surveys.get(task.survey).survey.anonymous
