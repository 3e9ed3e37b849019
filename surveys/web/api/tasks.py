"""`/tasks`: another system gives tasks out, all or none, each once however often it is asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from surveys.api_keys import ApiKey, ApiScope
from surveys.exchange.task_requests import TaskRequest, UnfitRequest, task_of
from surveys.fieldwork.tasks.task import Task, task_address
from surveys.localisation.clock import Clock
from surveys.localisation.language import in_words
from surveys.operations.tasks import give_out, task_desk
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord, UnknownSurvey
from surveys.web.api.access import Access
from surveys.web.api.answers import SurveyName
from surveys.web.api.problems import ApiFault, Problem, document_problems

MOST_AT_ONCE = 2000
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[^\x00-\x1f\x7f|]*$")]


class NewTask(BaseModel):
    """Who fills the form in about what."""

    model_config = ConfigDict(extra="forbid")

    filler: Line  # the name of an account; of who has none the customer number, phone or e-mail of their file
    subject: Line = ""  # a code of the kind that the survey is about
    due: Short = ""  # a day such as 2026-12-31; without it some days from now, as the survey's rule has it
    relation: Short = ""  # superior, peer, subordinate, self, external, reviewer, …
    context: dict[Short, Line] = Field(default={}, max_length=20)  # facts that the survey declares
    key: Short = ""  # tells two tasks apart that have the same filler and subject, such as the number of a call


class NewTasks(BaseModel):
    """Tasks of one survey."""

    model_config = ConfigDict(extra="forbid")

    survey: SurveyName
    round: Short = ""  # the code of a round; without it the one that is open
    tasks: Annotated[list[NewTask], Field(min_length=1, max_length=MOST_AT_ONCE)]


class GivenTask(BaseModel):
    """A task that is there now."""

    filler: str
    subject: str
    address: str  # of its form; for who has no account it is their personal link, to be sent to nobody else


class TasksGiven(BaseModel):
    """How many are new, and how many were there before."""

    new: int
    known: int
    tasks: list[GivenTask]


def tasks_router(store: Store, access: Access, clock: Clock, secret: bytes) -> APIRouter:
    router = APIRouter(tags=["tasks"])

    @router.post("/tasks", status_code=201, responses=document_problems(400, 401, 403, 404, 413, 422, 429))
    def give(wanted: NewTasks, caller: ApiKey = access.needs(ApiScope.TASKS_WRITE)) -> TasksGiven:
        """Give tasks out. One that is there already, by filler, subject, relation, key and round, stays as it is."""
        by = f"api: {caller.system}"
        record = _in_the_field(store, wanted.survey)
        desk = task_desk(store, record, by=by, now=clock(), on_round=wanted.round)
        tasks, faults = [], list[ApiFault]()
        for number, each in enumerate(wanted.tasks):
            try:
                tasks.append(task_of(desk, TaskRequest(**each.model_dump())))
            except UnfitRequest as unfit:
                where = f"tasks.{number}"
                faults += [
                    ApiFault(where=f"{where}.{at}", what=in_words(why, "en")) for at, why in unfit.reasons.items()
                ]
        if faults:
            raise Problem(422, faults=faults)
        made = give_out(store, secret, tasks, by=by)
        kept = store.tasks.known([(each.survey, each.round, each.natural_key) for each in tasks])
        there = [
            _given(kept[each.natural_key], asked, secret) for each, asked in zip(tasks, wanted.tasks, strict=True)
        ]  # fmt: skip
        return TasksGiven(new=made.new, known=made.known, tasks=there)

    return router


def _given(task: Task, asked: NewTask, secret: bytes) -> GivenTask:
    return GivenTask(filler=asked.filler, subject=task.subject, address=task_address(task, secret))


def _in_the_field(store: Store, code: str) -> SurveyRecord:
    try:
        record = store.surveys.get(code)
    except UnknownSurvey:
        raise Problem(404, f"No survey «{code}» is in the field.") from None
    if not record.live:
        raise Problem(404, f"No survey «{code}» is in the field.")
    return record
