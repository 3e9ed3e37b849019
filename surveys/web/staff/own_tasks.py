"""The tasks of a signed-in person as `/my` lists them: what is late or due today first, what is done below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from surveys.accounts import Account
from surveys.definition.survey import Survey
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.tasks.doors import round_takes
from surveys.fieldwork.tasks.handing_over import FillersMay, latest_day, transferable
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.fieldwork.tasks.task import Task, TaskState
from surveys.localisation.clock import Clock, local_day
from surveys.localisation.wording import Message, Said
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import SurveyRecord

MOST_DONE = 50  # that are listed


@dataclass(frozen=True)
class OwnTaskLine:
    """One task as its filler sees it."""

    task: Task
    survey: Survey
    about: str
    state: TaskState
    due: Said
    open: bool  # whether its survey takes answers now
    deputy_of: str = ""
    changeable: bool = False  # by its filler: put off or handed over

    @property
    def address(self) -> str:
        return f"/t/{self.task.id}"

    @property
    def relation(self) -> str:
        return RELATIONS.get(self.task.relation, "")


def own_tasks(store: Respondents, account: Account, clock: Clock) -> tuple[list[OwnTaskLine], list[OwnTaskLine]]:
    """Those to do, by due date, and those that are done."""
    today, names = local_day(clock()), SubjectNames(store)
    lines = []
    for task in store.tasks.of_account(account.id):
        record = names.survey(task.survey)
        if record is None or record.archived:
            continue
        state = task.state(today)
        if state is not TaskState.DONE and not round_takes(record.opening.rounds, task.round, clock()):
            continue
        if state is not TaskState.DONE and names.over(task):
            continue
        open_now = record.opening.state(clock()) is Availability.OPEN
        may = names.may_change(task, today) and not record.survey.anonymous and state is not TaskState.DONE
        lines.append(OwnTaskLine(
            task, record.survey, names.of(task), state, due_in_words(task, today), open_now,
            names.person(task.stands_in_for), may,
        ))  # fmt: skip
    todo = [each for each in lines if each.state is not TaskState.DONE]
    return todo, [each for each in lines if each.state is TaskState.DONE][:MOST_DONE]


def due_in_words(task: Task, today: date) -> Said:
    """Until when, as one says it."""
    if task.due_on is None:
        return Message("不限时间")
    days = (task.due_on - today).days
    if days < 0:
        return Message("已超期 {days} 天（应于 {day} 前填写）", {"days": -days, "day": task.due_on.isoformat()})
    if days == 0:
        return Message("今天截止")
    return Message("{day} 前填写，还有 {days} 天", {"days": days, "day": task.due_on.isoformat()})


class SubjectNames:
    """What the subjects of tasks are called, and their surveys, each looked up once."""

    def __init__(self, store: Respondents) -> None:
        self._store = store
        self._known: dict[str, dict[str, str]] = {}
        self._surveys: dict[str, SurveyRecord] | None = None
        self._may: dict[str, FillersMay] = {}
        self._people: dict[int, str] = {}

    def survey(self, code: str) -> SurveyRecord | None:
        if self._surveys is None:
            self._surveys = {each.code: each for each in self._store.surveys.all()}
        return self._surveys.get(code)

    def over(self, task: Task) -> bool:
        """Whether no more ratings of the person it is about are taken."""
        return task.subject_kind == "person" and self._store.appraisals.is_over(task.survey, task.round, task.subject)

    def may_change(self, task: Task, today: date) -> bool:
        """Whether its filler may put it off or hand it over."""
        if task.survey not in self._may:
            self._may[task.survey] = self._store.task_plans.of(task.survey).fillers_may
        may = self._may[task.survey]
        return latest_day(task, may, today) is not None or (may.hand_over and transferable(task))

    def person(self, account: int | None) -> str:
        """What somebody is called; empty for nobody."""
        if account is not None and account not in self._people:
            found = self._store.accounts.numbered(account)
            self._people[account] = (found.display_name or found.name) if found else ""
        return self._people.get(account or 0, "")

    def of(self, task: Task) -> str:
        """Empty for a task about nothing in particular; the code of what nobody knows any more."""
        if task.subject_kind not in self._known:
            kind = task.subject_kind
            self._known[kind] = self._store.subjects.names(kind) if kind else {}
        return self._known[task.subject_kind].get(task.subject, task.subject)


def in_groups(lines: Sequence[OwnTaskLine]) -> list[tuple[Survey, list[OwnTaskLine]]]:
    """By survey, in the order in which each comes first: many tasks of one form stand under one heading."""
    groups: dict[str, list[OwnTaskLine]] = {}
    for each in lines:
        groups.setdefault(each.task.survey, []).append(each)
    return [(each[0].survey, each) for each in groups.values()]
