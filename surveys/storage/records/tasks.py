"""What is looked for among tasks, and what came of making some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.fieldwork.tasks.task import TaskState


@dataclass(frozen=True)
class TaskSearch:
    """What is left open here takes no part."""

    survey: str | None = None
    round: str | None = None
    state: TaskState | None = None
    account: int | None = None
    departments: Sequence[str] | None = None  # of the subjects


@dataclass(frozen=True)
class TasksMade:
    """How many tasks are new, and how many were there before."""

    new: int
    known: int


@dataclass(frozen=True)
class TaskCounts:
    """How many tasks of a survey and round stand how."""

    survey: str
    round: str
    open: int
    late: int
    done: int
    withdrawn: int

    @property
    def asked(self) -> int:
        """Those that count: all that are not withdrawn."""
        return self.open + self.late + self.done


class UnknownTask(LookupError):
    """There is no such task, or not for who asks."""


class TaskOver(ValueError):
    """It is done or withdrawn: nothing is to be changed of it any more."""
