"""What fillers may change of their own tasks: more time, and somebody else who does it. Of named surveys alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from surveys.accounts import Account
from surveys.fieldwork.tasks import relations
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.localisation.language import marked
from surveys.organisation.subjects import SUBJECT_KINDS, Subject, is_own

_PERSONAL = {
    relations.SUPERIOR, relations.PEER, relations.SUBORDINATE, relations.EXTERNAL, relations.PARTICIPANT,
}  # fmt: skip
"""Relations that hold for one person: whoever took their place would judge from another one."""


@dataclass(frozen=True)
class FillersMay:
    """What whoever gives the tasks of a survey out leaves to those who fill them in."""

    put_off_days: int = 7  # at most, once for each task; 0: not at all
    hand_over: bool = True  # to somebody of the same department


def latest_day(task: Task, may: FillersMay, today: date) -> date | None:
    """Until when its filler may put a task off; None when they may not, or have done so already."""
    unfinished = task.state(today) in (TaskState.OPEN, TaskState.LATE)
    if task.due_on is None or task.put_off_reason or not may.put_off_days or not unfinished:
        return None
    return max(task.due_on, today) + timedelta(days=may.put_off_days)


def transferable(task: Task) -> bool:
    """Whether somebody else can do it at all: not where how its filler stands to the subject is what is asked for."""
    kind = SUBJECT_KINDS.get(task.subject_kind)
    return task.relation not in _PERSONAL and not (task.relation == relations.SELF and kind is not None and kind.person)


def unfit_deputy(task: Task, account: Account, subject: Subject | None, persons: Collection[str] = ()) -> str:
    """Why an account can't do this task, in words; empty when it can. *persons*: its codes among persons."""
    if not account.active:
        return marked("账号已停用")
    if not transferable(task):
        return marked("这项任务只能由本人填写")
    if subject is None:
        return ""
    if task.relation == relations.SELF:
        inside = (subject.code if task.subject_kind == "department" else subject.department) in account.departments
        return "" if inside else marked("自评只能由本部门的人填写")
    return marked("不能评价自己或本部门") if is_own(subject, account.name, account.departments, persons) else ""


def colleagues(filler: Account, accounts: Iterable[Account]) -> list[Account]:
    """Who may stand in for somebody: those of a department they are in."""
    others = [each for each in accounts if each.active and each.id != filler.id]
    return [each for each in others if set(each.departments) & set(filler.departments)]
