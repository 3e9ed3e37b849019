"""`/t/{key}`: the form of one task: of an account, which signs in, or of an outsider with a personal link."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account, token_hash
from surveys.definition.task_rules import TaskMaker
from surveys.fieldwork.availability import GRACE
from surveys.fieldwork.campaigns.unfinished import unseal, with_draft
from surveys.fieldwork.rounds import LONG_AGO
from surveys.fieldwork.tasks.doors import round_takes
from surveys.fieldwork.tasks.relations import PREDECESSOR, RELATIONS, REVIEWER, SUCCESSOR
from surveys.fieldwork.tasks.task import Task, TaskState, task_token
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.subjects import SUBJECT_KINDS, Subject, is_own
from surveys.storage.records.protocols import Respondents
from surveys.storage.records.surveys import UnknownSurvey
from surveys.web.forms.closed import shut
from surveys.web.forms.copied import copied_code
from surveys.web.forms.entrances import Entrance
from surveys.web.forms.form_context import link_mark, own_query
from surveys.web.forms.form_data import one, read_form
from surveys.web.forms.forms import FormPages
from surveys.web.forms.personal_links import ANSWER_AFTER, of_questions
from surveys.web.protection.code_guesses import CodeGuesses
from surveys.web.protection.cookies import cookie_of
from surveys.web.protection.networks import network_of_client
from surveys.web.protection.sessions import SESSION_COOKIE, account_of, csrf_fits
from surveys.web.rendering.page import TALKING_HOME, Refusal, SignInNeeded, plain

_LARGEST_DRAFT = 256 * 1024
_NUMBER = re.compile(r"[0-9a-f]{32}")
_UNKNOWN = (
    marked("没有找到这项任务"),
    marked("它可能不是分配给您的，或者链接没有复制完整。请到“我的任务”查看，或联系发给您的人。"),
)
_DONE = (marked("已收到"), marked("这项任务您已经完成，答卷已经收到，不必再填。谢谢您。"))
_EXPIRED = (
    marked("这个链接已经过期"),
    marked("填写的期限已过。如果您仍想告诉我们，请联系发给您的人，换一个新的链接。"),
)
_ROUND_OVER = (
    marked("这一轮现在不收答卷"),
    marked("这项任务属于的轮次已经关闭，或还没有开始。需要补填的，请联系发起这次评价的人。"),
)
_OWN = (
    marked("现在是您自己的部门或环节了"),
    marked("您已调到这项任务要评价的部门或环节，不能评价自己的，所以不必再填。"),
)
_OF_OTHERS = {REVIEWER, PREDECESSOR, SUCCESSOR}
_APPRAISAL_OVER = (
    marked("对这位同事的评价已经结束"),
    marked("结果已在汇总，不再收新的评价。如有疑问，请联系发起这次评价的人。"),
)
_TOLD = ("title", "job", "standard")


@dataclass(frozen=True)
class TaskEntrance(Entrance):
    """The way in to the form of a task, with the name of what it is about."""

    fulfils: Task
    subject: Subject | None = None  # what it is about, as far as anybody knows it still

    channel = "task"
    brings = None
    template = "task.html"
    sheets = ("my.css",)
    allowing = (TALKING_HOME,)

    @property
    def about(self) -> str:
        """What the subject is called; its code where nobody knows it any more."""
        return self.subject.name if self.subject else self.fulfils.subject

    @property
    def told(self) -> list[tuple[str, str]]:
        """What its fillers are to know of who is rated, with what it is called: job and standard."""
        kind = SUBJECT_KINDS.get(self.fulfils.subject_kind)
        known = [each for each in kind.attributes if each.name in _TOLD] if kind else []
        return [(each.label, words) for each in known if self.subject and (words := self.subject.one(each.name))]

    @property
    def task(self) -> Task:
        return self.fulfils

    @property
    def facts(self) -> Mapping[str, str]:
        task = self.fulfils
        known = {"subject": task.subject, "subject_name": self.about, "relation": task.relation}
        return {**task.context, **{name: text for name, text in known.items() if text}}

    @property
    def origin(self) -> Mapping[str, str | None]:
        return self.fulfils.context

    @property
    def relation(self) -> str:
        """How the filler stands to the subject, in words; empty where that says nothing."""
        return RELATIONS.get(self.fulfils.relation, "")

    @property
    def due(self) -> Message | None:
        """Until when it is to be filled in, in words."""
        due = self.fulfils.due_on
        return Message("请在 {day} 前填写", {"day": due.isoformat()}) if due else None

    @property
    def contact(self) -> str | None:
        return self.fulfils.contact

    @property
    def department(self) -> str | None:
        return self.fulfils.department

    @property
    def draft_address(self) -> str:
        return f"{self.address}/draft"

    @property
    def limited_as(self) -> str:
        return self.address


@dataclass(frozen=True)
class OwnTask(TaskEntrance):
    """A task of whoever is signed in."""

    signed_in: ClassVar[bool] = True


@dataclass(frozen=True)
class OutsidersTask(TaskEntrance):
    """A task behind a personal link."""

    names_person: ClassVar[bool] = True


class TaskPages:
    """Routes under `/t/{key}`. A task of somebody else is not told from one that there is not."""

    def __init__(self, store: Respondents, forms: FormPages, secret: bytes, *, clock: Clock = utc_now) -> None:
        self._store, self._forms, self._secret, self._clock = store, forms, secret, clock
        self._letterhead = store.organisation.profile
        self._guesses = CodeGuesses(store.accounts, "link", free=30)

    def routes(self) -> list[Route]:
        return [
            Route("/t/{key}", plain(self.show, self._letterhead), methods=["GET"]),
            Route("/t/{key}", plain(self.take, self._letterhead), methods=["POST"]),
            Route("/t/{key}/draft", plain(self.save, self._letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form with what was left unfinished in it."""
        entrance = await self._entrance(request)
        self._assert_good(entrance.task)
        await anyio.to_thread.run_sync(self._assert_round, entrance.task, timedelta())
        sealed = await anyio.to_thread.run_sync(self._store.tasks.unfinished, entrance.task.id)
        left = unseal(self._lock(entrance.task), sealed).get(link_mark(own_query(request)), {})
        answer = await self._forms.show_at(request, entrance, left)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    async def take(self, request: Request) -> Response:
        """What was filled in. A task that is done is left to the store, which knows a repeat from a second answer."""
        entrance = await self._entrance(request, sending=True)
        if not entrance.task.done:
            self._assert_good(entrance.task)
            await anyio.to_thread.run_sync(self._assert_round, entrance.task, GRACE)
        return await self._forms.take_at(request, entrance)

    async def save(self, request: Request) -> Response:
        """Keep what was entered so far, for another visit or another device."""
        entrance = await self._entrance(request)
        given = await read_form(request, largest=_LARGEST_DRAFT)
        if entrance.signed_in and not csrf_fits(
            self._secret, cookie_of(request.cookies, SESSION_COOKIE), one(given, "_csrf")
        ):
            raise Refusal(403)
        if not await anyio.to_thread.run_sync(self._save, entrance.task, given, link_mark(own_query(request))):
            raise Refusal(410)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def _save(self, task: Task, given: Mapping[str, list[str]], mark: str) -> bool:
        now = self._clock()
        form = self._store.responses.open_form(task.survey, now=now, given=LONG_AGO)
        if form is None:
            raise shut(self._store, task.survey, now)
        typed, before = of_questions(given, form.survey), self._store.tasks.unfinished(task.id)
        sealed = with_draft(self._lock(task), before, mark, typed)
        return self._store.tasks.save_unfinished(task.id, sealed, local_day(now))

    def _lock(self, task: Task) -> str:
        """With what drafts are sealed: not to be read from the database alone."""
        return task_token(self._secret, task.id)

    async def _entrance(self, request: Request, *, sending: bool = False) -> TaskEntrance:
        """The way in that this address is, for who asks; refuses what is not theirs as what there is not."""
        key = copied_code(str(request.path_params["key"]))
        if _NUMBER.fullmatch(key) is None:
            return await self._outsiders(request, key)
        account, task = await anyio.to_thread.run_sync(self._of_account, request, key)
        if account is None:
            if sending and task is not None:  # the sign-in ended meanwhile: what was typed comes back, no name with it
                return OwnTask(f"/t/{key}", task.survey, task)
            raise SignInNeeded
        if task is None or task.account != account.id:
            raise Refusal(404, *_UNKNOWN)
        subject = await anyio.to_thread.run_sync(self._subject, task)
        if not task.done and await anyio.to_thread.run_sync(self._own_by_now, account, task, subject):
            raise Refusal(410, *_OWN)
        return OwnTask(f"/t/{key}", task.survey, task, subject)

    def _of_account(self, request: Request, key: str) -> tuple[Account | None, Task | None]:
        return account_of(request.cookies, self._store, self._clock()), self._store.tasks.get(key)

    async def _outsiders(self, request: Request, token: str) -> TaskEntrance:
        begun = time.monotonic()
        task = await anyio.to_thread.run_sync(self._store.tasks.behind, token_hash(token))
        if task is None:
            await self._guesses.missed(network_of_client(request))
            await anyio.sleep(max(0.0, ANSWER_AFTER - (time.monotonic() - begun)))
            raise Refusal(404, *_UNKNOWN)
        return OutsidersTask(f"/t/{token}", task.survey, task, await anyio.to_thread.run_sync(self._subject, task))

    def _subject(self, task: Task) -> Subject | None:
        return self._store.subjects.get(task.subject_kind, task.subject) if task.subject else None

    def _own_by_now(self, account: Account, task: Task, subject: Subject | None) -> bool:
        """Whether somebody was moved to what they were to rate as one of others."""
        if subject is None or task.relation not in _OF_OTHERS:
            return False
        try:
            rule = self._store.surveys.get(task.survey).survey.tasks
        except UnknownSurvey:
            return False
        if rule is None or rule.by not in (TaskMaker.OTHERS, TaskMaker.NEIGHBOURS):
            return False
        persons = [each.code for each in self._store.subjects.of_kind("person") if each.one("account") == account.name]
        return is_own(subject, account.name, account.departments, persons)

    def _assert_round(self, task: Task, grace: timedelta) -> None:
        """Refuses what belongs to a round that is closed, or not open yet."""
        try:
            rounds = self._store.surveys.get(task.survey).opening.rounds
        except UnknownSurvey:
            raise Refusal(404, *_UNKNOWN) from None
        if not round_takes(rounds, task.round, self._clock(), grace):
            raise Refusal(410, *_ROUND_OVER)
        if task.subject_kind == "person" and self._store.appraisals.is_over(task.survey, task.round, task.subject):
            raise Refusal(410, *_APPRAISAL_OVER)

    def _assert_good(self, task: Task) -> None:
        """Refuses with words why there is nothing to fill in any more."""
        today = local_day(self._clock())
        match task.state(today):
            case TaskState.DONE:
                raise Refusal(410, *_DONE)
            case TaskState.WITHDRAWN:
                why = {"reason": task.withdrawn_reason or "—"}
                words = "发起人撤销了它，不必再填。原因：{reason}。如有疑问，请联系发给您的人。"
                raise Refusal(410, marked("这项任务已经撤销"), Message(words, why))
        if task.link_expired(today):
            raise Refusal(410, *_EXPIRED)
