"""Calls drawn for listening, and what is said of an agent's work: advice, objections and their answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from surveys.accounts import Account
from surveys.fieldwork.tasks.doors import round_of_tasks
from surveys.fieldwork.tasks.relations import REVIEWER
from surveys.fieldwork.tasks.task import Task, natural_key, new_task_id
from surveys.localisation.clock import local_day
from surveys.localisation.wording import Message, saying
from surveys.operations.tasks import give_out
from surveys.organisation.subjects import Subject
from surveys.permissions import Action
from surveys.quality.agent_quality import (
    LONGEST_NOTE,
    AgentNote,
    DrawPlan,
    NoteKind,
    answer_problem,
    drawn_calls,
)
from surveys.quality.score_card import CALL, monitors_calls
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskSearch

LISTENING_DAYS = 7


@dataclass(frozen=True)
class DrawOfCalls:
    """What a supervisor asks for: so many calls of each agent in reach, from these days, heard by these accounts."""

    first: date
    last: date
    each: int
    listeners: Sequence[int]
    second_share: float = 0.2


@dataclass(frozen=True)
class CallsDrawn:
    """How many calls were drawn, how many of them for two, of how many agents; and who has fewer calls than asked."""

    calls: int
    twice: int
    agents: int
    short: Sequence[str]


def score_card_surveys(store: Store) -> list[SurveyRecord]:
    """The open score cards."""
    return [each for each in store.surveys.all() if each.live and monitors_calls(each.survey)]


def agents_in_reach(store: Store, account: Account, action: Action = Action.CHECK_CALLS) -> list[Subject]:
    """The agents whose work is this account's business."""
    reach = account.reach(action)
    return [each for each in store.subjects.of_kind("agent") if reach is None or each.department in reach]


def draw_calls(
    store: Store, record: SurveyRecord, wanted: DrawOfCalls, account: Account, *, now: datetime
) -> CallsDrawn:
    """Make the tasks of listeners for calls drawn at random; what was drawn before is not drawn again."""
    code, _begins = round_of_tasks(record.opening.rounds, now)
    agents = {each.code: each for each in agents_in_reach(store, account)}
    done = frozenset(
        each.context.get(CALL, "") for each in store.tasks.all(TaskSearch(record.code), local_day(now), limit=-1)
    )
    accounts = {each.name: each.id for each in store.accounts.all()}
    names = {each.code: each.one("account") or each.code for each in agents.values()}
    own = {code: accounts[name] for code, name in names.items() if name in accounts}
    calls = [each for each in store.subjects.of_kind("call") if each.one("agent") in agents]
    plan = DrawPlan(
        wanted.first, wanted.last, wanted.each, wanted.listeners, wanted.second_share, secrets.token_hex(8), done
    )
    draws = drawn_calls(calls, plan, own)
    tasks = [
        _task(record.code, code, agents[each.agent], each.call, listener, account.name, local_day(now))
        for each in draws for listener in each.listeners
    ]  # fmt: skip
    give_out(store, b"", tasks, by=account.name)
    told = f"{plan.first}..{plan.last}; {plan.each}; {plan.seed}"
    store.accounts.record(account.name, "draw calls", record.code, told)
    got = Counter(each.agent for each in draws)
    short = [each.name for each in agents.values() if got[each.code] < wanted.each]
    return CallsDrawn(len(draws), sum(len(each.listeners) > 1 for each in draws), len(got), short)


def _task(survey: str, round_code: str, agent: Subject, call: str, listener: int, by: str, today: date) -> Task:
    return Task(
        new_task_id(), survey, round_code, natural_key(listener, "agent", agent.code, REVIEWER, call),
        account=listener, subject_kind="agent", subject=agent.code, relation=REVIEWER, department=agent.department,
        due_on=today + timedelta(days=LISTENING_DAYS), context={CALL: call}, made_by=by,
    )  # fmt: skip


def note_coaching(
    store: Store, account: Account, agent: Subject, words: str, again_on: date, *, now: datetime
) -> Message | None:
    """Keep what was agreed with an agent, and when it is looked at again; returns what is in the way."""
    if not account.may_for(Action.CHECK_CALLS, agent.department):
        return saying("这位话务员不归您负责。")
    if not words.strip() or len(words) > LONGEST_NOTE:
        return saying("请写明辅导内容，不超过 {most} 字。", most=LONGEST_NOTE)
    store.agent_quality.write(
        AgentNote(
            secrets.token_hex(8), NoteKind.COACHING, agent.code, again_on.isoformat(), words.strip(), account.name,
            local_day(now),
        )
    )  # fmt: skip
    return None


def listener_of(store: Store, task: str) -> str:
    """The name of who rated a card; empty where nobody knows any more."""
    found = store.tasks.get(task)
    account = store.accounts.numbered(found.account) if found and found.account is not None else None
    return account.name if account else ""


def answer_objection(store: Store, account: Account, note: AgentNote, words: str, *, now: datetime) -> Message | None:
    """Answer an agent's objection; returns what is in the way."""
    agents = {each.code: each for each in store.subjects.of_kind("agent")}
    agent = agents.get(note.agent)
    if agent is None or not account.may_for(Action.CHECK_CALLS, agent.department):
        return saying("这位话务员不归您负责。")
    own = own_agents(agents.values(), account)
    if problem := answer_problem(account.name, own, note, listener_of(store, note.about), words):
        return problem
    kept = store.agent_quality.answer(note.id, words.strip(), by=account.name, day=local_day(now))
    return None if kept else saying("这项申诉已经答复。")


def own_agents(agents: Collection[Subject] | Sequence[Subject], account: Account) -> list[str]:
    """Under which codes an account is an agent whose calls are heard."""
    return [each.code for each in agents if account.name == (each.one("account") or each.code)]
