"""When fillers are reminded, and when a manager hears of what is late: by due dates, in whole days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from surveys.accounts import Account
from surveys.fieldwork.tasks.rules import leads
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.localisation.language import gettext, marked

BEFORE_DUE, AFTER_DUE = timedelta(days=3), timedelta(days=1)
ESCALATED_AFTER = timedelta(days=3)
MOST_REMINDERS = 2
SUBJECT = marked("您有待填的任务")
BODY = marked("您好，您有 {count} 项任务待填，最早的请在 {day} 前填写：\n{link}\n已经填好的不必理会。")
OUTSIDERS_BODY = marked("您好，请您填写“{title}”，请在 {day} 前完成：\n{link}\n这个链接只属于您，请不要转发。")
HANDED_SUBJECT = marked("有任务转交给您")
HANDED_BODY = marked("您好，有 {count} 项任务转交给您填写，最早的请在 {day} 前填写：\n{link}")
LATE_SUBJECT = marked("有任务超期未填")
LATE_BODY = marked(
    "您好，您部门有 {count} 项任务已超期 {days} 天以上，涉及 {people} 人。请提醒他们填写，或改派给他人：\n{link}"
)


def reminder_due(task: Task, today: date) -> int:
    """Which reminder is due, counted from 1; 0 for none. Before the due date one, the day after it another."""
    if task.due_on is None or task.state(today) not in (TaskState.OPEN, TaskState.LATE):
        return 0
    number = (today >= task.due_on - BEFORE_DUE) + (today >= task.due_on + AFTER_DUE)
    return number if number > task.reminders else 0


def may_remind_anonymously(left: int, done: int, group: int) -> bool:
    """Whether reminding those who are left singles out neither them nor those who are done."""
    return left >= group and (done == 0 or done >= group)


def to_escalate(tasks: Iterable[Task], today: date) -> list[Task]:
    """What has been late for some days and no manager has heard of."""
    return [
        each for each in tasks
        if each.state(today) is TaskState.LATE and not each.escalated
        and each.due_on is not None and today >= each.due_on + ESCALATED_AFTER
    ]  # fmt: skip


def managers_of(
    departments: Iterable[str], accounts: Sequence[Account], parents: Mapping[str, str | None], but: int | None = None
) -> list[Account]:
    """Who manages these departments, or the nearest one above them; never the filler, *but*."""
    for home in departments:
        seen: set[str] = set()
        at: str | None = home
        while at is not None and at not in seen:
            seen.add(at)
            found = [each for each in accounts if leads(each) and each.active and at in each.departments]
            if others := [each for each in found if each.id != but]:
                return others
            at = parents.get(at)
    return []


def late_by_managers(
    late: Iterable[Task], accounts: Mapping[int, Account], parents: Mapping[str, str | None]
) -> dict[int, list[Task]]:
    """Which manager is to hear of what: of what their people owe, and of what outsiders owe to their department."""
    told = defaultdict[int, list[Task]](list)
    for task in late:
        filler = accounts.get(task.account or 0)
        homes = filler.departments if filler else [task.department] if task.department else []
        for manager in managers_of(homes, list(accounts.values()), parents, filler.id if filler else None):
            told[manager.id].append(task)
    return told


def by_account(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """The tasks of each account."""
    found = defaultdict[int, list[Task]](list)
    for each in tasks:
        if each.account is not None:
            found[each.account].append(each)
    return found


def digest(tasks: Sequence[Task], link: str, language: str = "zh-Hans", body: str = BODY) -> str:
    """One message for all that somebody has to fill in."""
    first = min((each.due_on for each in tasks if each.due_on), default=None)
    return gettext(body, language).format(count=len(tasks), day=first.isoformat() if first else "—", link=link)
