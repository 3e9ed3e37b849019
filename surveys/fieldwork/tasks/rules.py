"""Rules of tasks: which tasks a round makes, of the subjects and accounts that there are. Each is one function.

The same rule over the same ground makes the same tasks by their natural keys, also where chance decides.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from surveys.accounts import Account
from surveys.definition.task_rules import Phase, TaskMaker, TaskRule
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.fieldwork.tasks import relations
from surveys.fieldwork.tasks.rated_departments import StaffedTree, rated_departments
from surveys.fieldwork.tasks.task import Task, natural_key, new_task_id
from surveys.organisation.departments import Department
from surveys.organisation.subjects import Subject, after, before, is_own
from surveys.permissions import Action

LATER = timedelta(days=91)  # from a session to the third time that its participants are asked
CATCH_UP = timedelta(days=7)  # so long after its day a date in a file still makes a task: the server was down, say


@dataclass(frozen=True)
class StaffDate:
    """A date in the file of one of the staff, and who that is."""

    filler: Account | str  # the file's own id where the person has no account: they get a personal link
    name: str
    begins: date
    department: str | None = None


@dataclass(frozen=True)
class TaskGround:
    """All that a rule is expanded over. Accounts and subjects are those in use."""

    survey: str
    round: str
    kind: str  # of the subjects
    begins: date  # the first day of the round
    today: date
    subjects: Sequence[Subject]
    accounts: Sequence[Account]
    departments: Sequence[Department] = ()
    fillers: Collection[int] = ()  # accounts chosen to fill it in, for rules that ask for some
    persons: Mapping[str, Subject] = field(default_factory=dict)  # by code: who is meant by participants and members
    contacts: Mapping[str, str] = field(default_factory=dict)  # by code of an outsider: the contact's id
    dates: Sequence[StaffDate] = ()  # that the rule follows


@dataclass(frozen=True)
class Proposal:
    """What a rule makes: tasks, and in words what it could make none for."""

    tasks: Sequence[Task]
    fillers_without: Sequence[str] = ()  # names of accounts that have nobody to rate
    subjects_without: Sequence[str] = ()  # names of subjects that nobody rates


@dataclass(frozen=True)
class _Pair:
    """One task to be: filler, subject, how they stand to each other; due on a day of its own where it has one."""

    filler: Account | str  # a contact's id for outsiders
    subject: Subject | None  # None: about nothing in particular
    relation: str = ""
    phase: str = ""
    due_on: date | None = None
    department: str | None = None  # of the filler, where nothing else says whose results it belongs to
    came: date | None = None  # the day by which a date in a file makes it


def expand(rule: TaskRule, ground: TaskGround, *, by: str) -> Proposal:
    """The tasks of a rule, with what has none."""
    pairs = list(_MAKERS[rule.by](rule, ground))
    tasks = list({each.natural_key: each for each in (_task(rule, ground, pair, by) for pair in pairs)}.values())
    asked = {each.filler.id for each in pairs if isinstance(each.filler, Account)}
    rated = {each.subject.code for each in pairs if each.subject is not None}
    wanted = [each for each in ground.accounts if not rule.by.needs_fillers or each.id in ground.fillers]
    if rule.by is TaskMaker.DATED:  # whose day has not come has no task, and lacks none
        return Proposal(tasks)
    return Proposal(
        tasks,
        [each.display_name or each.name for each in wanted if each.id not in asked],
        [each.name for each in ground.subjects if each.code not in rated],
    )


def _task(rule: TaskRule, ground: TaskGround, pair: _Pair, by: str) -> Task:
    subject, filler = pair.subject, pair.filler
    account = filler.id if isinstance(filler, Account) else None
    kind, code = (ground.kind, subject.code) if subject else ("", "")
    mark = pair.phase or (pair.came.isoformat() if pair.came else "")
    key = natural_key(account if account is not None else str(filler), kind, code, pair.relation, mark)
    return Task(
        new_task_id(), ground.survey, ground.round, key, account=account,
        contact=None if account is not None else str(filler), subject_kind=kind, subject=code,
        relation=pair.relation, department=_department_of(pair),
        due_on=pair.due_on or max(ground.begins, ground.today) + timedelta(days=rule.days),
        context={"phase": pair.phase} if pair.phase else {}, made_by=by,
    )  # fmt: skip


def _department_of(pair: _Pair) -> str | None:
    subject = pair.subject
    if subject is None:
        return pair.department
    return subject.code if subject.kind == "department" else subject.department


def _others(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Everyone of a department, about those departments that the rule says; about all else but their own."""
    tree = StaffedTree.of(ground.departments, ground.accounts)
    rated = {each.departments: rated_departments(rule, each.departments, tree) for each in ground.accounts}
    for account in ground.accounts:
        for subject in ground.subjects if account.departments else ():
            fits = subject.kind != "department" or subject.code in rated[account.departments]
            if fits and not is_own(subject, account.name, account.departments):
                yield _Pair(account, subject, relations.REVIEWER)


