"""`/my`: the tasks and forms a signed-in person has to fill, and what they have done already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.questions import OneChoice
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.wording import Text
from surveys.organisation.department_tree import parents_of
from surveys.storage.records.protocols import Respondents
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.page import SignInNeeded, page, plain
from surveys.web.staff.own_quality import own_cards
from surveys.web.staff.own_reports import own_reports
from surveys.web.staff.own_tasks import in_groups, own_tasks


@dataclass(frozen=True)
class Duty:
    """One survey for this person: the subjects with whether each is done; none when it has no subjects."""

    survey: Survey
    subjects: tuple[tuple[Text, bool], ...]
    done: bool


class StaffForms:
    """The list of one's own forms."""

    def __init__(self, store: Respondents, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route("/my", plain(self.show, self._store.organisation.profile), methods=["GET"])]

    async def show(self, request: Request) -> Response:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        duties = await anyio.to_thread.run_sync(lambda: list(self._duties(account)))
        todo, done = await anyio.to_thread.run_sync(own_tasks, self._store, account, self._clock)
        return page(
            request, "my.html", title="待填问卷", account=account, duties=duties, todo=in_groups(todo), done=done,
            reports=await anyio.to_thread.run_sync(own_reports, self._store, account),
            cards=len(await anyio.to_thread.run_sync(own_cards, self._store, account, self._clock)),
            left=len(todo),
            sheets=["style.css", "my.css"],
        )  # fmt: skip

    def _duties(self, account: Account) -> Iterator[Duty]:
        now, parents = self._clock(), parents_of(self._store.organisation.departments())
        for record in self._store.surveys.all():
            opened = record.opening.rounds.open_at(now)
            meant = opened is None or opened.asks(account.id, account.departments, parents)
            open_now = record.opening.state(now) is Availability.OPEN and meant
            if open_now and record.survey.audience is Audience.STAFF and not by_task_alone(record.survey):
                done = self._store.responses.answered_subjects(
                    record.code, account.id, record.opening.rounds.code_at(now)
                )
                subjects = tuple(_subjects(record.survey, account, done))
                yield Duty(record.survey, subjects, all(each for _, each in subjects) if subjects else "" in done)


def _subjects(survey: Survey, account: Account, done: set[str]) -> Iterator[tuple[Text, bool]]:
    question = survey.question(survey.subject) if survey.subject else None
    if isinstance(question, OneChoice):
        for option in question.options:
            if option.code not in account.departments:
                yield option.label, option.code in done
