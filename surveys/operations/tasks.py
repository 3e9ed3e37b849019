"""Makes tasks: by the rule of a survey when its round opens, by request, each once however often it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from surveys.accounts import Account
from surveys.definition.context.declared import declared, facts_given
from surveys.definition.context.fields import ContextSource
from surveys.definition.task_rules import TaskMaker, TaskRule
from surveys.exchange.task_requests import TaskDesk
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.tasks.doors import round_of_tasks
from surveys.fieldwork.tasks.handing_over import unfit_deputy
from surveys.fieldwork.tasks.rules import Proposal, TaskGround, expand
from surveys.fieldwork.tasks.task import Task, task_token
from surveys.localisation.clock import local_day
from surveys.localisation.language import in_words
from surveys.operations.staff.staff_dates import staff_dates
from surveys.organisation.department_tree import parents_of
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.people.contact import Contact, UnfitValue, as_customer_number, as_email, as_phone
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord
from surveys.storage.records.tasks import TaskOver, TaskSearch, TasksMade, UnknownTask

BY_RULE = "rule"  # who made a task that made itself
USUAL_DAYS = 14


def rule_of(store: Store, record: SurveyRecord) -> TaskRule | None:
    """By which tasks of a survey are made: as was chosen for it, else as its definition says."""
    return store.task_plans.of(record.code).rule or record.survey.tasks


def ground_of(store: Store, record: SurveyRecord, fillers: Iterable[int], now: datetime) -> TaskGround:
    """What there is today for a rule to be expanded over."""
    today, kind = local_day(now), record.survey.about or "department"
    code, begins = round_of_tasks(record.opening.rounds, now)
    outsiders = {each.code: each.one("contact") for each in store.subjects.of_kind("outsider", on=today)}
    return TaskGround(
        record.code, code, kind, begins, today, store.subjects.of_kind(kind, on=today),
        _meant(store, record, now), store.organisation.departments(), tuple(fillers),
        {each.code: each for each in store.subjects.of_kind("person", on=today)}, outsiders,
    )  # fmt: skip


def _meant(store: Store, record: SurveyRecord, now: datetime) -> list[Account]:
    """The accounts that the round of today is for."""
    opened, parents = record.opening.rounds.open_at(now), parents_of(store.organisation.departments())
    active = [each for each in store.accounts.all() if each.active]
    return [each for each in active if opened is None or opened.asks(each.id, each.departments, parents)]


def propose(
    store: Store, record: SurveyRecord, rule: TaskRule, fillers: Iterable[int], *, by: str, now: datetime
) -> Proposal:  # fmt: skip
    """What the rule makes now. Who has drawn in this round draws no more, what was dealt out is not dealt again."""
    ground = ground_of(store, record, fillers, now)
    if rule.by is TaskMaker.DATED:
        return _propose_dated(store, record, rule, ground, by=by, now=now)
    proposal = expand(rule, ground, by=by)
    if rule.by not in (TaskMaker.DRAW, TaskMaker.EACH):
        return proposal
    there = store.tasks.all(TaskSearch(survey=record.code, round=ground.round), ground.today, limit=-1)
    drawn, dealt = {each.stands_in_for or each.account for each in there}, {each.subject for each in there}
    left = [
        each for each in proposal.tasks
        if (each.account not in drawn if rule.by is TaskMaker.DRAW else each.subject not in dealt)
    ]  # fmt: skip
    return Proposal(left, proposal.fillers_without, proposal.subjects_without)


def _propose_dated(
    store: Store, record: SurveyRecord, rule: TaskRule, ground: TaskGround, *, by: str, now: datetime
) -> Proposal:
    """Each day that has come once, in whichever round its task was made; none of an anonymous survey.

    Of that the few whose day has come would be known to have answered.
    """
    if record.survey.anonymous or record.survey.about not in (None, "person"):
        return Proposal([])
    opened, parents = record.opening.rounds.open_at(now), parents_of(ground.departments)
    dates = [
        each for each in staff_dates(store, rule, ground.accounts, ground.today).dates
        if isinstance(each.filler, Account) or opened is None
        or opened.asks(None, [each.department] if each.department else [], parents)
    ]  # fmt: skip
    made = {each.natural_key for each in store.tasks.all(TaskSearch(survey=record.code), ground.today, limit=-1)}
    proposal = expand(rule, replace(ground, dates=dates), by=by)
    return Proposal([each for each in proposal.tasks if each.natural_key not in made])


def give_out(store: Store, secret: bytes, tasks: Sequence[Task], *, by: str) -> TasksMade:
    """Keep tasks; those of outsiders get a personal link, of which the database keeps only the hash."""
    tokens = {each.id: task_token(secret, each.id) for each in tasks if each.contact is not None}
    return store.tasks.make(tasks, tokens, by=by)


def make_due_tasks(store: Store, now: datetime, secret: bytes | None = None) -> int:
    """Make the tasks of every open survey whose round has opened since; returns how many are new.

    Without the *secret* of personal links those of people without an account wait. What waits for somebody to confirm
    it is not made. Participants' times and dates in files come by days, all else with the round.
    """
    made = 0
    for record in store.surveys.all():
        rule = rule_of(store, record)
        if rule is None or rule.by.confirmed or record.opening.state(now) is not Availability.OPEN:
            continue
        plan, (code, _) = store.task_plans.of(record.code), round_of_tasks(record.opening.rounds, now)
        by_day = rule.by in (TaskMaker.PARTICIPANTS, TaskMaker.DATED)
        mark = f"{code} {local_day(now)}" if by_day else code
        if plan.made == mark:
            continue
        proposal = propose(store, record, rule, plan.fillers, by=BY_RULE, now=now)
        linked = [each for each in proposal.tasks if each.contact is None or secret is not None]
        made += give_out(store, secret or b"", linked, by=BY_RULE).new
        if proposal.tasks or by_day:  # else it is tried again, once there is somebody
            store.task_plans.made(record.code, mark)
    return made


class WouldTell(ValueError):
    """Done to some tasks of an anonymous round alone, this would tell who has answered."""


def withdraw_tasks(store: Store, tasks: Sequence[Task], reason: str, *, by: str, now: datetime) -> int:
    """Take back those that are not done; returns how many. Raises WouldTell.

    Of an anonymous round some alone can be taken back only as long as nobody has answered.
    """
    for survey, code in sorted({(each.survey, each.round) for each in tasks}):
        if store.surveys.get(survey).survey.anonymous:
            [counts] = [each for each in store.tasks.counts(local_day(now), survey) if each.round == code]
            chosen = sum(each.survey == survey and each.round == code for each in tasks)
            if counts.done and chosen < counts.asked + counts.withdrawn:
                raise WouldTell(survey)
    return store.tasks.withdraw([each.id for each in tasks], reason, by=by)


def reassign_tasks(store: Store, tasks: Iterable[Task], account: Account, *, by: str) -> tuple[int, Counter[str]]:
    """Let somebody else do them, unless they are about that person or what is theirs; how many, and why others not."""
    fit, unfit = list[str](), Counter[str]()
    codes = [each.code for each in store.subjects.of_kind("person") if each.one("account") == account.name]
    for task in tasks:
        subject = store.subjects.get(task.subject_kind, task.subject) if task.subject else None
        if why := unfit_deputy(task, account, subject, codes):
            unfit[why] += 1
        else:
            fit.append(task.id)
    return (store.tasks.reassign(fit, account.id, by=by) if fit else 0), unfit


def put_off_tasks(store: Store, tasks: Iterable[str], due_on: date | None, reason: str, *, by: str) -> int:
    """Give those that are not over more time, and note why; returns how many."""
    moved = 0
    for each in tasks:
        try:
            store.tasks.put_off(each, due_on, reason, by=by)
        except (UnknownTask, TaskOver):  # done, withdrawn or gone since it was chosen
            continue
        moved += 1
    return moved


def task_desk(store: Store, record: SurveyRecord, *, by: str, now: datetime, on_round: str = "") -> TaskDesk:
    """What requests for tasks of a survey are held against."""
    today, kind = local_day(now), record.survey.about or ""
    code, _ = round_of_tasks(record.opening.rounds, now)
    subjects = store.subjects.of_kind(kind, on=today) if kind in SUBJECT_KINDS else []
    takes = {name: in_words(each.label, "zh-Hans") for name, each in declared(record.survey).items()}
    return TaskDesk(
        record.code, on_round or code, kind, {each.code: each for each in subjects},
        {each.name: each for each in store.accounts.all()}, lambda text: contact_named(store, text),
        usual_due(store, record, today), by, takes,
        lambda given: facts_given(record.survey, given, ContextSource.TASK, store.subjects.names),
    )  # fmt: skip


def usual_due(store: Store, record: SurveyRecord, today: date) -> date:
    """Until when a task is due of which nobody says it."""
    rule = rule_of(store, record)
    return today + timedelta(days=rule.days if rule else USUAL_DAYS)


def contact_named(store: Store, text: str) -> Contact | None:
    """The file that a customer number, phone or e-mail leads to, where it leads to one alone."""
    for tidy, find in (
        (as_customer_number, lambda number: list(filter(None, [store.contacts.numbered(number)]))),
        (as_phone, store.contacts.with_phone),
        (as_email, store.contacts.with_email),
    ):
        try:
            found = find(tidy(text))
        except UnfitValue:
            continue
        if len(found) == 1:
            return found[0]
    return store.contacts.get(text)
