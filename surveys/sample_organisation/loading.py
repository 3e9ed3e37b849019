"""Puts the sample organisation into a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from surveys.accounts import Role, hashed_password
from surveys.boxes import CaseState
from surveys.campaigns.campaign import State
from surveys.campaigns.giving_out import planned
from surveys.intake import Submission
from surveys.sample_organisation.answers import sample_key_accounts, sample_openings, sample_responses, sample_reviews
from surveys.sample_organisation.customers import FOLLOW_UP, YEARLY, sample_customers
from surveys.sample_organisation.letters import AGAIN, BOX, sample_letters
from surveys.sample_organisation.organisation import ACCOUNTS, DEPARTMENTS, ORGANISATION, TOUCHPOINTS
from surveys.storage import Store
from surveys.storage.surveys import UnknownSurvey
from surveys.templates import template

SAMPLE_UNTIL = "sample_until"  # the setting that says up to which day the sample's answers go
_BY = "sample organisation"

_Answers = Callable[[int, date, int], Iterator[Submission]]

_SURVEYS: tuple[tuple[str, str | None, _Answers], ...] = (
    ("power-visit", None, sample_responses),
    ("department-review", None, sample_reviews),
    ("key-account", "service", sample_key_accounts),
)


def load_sample_organisation(store: Store, today: date, *, seed: int = 2024, password: str | None = None) -> int:
    """Add the sample organisation; returns how many responses were added, 0 when it was there already.

    What is there stays: surveys that have answers get none, and accounts keep their passwords. Without a *password* no
    one new can sign in.
    """
    store.organisation.save(DEPARTMENTS, TOUCHPOINTS)
    if store.organisation.setting("organisation") is None:
        store.organisation.set("organisation", ORGANISATION)
    if password is not None:
        _add_accounts(store, password)
    added = sum(_add_answers(store, code, department, answers, seed, today) for code, department, answers in _SURVEYS)
    if not store.contacts.amount():
        _add_customers(store, seed, today)
    if not store.boxes.all():
        _add_letters(store, today)
    if added:
        store.organisation.set(SAMPLE_UNTIL, today.isoformat())
        store.accounts.record(_BY, "load sample organisation", "organisation", f"{added} responses")
    return added


def _add_accounts(store: Store, password: str) -> None:
    there = store.accounts.all()
    taken = {account.name for account in there}
    administered = any(account.role is Role.ADMIN for account in there)
    # Whoever set the installation up stays its only administrator.
    wanted = [each for each in ACCOUNTS if each.name not in taken and not (administered and each.role is Role.ADMIN)]
    if wanted:
        password_hash = hashed_password(password)  # once: it takes its time, and the password is the same for all
        for each in wanted:
            store.accounts.add(
                each.name, each.display_name, each.role, password_hash, each.departments, now=datetime.now(UTC)
            )


def _add_customers(store: Store, seed: int, today: date) -> None:
    store.contacts.keep(sample_customers(seed, today), by=_BY)
    now = datetime.now(UTC)
    for plan, survey, department in ((FOLLOW_UP, "power-visit", None), (YEARLY, "key-account", "service")):
        if store.surveys.get(survey).live:
            campaign = planned(store, plan, survey, department=department, by=_BY, now=now)
            if plan is FOLLOW_UP:  # it invites no one before something happens
                store.campaigns.bring(campaign.id, State.RUNNING, by=_BY, now=now)


def _add_letters(store: Store, today: date) -> None:
    store.boxes.save(BOX, by=_BY)
    for letter in sample_letters(today):
        received = replace(letter, reply="", state=CaseState.RECEIVED)
        store.boxes.receive(received)
        if letter.state is not CaseState.RECEIVED:
            store.boxes.answer(received, letter.state, letter.reply, letter.answered_on or today, by=_BY)
    newest = next(sample_letters(today))
    store.boxes.remark(newest.id, newest.id, AGAIN, newest.received_at + timedelta(hours=4))


def _add_answers(store: Store, code: str, department: str | None, answers: _Answers, seed: int, today: date) -> int:
    version = _published_version(store, code, department)
    if store.responses.amount(code):
        return 0
    submissions = list(answers(seed, today, version))
    store.responses.append(submissions)
    store.responses.count_all(code, sample_openings(seed, submissions))
    return len(submissions)


def _published_version(store: Store, code: str, department: str | None) -> int:
    try:
        record = store.surveys.get(code)
    except UnknownSurvey:
        store.surveys.save_draft(template(code), department, by=_BY)
        return store.surveys.publish(code, by=_BY)
    return record.version if record.live or record.closed else store.surveys.publish(code, by=_BY)