def _neighbours(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """The people of a step, about the steps that hand over to them and those they hand over to."""
    steps = {each.code: each for each in ground.subjects}
    for own in ground.subjects:
        sides = [
            (relations.PREDECESSOR, before(own, ground.subjects)),
            (relations.SUCCESSOR, after(own, ground.subjects)),
        ]
        for account in ground.accounts:
            if is_own(own, account.name, account.departments, _codes_of(account, ground)):
                for relation, codes in sides:
                    yield from (
                        _Pair(account, steps[code], relation)
                        for code in codes
                        if code in steps
                        and not is_own(steps[code], account.name, account.departments, _codes_of(account, ground))
                    )


def _own(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """The managers of each department, or those chosen, about their own."""
    for account in ground.accounts:
        chosen = account.id in ground.fillers if ground.fillers else leads(account)
        if chosen:
            for subject in ground.subjects:
                own = subject.code if ground.kind == "department" else subject.department
                if own in account.departments:
                    yield _Pair(account, subject, relations.SELF)


def _draw(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Each of those chosen, about some drawn at random; the seed is what the round is, so that it can be repeated."""
    for account in _chosen(ground):
        others = [each for each in sorted(ground.subjects, key=lambda s: s.code) if not is_own(each, account.name, ())]
        chance = random.Random(f"{ground.survey}|{ground.round}|{account.name}")  # noqa: S311  fair, not secret
        for subject in chance.sample(others, min(rule.each, len(others))):
            yield _Pair(account, subject, relations.REVIEWER)


def _each(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Every subject once, dealt out evenly; in another round to others."""
    hands = _chosen(ground)
    if not hands:
        return
    chance = random.Random(f"{ground.survey}|{ground.round}")  # noqa: S311  fair, not secret
    subjects = sorted(ground.subjects, key=lambda each: each.code)
    chance.shuffle(subjects)
    for number, subject in enumerate(subjects):
        yield _Pair(hands[number % len(hands)], subject, relations.INSPECTOR)


def _participants(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Who took part in a session, as soon as the time for it has come: once before, after, and three months later.

    Only what falls into the round: each time is asked in one round alone, however often the rule is expanded.
    """
    by_code = _accounts_by_code(ground)
    for session in ground.subjects:
        if (held := _day(session.one("date"))) is None:
            continue
        for phase in rule.phases:
            asked_from, due = _times(phase, held, rule.days)
            if ground.begins <= asked_from <= ground.today:
                present = (by_code[code] for code in session.all("participants") if code in by_code)
                yield from (_Pair(each, session, relations.PARTICIPANT, phase.value, due) for each in present)


def _times(phase: Phase, held: date, days: int) -> tuple[date, date]:
    """From when a participant is asked, and until when."""
    if phase is Phase.BEFORE:
        return held - timedelta(days=days), held
    begins = held + (LATER if phase is Phase.LATER else timedelta())
    return begins, begins + timedelta(days=days)


def _dated(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Each of the staff whose date has come, about nothing in particular or, where that is asked, about themselves."""
    schedule = schedule_of(rule)
    own = {each.one("account") or each.code: each for each in ground.subjects} if ground.kind == "person" else {}
    for each in ground.dates:
        for due in schedule.due_days(each.begins, ground.today - CATCH_UP, ground.today):
            ends = ground.today + timedelta(days=rule.days)
            if ground.kind != "person":
                yield _Pair(each.filler, None, due_on=ends, department=each.department, came=due)
            elif isinstance(each.filler, Account) and (person := own.get(each.filler.name)):
                yield _Pair(each.filler, person, relations.SELF, due_on=ends, came=due)


def schedule_of(rule: TaskRule) -> Schedule:
    """When the date in a file that a rule follows comes due."""
    return Schedule(file_date=rule.file_date, after=rule.after, unit=Unit(rule.unit.value), yearly=rule.yearly)


def _raters(rule: TaskRule, ground: TaskGround) -> Iterator[_Pair]:
    """Whom the tree proposes for a person: those above, beside and below, and the person."""
    by_code, parents = _accounts_by_code(ground), {each.code: each.parent for each in ground.departments}
    for subject in ground.subjects:
        own, superior = by_code.get(subject.code), by_code.get(subject.one("superior"))
        for rater in ground.accounts:
            if own is not None and rater.id == own.id:
                yield _Pair(rater, subject, relations.SELF)
            elif superior is not None and rater.id == superior.id:
                yield _Pair(rater, subject, relations.SUPERIOR)
            elif subject.department:
                relation = _stands(rater, own, subject.department, parents)
                if relation and (relation != relations.SUPERIOR or superior is None):
                    yield _Pair(rater, subject, relation)


def _stands(rater: Account, rated: Account | None, home: str, parents: Mapping[str, str | None]) -> str:
    """How an account stands to somebody of the department *home*; empty where it doesn't."""
    manages, inside, above = leads(rater), home in rater.departments, parents.get(home)
    if rated is not None and not leads(rated):
        return (relations.SUPERIOR if manages else relations.PEER) if inside else ""
    if manages and above is not None and above in rater.departments:
        return relations.SUPERIOR
    beside = above is not None and any(parents.get(each) == above for each in rater.departments)
    if manages and (inside or beside):
        return relations.PEER
    below = any(_below(each, home, parents) for each in rater.departments)
    return relations.SUBORDINATE if inside or below else ""


def leads(account: Account) -> bool:
    """Whether somebody answers for the results of departments, and not of the whole organisation."""
    return account.may(Action.VIEW_RESULTS) and not account.sees_all_departments


def _below(department: str, whole: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    while (parent := parents.get(department)) and parent not in seen:
        if parent == whole:
            return True
        seen.add(parent)
        department = parent
    return False


def _chosen(ground: TaskGround) -> list[Account]:
    return [each for each in ground.accounts if each.id in ground.fillers]


def _accounts_by_code(ground: TaskGround) -> dict[str, Account]:
    """Accounts by the codes of the persons they are: their own names, or what a person's file says."""
    named = {each.name: each for each in ground.accounts}
    told = {code: named[name] for code, each in ground.persons.items() if (name := each.one("account")) in named}
    return {**named, **told}


def _codes_of(account: Account, ground: TaskGround) -> list[str]:
    return [account.name, *(code for code, each in ground.persons.items() if each.one("account") == account.name)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_MAKERS: dict[TaskMaker, Callable[[TaskRule, TaskGround], Iterator[_Pair]]] = {
    TaskMaker.OTHERS: _others,
    TaskMaker.NEIGHBOURS: _neighbours,
    TaskMaker.OWN: _own,
    TaskMaker.DRAW: _draw,
    TaskMaker.EACH: _each,
    TaskMaker.PARTICIPANTS: _participants,
    TaskMaker.DATED: _dated,
    TaskMaker.RATERS: _raters,
}
