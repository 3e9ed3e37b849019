"""Puts the sample organisation into a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from surveys.accounts import hashed_password
from surveys.cases.case import Case, CaseState
from surveys.definition.templates import template
from surveys.fieldwork.campaigns.campaign import CampaignState
from surveys.improvement.plans import Surroundings
from surveys.intake.submission import Submission
from surveys.localisation.clock import utc_now
from surveys.operations.launch import plan_campaign
from surveys.organisation.responsibilities import RESPONSIBILITIES, as_setting
from surveys.permissions import Role
from surveys.sample_organisation.answers import sample_key_accounts, sample_openings, sample_responses
from surveys.sample_organisation.customers import FOLLOW_UP, YEARLY, sample_customers
from surveys.sample_organisation.knowledge import sample_indicators, sample_lessons, sample_values
from surveys.sample_organisation.letters import AGAIN, BOX, DISSATISFIED, sample_calls, sample_letters
from surveys.sample_organisation.organisation import (
    ACCOUNTS,
    COLLEAGUES,
    DEPARTMENTS,
    ORGANISATION,
    OWNED,
    TOUCHPOINTS,
)
from surveys.sample_organisation.plans import sample_plans
from surveys.sample_organisation.reviews import REVIEW, RULE, sample_reviews, sample_tasks
from surveys.sample_organisation.subjects import sample_subjects
from surveys.storage import Store
from surveys.storage.records.surveys import UnknownSurvey

SAMPLE_UNTIL = "sample_until"  # the setting that says up to which day the sample's answers go
BY = "sample organisation"

_Answers = Callable[[int, date, int], Iterator[Submission]]

_SURVEYS: tuple[tuple[str, str | None, _Answers], ...] = (
    ("power-visit", None, sample_responses),
    ("department-review", None, sample_reviews),
    ("key-account", "service", sample_key_accounts),
)


SAMPLE_SURVEYS = tuple(code for code, _, _ in _SURVEYS)


def load_sample_organisation(store: Store, today: date, *, seed: int = 2024, password: str | None = None) -> int:
    """Add the sample organisation; returns how many responses were added, 0 when it was there already.

    What is there stays: surveys that have answers get none, and accounts keep their passwords. Without a *password* no
    one new can sign in.
    """
    store.organisation.save(DEPARTMENTS, TOUCHPOINTS)
    if store.organisation.setting("organisation") is None:
        store.organisation.set("organisation", ORGANISATION)
    if store.organisation.setting(RESPONSIBILITIES) is None:
        store.organisation.set(RESPONSIBILITIES, as_setting(OWNED))
    if password is not None:
        _add_accounts(store, password)
    _add_subjects(store, today)
    added = sum(_add_answers(store, code, department, answers, seed, today) for code, department, answers in _SURVEYS)
    if not store.contacts.amount():
        _add_customers(store, seed, today)
    if not store.boxes.all():
        _add_letters(store, today)
    if not store.plans.all():
        _add_plans(store, today)
    if not store.indicators.all() and not store.lessons.all():
        _add_knowledge(store, today)
    if added and password is not None:
        _add_tasks(store, seed, today)
    if added:
        store.organisation.set(SAMPLE_UNTIL, today.isoformat())
        store.accounts.record(BY, "load sample organisation", "organisation", f"{added} responses")
    return added


def _add_accounts(store: Store, password: str) -> None:
    there = store.accounts.all()
    taken = {account.name for account in there}
    administered = any(account.role is Role.ADMIN for account in there)
    # Whoever set the installation up stays its only administrator.
    wanted = [
        each
        for each in (*ACCOUNTS, *COLLEAGUES)
        if each.name not in taken and not (administered and each.role is Role.ADMIN)
    ]
    if wanted:
        password_hash = hashed_password(password)  # once: it takes its time, and the password is the same for all
        for each in wanted:
            store.accounts.add(each.name, each.display_name, each.role, password_hash, each.departments, now=utc_now())


def _add_subjects(store: Store, today: date) -> None:
    """What is there stays, under the same code as well."""
    made = sample_subjects(today, [each.name for each in store.accounts.all()])
    for kind in dict.fromkeys(each.kind for each in made):
        there = {each.code for each in store.subjects.of_kind(kind)}
        store.subjects.bring([each for each in made if each.kind == kind and each.code not in there], by=BY)


def _add_tasks(store: Store, seed: int, today: date) -> None:
    """Those of the review, for the people of the sample, unless it has tasks already."""
    ours = {each.name for each in (*ACCOUNTS, *COLLEAGUES)}
    accounts = [each for each in store.accounts.all() if each.name in ours and each.active]
    if not any(each.survey == REVIEW for each in store.tasks.counts(today)):
        store.task_plans.choose(REVIEW, RULE, (), by=BY)
        store.tasks.make(sample_tasks(seed, today, accounts, BY), by=BY)


def _add_customers(store: Store, seed: int, today: date) -> None:
    store.contacts.keep(sample_customers(seed, today), by=BY)
    now = utc_now()
    for plan, survey, department in ((FOLLOW_UP, "power-visit", None), (YEARLY, "key-account", "service")):
        if store.surveys.get(survey).live:
            campaign = plan_campaign(store, plan, survey, department=department, by=BY, now=now)
            if plan is FOLLOW_UP:  # it invites no one before something happens
                store.campaigns.bring(campaign.id, CampaignState.RUNNING, by=BY, now=now)


def _add_letters(store: Store, today: date) -> None:
    store.boxes.save(BOX, by=BY)
    owners = {each.name for each in store.accounts.all()}
    for letter in (*sample_letters(today), *sample_calls(today)):
        _add_case(store, letter, letter.owner if letter.owner in owners else "")
    newest = next(sample_letters(today))
    store.cases.remark(newest.id, newest.id, AGAIN, newest.received_at + timedelta(hours=4))
    for each in sample_calls(today):
        if each.text == DISSATISFIED:
            store.cases.dissatisfied(each.id, each.received_at + timedelta(days=4))


def _add_case(store: Store, case: Case, owner: str) -> None:
    """With the steps that it took, each a while after the one before."""
    kept = replace(case, reply="", answered_on=None, state=CaseState.RECEIVED, owner="")
    store.cases.receive(kept)
    if owner:
        store.cases.assign(kept, kept.department, owner, by=BY, now=case.received_at + timedelta(hours=1))
        kept = store.cases.get(case.id) or kept
    confirmed = case.state in (CaseState.CONFIRMED, CaseState.CLOSED)
    for state in (CaseState.ANSWERED, case.state) if confirmed else (case.state,):
        if state is not kept.state:
            later = case.received_at + timedelta(days=2 if state is not CaseState.ANSWERED and confirmed else 1)
            store.cases.answer(kept, state, case.reply, case.answered_on or _day_after(case), by=BY, now=later)
            kept = store.cases.get(case.id) or kept


def _day_after(case: Case) -> date:
    """The day on which something happens to a case that has no answer yet."""
    return case.received_at.date() + timedelta(days=1)


def _add_plans(store: Store, today: date) -> None:
    """Written down before their measures began, as they have to be; without their owners there are none."""
    owners = frozenset(each.name for each in store.accounts.all())
    units = {"touchpoint": frozenset(each.code for each in TOUCHPOINTS)}
    for each in sample_plans(today):
        if each.plan.owner in owners and store.surveys.get(each.plan.survey).live:
            around = Surroundings(owners, each.made, units)
            store.plans.add(each.plan, around, by=BY)
            store.plans.keep_measure(each.measure, around, by=BY)
            if each.done:
                store.plans.done(each.measure.id, each.measure.ends, by=BY)


def _add_knowledge(store: Store, today: date) -> None:
    """Without the managers, who own and sign it, there is none."""
    owners = frozenset(each.name for each in store.accounts.all())
    if not {"manager", "manager-service"} <= owners:
        return
    for each in sample_indicators(today):
        store.indicators.add(each, owners, by=BY, day=today)
    store.indicators.enter_all(sample_values(today), by=BY, day=today)
    for lesson, words in sample_lessons():
        author, signs = ("manager", "manager-service")
        kept = store.lessons.keep(lesson, words, by=author, day=today)
        store.lessons.sign(kept, by=signs, day=today)


def _add_answers(store: Store, code: str, department: str | None, answers: _Answers, seed: int, today: date) -> int:
    version = _published_version(store, code, department)
    if store.responses.amount(code):
        return 0
    submissions = list(answers(seed, today, version))
    store.responses.append(submissions)
    store.responses.settle(date.max)  # nobody real has given them: they need not wait until the day is over
    store.responses.count_all(code, sample_openings(seed, submissions))
    return len(submissions)


def _published_version(store: Store, code: str, department: str | None) -> int:
    try:
        record = store.surveys.get(code)
    except UnknownSurvey:
        store.surveys.save_draft(template(code), department, by=BY)
        return store.surveys.publish(code, by=BY)
    return record.version if record.live or record.closed else store.surveys.publish(code, by=BY)
