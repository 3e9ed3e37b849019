"""Steps of an appraisal: raters proposed and confirmed, tasks made, ratings closed, objections answered."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from surveys.accounts import Account
from surveys.anonymity import minimums
from surveys.appraisal.appraisal import (
    LONGEST_TEXT,
    AppealOutcome,
    Appraisal,
    AppraisalRules,
    Appraised,
    AppraisedState,
    Rater,
    UnfitRules,
    startable,
    unfit_examiner,
)
from surveys.appraisal.objections import persons_of
from surveys.definition.task_rules import TaskMaker, TaskRule
from surveys.fieldwork.tasks.doors import round_of_tasks
from surveys.fieldwork.tasks.relations import SELF, SUPERIOR
from surveys.fieldwork.tasks.task import Task, natural_key, new_task_id
from surveys.localisation.clock import local_day
from surveys.localisation.wording import Message, saying
from surveys.operations.tasks import give_out, propose
from surveys.organisation.subjects import Subject
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord

RATING_DAYS = 21


def persons_by_account(store: Store) -> dict[int, str]:
    """The codes of persons by the numbers of the accounts that they are."""
    named = {each.name: each.id for each in store.accounts.all()}
    persons = store.subjects.of_kind("person")
    return {named[name]: each.code for each in persons if (name := each.one("account") or each.code) in named}


def begin_appraisal(
    store: Store, record: SurveyRecord, name: str, persons: Collection[str], rules: AppraisalRules, *, by: str,
    now: datetime,
) -> tuple[Appraisal, int]:  # fmt: skip
    """Propose raters of these people by the tree; nothing is given out yet. Raises UnfitRules.

    Returns how many people are in it: who is in another appraisal of that round already is not.
    """
    if problems := rules.problems(minimums().group):
        raise UnfitRules(problems)
    code, _begins = round_of_tasks(record.opening.rounds, now)
    appraisal = Appraisal(secrets.token_hex(6), record.code, code, name, rules)
    proposed = propose(store, record, TaskRule(by=TaskMaker.RATERS), (), by=by, now=now).tasks
    people = [
        _appraised(appraisal, each, [task for task in proposed if task.subject == each.code])
        for each in store.subjects.of_kind("person", on=local_day(now)) if each.code in persons
    ]  # fmt: skip
    return appraisal, store.appraisals.begin(appraisal, people, by=by, day=local_day(now))


def _appraised(appraisal: Appraisal, person: Subject, tasks: Sequence[Task]) -> Appraised:
    raters = tuple(Rater(each.relation, each.account, each.contact or "") for each in tasks)
    superiors = tuple(each.account for each in raters if each.relation == SUPERIOR and each.account is not None)
    return Appraised(appraisal.id, person.code, person.department, superiors, raters)


def may_start(store: Store, appraisal: Appraisal) -> list[Appraised]:
    """Those whose turn has come: raters are proposed, and who leads them has been rated."""
    people, persons = store.appraisals.people(appraisal.id), persons_by_account(store)
    waiting = [each for each in people if each.state is AppraisedState.PROPOSED and _has_others(each)]
    return [each for each in waiting if startable(each, people, persons)]


def _has_others(one: Appraised) -> bool:
    return any(each.relation != SELF for each in one.raters)


def start_people(
    store: Store, secret: bytes, appraisal: Appraisal, persons: Collection[str], *, by: str, now: datetime,
    days: int = RATING_DAYS,
) -> int:  # fmt: skip
    """Give out the tasks of those whose turn has come; returns how many tasks are new."""
    made = 0
    for each in may_start(store, appraisal):
        if each.person in persons:
            tasks = [_task(appraisal, each, rater, by, now, days) for rater in each.raters]
            store.appraisals.move(appraisal.id, each.person, AppraisedState.RUNNING, by=by, day=local_day(now))
            made += give_out(store, secret, tasks, by=by).new
    return made


def _task(appraisal: Appraisal, one: Appraised, rater: Rater, by: str, now: datetime, days: int) -> Task:
    who = rater.account if rater.account is not None else rater.contact
    return Task(
        new_task_id(), appraisal.survey, appraisal.round, natural_key(who, "person", one.person, rater.relation),
        account=rater.account, contact=rater.contact or None, subject_kind="person", subject=one.person,
        relation=rater.relation, department=one.department, due_on=local_day(now) + timedelta(days=days), made_by=by,
    )  # fmt: skip


def close_people(store: Store, appraisal: Appraisal, persons: Iterable[str], *, by: str, now: datetime) -> int:
    """Take no more ratings of them. Tasks that are not done stay so: none tells who has not answered."""
    running = {each.person for each in store.appraisals.people(appraisal.id) if each.state is AppraisedState.RUNNING}
    chosen = sorted(running & set(persons))
    for each in chosen:
        store.appraisals.move(appraisal.id, each, AppraisedState.CLOSED, by=by, day=local_day(now))
    return len(chosen)


def examiners_problem(store: Store, account: Account, appraisal: Appraisal, one: Appraised) -> Message | None:
    """Why this account may not examine the objection of somebody; None where it may."""
    if not account.may_for(Action.EXAMINE_APPEALS, one.department):
        return saying("您没有审理申诉的权限。")
    own = next(iter({*persons_of(account, store.subjects.of_kind("person"))} & {one.person}), None)
    raters = [each.account for each in one.raters if each.account is not None and each.relation != SELF]
    return unfit_examiner(account.id, own, one, raters)


def answer_appeal(
    store: Store, account: Account, appraisal: Appraisal, one: Appraised, outcome: AppealOutcome, words: str,
    corrected: float | None, *, now: datetime,
) -> Message | None:  # fmt: skip
    """Answer an objection, with a corrected composite where it holds; returns what is in the way."""
    appeal = store.appraisals.appeal(appraisal.id, one.person)
    if appeal is None:
        return saying("没有找到这项申诉。")
    if problem := examiners_problem(store, account, appraisal, one):
        return problem
    if not words.strip() or len(words) > LONGEST_TEXT:
        return saying("请写明答复，不超过 {most} 字。", most=LONGEST_TEXT)
    if corrected is not None and (outcome is AppealOutcome.REJECTED or not 0 <= corrected <= 100):
        return saying("只有成立或部分成立的申诉可以更正综合得分，得分为 0–100。")
    answered = replace(
        appeal, answered_by=account.name, answered_on=local_day(now), outcome=outcome, answer=words.strip(),
        corrected=corrected,
    )  # fmt: skip
    if store.appraisals.answer_appeal(answered, by=account.name):
        return None
    return saying("这项申诉已经答复。")
