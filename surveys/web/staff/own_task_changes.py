"""`/my/{task}`: a filler's own task put off or handed over, as far as whoever gave it out lets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.survey import Survey
from surveys.fieldwork.tasks.handing_over import colleagues, latest_day, unfit_deputy
from surveys.fieldwork.tasks.task import LONGEST_REASON, Task
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.tasks import TaskOver
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Refusal, SignInNeeded, language_of, plain, see
from surveys.web.staff.guarded_forms import GuardedForms
from surveys.web.staff.own_tasks import SubjectNames, due_in_words

_UNKNOWN = (marked("没有找到这项任务"), marked("它可能不是分配给您的。请到“我的任务”查看，或联系发给您的人。"))
_FIXED = (
    marked("这项任务不能改"),
    marked("它已经完成、撤销或延期过，或者发起人不允许填写人自己改。请联系发给您的人。"),
)


@dataclass(frozen=True)
class OwnTaskChoices:
    """What somebody may change of a task of theirs."""

    task: Task
    survey: Survey
    about: str
    latest: date | None  # until when they may put it off
    deputies: list[Account]


class OwnTaskChanges:
    """A task of somebody else is not told from one that there is not."""

    def __init__(self, store: Respondents, secret: bytes, *, secure: bool = False, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._forms = GuardedForms(secret, secure=secure)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/my/{task}", plain(self.show, letterhead), methods=["GET"]),
            Route("/my/{task}", plain(self.change, letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        account, choices = await self._asked(request)
        return self._page(request, account, choices)

    async def change(self, request: Request) -> Response:
        """Do it, or show the page again with what is wrong."""
        account, choices = await self._asked(request)
        given = await self._forms.sent_by_us(request)
        act = self._put_off if given.get("do") == "put_off" else self._hand_over
        try:
            problem = await anyio.to_thread.run_sync(act, account, choices, given)
        except TaskOver:
            raise Refusal(410, *_FIXED) from None
        if problem:
            return self._page(request, account, choices, problem=problem, status=422, **given)
        return see(address_in_language("/my", language_of(request)))

    def _page(self, request: Request, account: Account, choices: OwnTaskChoices, **more: object) -> Response:
        today = local_day(self._clock())
        status, given = int(str(more.pop("status", 200))), {"day": "", "reason": "", "to": ""} | more
        return self._forms.page(
            request, "my_task.html", "延期或转交", status, account=account, each=choices, today=today,
            due=due_in_words(choices.task, today), longest=LONGEST_REASON, given=given, problem=more.get("problem", ""),
        )  # fmt: skip

    async def _asked(self, request: Request) -> tuple[Account, OwnTaskChoices]:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        return account, await anyio.to_thread.run_sync(self._choices, account, str(request.path_params["task"]))

    def _choices(self, account: Account, key: str) -> OwnTaskChoices:
        task, names = self._store.tasks.get(key), SubjectNames(self._store)
        record = names.survey(task.survey) if task is not None and task.account == account.id else None
        if task is None or record is None:
            raise Refusal(404, *_UNKNOWN)
        may = self._store.task_plans.of(task.survey).fillers_may
        over = record.survey.anonymous or task.done or task.withdrawn_reason is not None
        latest = None if over else latest_day(task, may, local_day(self._clock()))
        deputies = [] if over or not may.hand_over else self._deputies(account, task)
        if latest is None and not deputies:
            raise Refusal(410, *_FIXED)
        return OwnTaskChoices(task, record.survey, names.of(task), latest, deputies)

    def _deputies(self, account: Account, task: Task) -> list[Account]:
        """Colleagues who can do it and have not the same to do already."""
        subject = self._store.subjects.get(task.subject_kind, task.subject) if task.subject else None
        persons = self._store.subjects.of_kind("person")
        return [
            each for each in colleagues(account, self._store.accounts.all())
            if not unfit_deputy(task, each, subject, [one.code for one in persons if one.one("account") == each.name])
            and not any(_same(task, other) for other in self._store.tasks.of_account(each.id))
        ]  # fmt: skip

    def _put_off(self, account: Account, choices: OwnTaskChoices, given: Mapping[str, str]) -> str:
        reason, today = given.get("reason", "").strip(), local_day(self._clock())
        day = _day(given.get("day", ""))
        if choices.latest is None:
            return marked("这项任务不能再延期，请联系发给您的人。")
        if day is None or not today <= day <= choices.latest:
            return marked("请选择允许范围内的日期。")
        if not reason or len(reason) > LONGEST_REASON:
            return marked("请写明原因，不超过 200 字。")
        self._store.tasks.put_off(choices.task.id, day, reason, by=account.name)
        return ""

    def _hand_over(self, account: Account, choices: OwnTaskChoices, given: Mapping[str, str]) -> str:
        reason = given.get("reason", "").strip()[:LONGEST_REASON]
        to = next((each for each in choices.deputies if each.name == given.get("to")), None)
        if to is None:
            return marked("请选择转交给哪位同事。")
        if not self._store.tasks.reassign([choices.task.id], to.id, reason, by=account.name):
            raise TaskOver(choices.task.id)
        return ""


def _same(task: Task, other: Task) -> bool:
    return (task.survey, task.round, task.subject_kind, task.subject, task.relation) == (
        other.survey, other.round, other.subject_kind, other.subject, other.relation,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
