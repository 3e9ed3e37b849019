"""Makes the cases that follow from answers, each once however often it runs, and has every case due on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from surveys.cases.case import Case
from surveys.cases.categories import CASE_CATEGORIES, categories_from, due_day
from surveys.cases.rules import AnswerGround, CaseRule, callback_rule, case_of, case_of_wish, makes_case
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import local_day
from surveys.organisation.department_tree import parents_of, topmost
from surveys.organisation.responsibilities import RESPONSIBILITIES, owners
from surveys.organisation.working_days import HOLIDAYS, WorkingCalendar, calendar_from
from surveys.storage import Store
from surveys.storage.sqlite.cases.case_rules import Arrival

AT_ONCE = 500  # answers that a rule is held against in one turn


def make_due_cases(store: Store, now: datetime) -> int:
    """One stretch of answers for every rule, and the wishes that may be seen by now; returns how many cases."""
    made = turn_wishes(store)
    for rule in rules_in_force(store):
        made += _run(store, rule, now)
    give_due_days(store)
    return made


def rules_in_force(store: Store) -> Iterator[CaseRule]:
    """The organisation's rules, and one for each survey that asks who wishes to be contacted."""
    yield from (each for each in store.case_rules.all() if each.enabled)
    for record in store.surveys.all():
        department = record.department or fallback_department(store)
        if department and (rule := callback_rule(record.survey, department)):
            yield rule


def _run(store: Store, rule: CaseRule, now: datetime) -> int:
    reached, arrived = store.case_rules.arrived(rule, AT_ONCE)
    if not arrived:
        return 0
    owned = owners(store.organisation.setting(RESPONSIBILITIES))
    departments = frozenset(each.code for each in store.organisation.departments())
    grounds = [_ground(store, each) for each in arrived]
    cases = [case_of(rule, each, owned, departments) for each in grounds if makes_case(rule, each)]
    return store.case_rules.make(rule, cases, since=reached, until=arrived[-1].number, day=local_day(now))


def _ground(store: Store, arrival: Arrival) -> AnswerGround:
    answer = arrival.answer
    contact = store.contacts.get(answer.contact) if answer.contact else None
    survey = store.surveys.version(answer.survey, answer.version)
    tier = contact.tier if contact else ""
    return AnswerGround(survey, answer, tier, arrival.imported, Flag.TRAP in answer.flags)


def turn_wishes(store: Store) -> int:
    """Cases of those who wish to be contacted after an anonymous answer; such a wish waits while nobody is there."""
    if not store.case_rules.any_wishes():
        return 0
    known = {each.code for each in store.organisation.departments()}
    of_surveys = {each.code: each.department for each in store.surveys.all(archived=True)}
    rest = fallback_department(store)

    def turned(wish: dict[str, Any]) -> Case | None:
        asked = (wish["department"], of_surveys.get(wish["survey"]), rest)
        department = next((each for each in asked if each in known), None)
        if department is None:
            return None
        return case_of_wish(wish["survey"], wish["id"], wish["day"], department, wish["contact"])

    return store.case_rules.turn_wishes(turned)


def fallback_department(store: Store) -> str | None:
    """Whose business is what would be nobody's: a department at the top of the tree."""
    departments = store.organisation.departments()
    found = topmost([each.code for each in departments], parents_of(departments))
    return found[0] if found else None


def working_calendar(store: Store) -> WorkingCalendar:
    """Working days as the organisation has them."""
    return calendar_from(store.organisation.setting(HOLIDAYS))


def give_due_days(store: Store) -> int:
    """Have every case due that nobody has counted for; returns how many."""
    categories = categories_from(store.organisation.setting(CASE_CATEGORIES))
    calendar = working_calendar(store)

    def due(category: str, received: date) -> date:
        return due_day(category, received, categories, calendar)

    return store.cases.give_due_days(due)
