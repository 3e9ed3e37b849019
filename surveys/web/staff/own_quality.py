"""`/my/quality`: an agent's own score cards, what was agreed in talks, and the way to object to a card."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surveys.accounts import Account
from surveys.definition.survey import Survey
from surveys.localisation.clock import Clock, local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.organisation.working_days import HOLIDAYS, calendar_from
from surveys.quality.agent_quality import (
    ANSWER_DAYS,
    LONGEST_NOTE,
    OBJECTION_DAYS,
    AgentNote,
    NoteKind,
    next_step,
    objection_problem,
)
from surveys.quality.score_card import ScoreCard, monitors_calls, score_cards
from surveys.storage.records.protocols import Respondents
from surveys.web.protection.sessions import account_of
from surveys.web.rendering.language_switch import address_in_language
from surveys.web.rendering.page import Refusal, SignInNeeded, language_of, plain, see
from surveys.web.staff.guarded_forms import GuardedForms

_MOST = 30
_NO_CARDS = (marked("没有您的质检评分"), marked("质检评分只给本人看。请到“我的任务”查看，或联系主管。"))


@dataclass(frozen=True)
class OwnCard:
    """A card with the words of its dimensions, and the objection to it."""

    card: ScoreCard
    survey: Survey
    objection: AgentNote | None
    open: bool  # whether one can still object

    @property
    def step(self) -> str | None:
        """What its weakest dimension asks for."""
        return next_step({}, self.card.dimensions)


def own_cards(store: Respondents, account: Account, clock: Clock) -> list[OwnCard]:
    """The newest first."""
    agents, today = _agents(store, account), local_day(clock())
    found = []
    for record in store.surveys.all():
        if agents and monitors_calls(record.survey):
            for agent in agents:
                notes = {each.about: each for each in store.agent_quality.notes(agent)}
                for each in score_cards(record.survey, store.agent_quality.answers(record.code, agent)):
                    objection, age = notes.get(each.task), (today - each.day).days
                    found.append(OwnCard(each, record.survey, objection, objection is None and age <= OBJECTION_DAYS))
    return sorted(found, key=lambda each: each.card.day, reverse=True)[:_MOST]


def _agents(store: Respondents, account: Account) -> list[str]:
    agents = store.subjects.of_kind("agent")
    return [each.code for each in agents if account.name == (each.one("account") or each.code)]


class OwnQuality:
    """Who listened is not told: what counts is what was said on the phone."""

    def __init__(self, store: Respondents, secret: bytes, *, secure: bool = False, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._forms = GuardedForms(secret, secure=secure)

    def routes(self) -> list[Route]:
        letterhead = self._store.organisation.profile
        return [
            Route("/my/quality", plain(self.show, letterhead), methods=["GET"]),
            Route("/my/quality", plain(self.object_to, letterhead), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        account, cards = await self._asked(request)
        return await self._page(request, account, cards)

    async def object_to(self, request: Request) -> Response:
        """Keep the objection, or show the page again with what is wrong."""
        account, cards = await self._asked(request)
        given = await self._forms.sent_by_us(request)
        problem = await anyio.to_thread.run_sync(self._object_to, account, cards, given)
        if problem:
            return await self._page(request, account, cards, problem=problem, status=422)
        return see(address_in_language("/my/quality", language_of(request)))

    def _object_to(self, account: Account, cards: list[OwnCard], given: dict[str, str]) -> Message | None:
        own, words = next((each for each in cards if each.card.task == given.get("card")), None), given.get("words", "")
        if own is None:
            return saying("没有找到这份评分。")
        today = local_day(self._clock())
        if problem := objection_problem(own.card.day, today, words):
            return problem
        due = calendar_from(self._store.organisation.setting(HOLIDAYS)).after(today, ANSWER_DAYS)
        note = AgentNote(
            secrets.token_hex(8), NoteKind.OBJECTION, own.card.agent, own.card.task, words.strip(), account.name, today,
            due,
        )  # fmt: skip
        return None if self._store.agent_quality.write(note) else saying("您已经提出过申诉。")

    async def _page(
        self, request: Request, account: Account, cards: list[OwnCard], *, problem: Message | None = None,
        status: int = 200,
    ) -> Response:  # fmt: skip
        talks = await anyio.to_thread.run_sync(self._talks, account)
        return self._forms.page(
            request, "my_quality.html", "我的质检评分", status, account=account, cards=cards, talks=talks,
            problem=problem, longest=LONGEST_NOTE, days=OBJECTION_DAYS, sheets=["style.css", "my.css"],
            language=language_of(request),
        )  # fmt: skip

    def _talks(self, account: Account) -> list[AgentNote]:
        notes = [each for agent in _agents(self._store, account) for each in self._store.agent_quality.notes(agent)]
        return [each for each in notes if each.kind is NoteKind.COACHING]

    async def _asked(self, request: Request) -> tuple[Account, list[OwnCard]]:
        account = await anyio.to_thread.run_sync(account_of, request.cookies, self._store, self._clock())
        if account is None:
            raise SignInNeeded
        cards = await anyio.to_thread.run_sync(own_cards, self._store, account, self._clock)
        if not cards and not await anyio.to_thread.run_sync(_agents, self._store, account):
            raise Refusal(404, *_NO_CARDS)
        return account, cards
