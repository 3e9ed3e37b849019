"""Rules of tasks: whom a round asks about what. The same ground makes the same tasks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from surveys.accounts import Account
from surveys.definition.task_rules import Among, Phase, TaskMaker, TaskRule
from surveys.fieldwork.tasks.rules import LATER, Proposal, StaffDate, TaskGround, expand
from surveys.organisation.departments import Department
from surveys.organisation.subjects import Subject
from surveys.permissions import Role

DAY = date(2026, 10, 1)
TREE = (
    Department("head", "公司"), Department("repair", "抢修", "head"), Department("service", "营销", "head"),
    Department("crew", "抢修一班", "repair"),
)  # fmt: skip


def account(number: int, name: str, *departments: str, role: Role = Role.STAFF) -> Account:
    return Account(number, name, name, role, departments)


BOSS = account(1, "boss", "head", role=Role.MANAGER)
REPAIR = account(2, "repairs", "repair", role=Role.MANAGER)
SERVICE = account(3, "services", "service", role=Role.MANAGER)
LI, WU, HE = account(4, "li", "repair"), account(5, "wu", "service"), account(6, "he", "crew")
EVERYONE = (BOSS, REPAIR, SERVICE, LI, WU, HE)


def departments() -> list[Subject]:
    return [Subject("department", each.code, each.name) for each in TREE]


def ground(kind: str, subjects: list[Subject], **changes: Any) -> TaskGround:
    return replace(TaskGround("s", "2026-Q4", kind, DAY, DAY, subjects, EVERYONE, TREE), **changes)


def made(rule: TaskRule, over: TaskGround) -> set[tuple[int | None, str, str]]:
    return {(each.account, each.subject, each.relation) for each in expand(rule, over, by="test").tasks}


@pytest.mark.parametrize(
    ("rule", "rated"),
    [
        ({}, {"li": {"service"}, "wu": {"repair"}, "he": {"field"}, "boss": set()}),
        ({"among": Among.STAFFED}, {"li": {"service", "billing"}, "wu": {"repair", "crew", "field"}}),
        ({"among": Among.LEVEL, "level": 3}, {"li": {"billing"}, "he": {"field", "billing"}, "boss": set()}),
        ({"among": Among.CHOSEN, "chosen": ("head", "crew", "billing")}, {"li": {"billing"}, "wu": {"crew"}}),
    ],
    ids=["beside", "all with people", "a level", "chosen"],
)
def test_a_rule_says_which_departments_are_rated(rule: dict[str, Any], rated: dict[str, set[str]]) -> None:
    """Never one's own, what it is part of or what is part of it; nor, unless chosen, what has no people."""
    tree = (*TREE, Department("field", "抢修二班", "repair"), Department("billing", "电费班", "service"),
            Department("empty", "空部门", "head"))  # fmt: skip
    more = (*EVERYONE, account(7, "fang", "field"), account(8, "bi", "billing"))
    subjects = [Subject("department", each.code, each.name) for each in tree]
    over = ground("department", subjects, accounts=more, departments=tree)
    tasks = expand(TaskRule(by=TaskMaker.OTHERS, **rule), over, by="test").tasks
    found = {name: {each.subject for each in tasks if each.account == number} for number, name in
             ((each.id, each.name) for each in more)}  # fmt: skip
    assert {name: found[name] for name in rated} == rated


def test_tasks_are_due_so_many_days_after_the_round_began() -> None:
    """Their answers belong to the department that is rated."""
    tasks = expand(TaskRule(by=TaskMaker.OTHERS, days=10), ground("department", departments()), by="test").tasks
    assert {(each.due_on, each.department == each.subject) for each in tasks} == {(DAY + timedelta(days=10), True)}


def test_the_people_of_a_step_rate_the_steps_before_and_after() -> None:
    """Whichever of two steps says that one follows the other."""
    steps = [
        Subject("step", "accept", "受理", "service", {"successor": ("survey",)}),
        Subject("step", "survey", "勘查", "repair"),
        Subject("step", "connect", "接电", "crew", {"predecessor": ("survey",)}),
    ]
    pairs = made(TaskRule(by=TaskMaker.NEIGHBOURS), ground("step", steps))
    assert {each[1:] for each in pairs if each[0] == LI.id} == {("accept", "predecessor"), ("connect", "successor")}
    assert {each[1:] for each in pairs if each[0] == WU.id} == {("survey", "successor")}


def test_each_unit_rates_itself() -> None:
    pairs = made(TaskRule(by=TaskMaker.OWN), ground("department", departments()))
    assert pairs == {(1, "head", "self"), (2, "repair", "self"), (3, "service", "self")}


def test_a_draw_is_repeatable_fair_and_another_one_in_another_round() -> None:
    """Each of the chosen listeners so many, none of them oneself."""
    agents = [Subject("agent", f"a{n:02}", f"座席{n}") for n in range(30)] + [Subject("agent", "li", "李")]
    rule, over = TaskRule(by=TaskMaker.DRAW, each=5), ground("agent", agents, fillers=(LI.id, WU.id))
    first, later = made(rule, over), made(rule, replace(over, round="2027-Q1"))
    assert first == made(rule, replace(over, subjects=agents[::-1])) and first != later
    assert Counter(each[0] for each in first) == {LI.id: 5, WU.id: 5} and (LI.id, "li", "reviewer") not in first


def test_every_site_is_inspected_once_by_one_of_the_inspectors() -> None:
    sites = [Subject("site", f"p{n}", f"站点{n}", "repair") for n in range(7)]
    over = ground("site", sites, fillers=(LI.id, WU.id))
    pairs = made(TaskRule(by=TaskMaker.EACH), over)
    assert sorted(each[1] for each in pairs) == sorted(each.code for each in sites)
    assert sorted(Counter(each[0] for each in pairs).values()) == [3, 4]
    nobody = expand(TaskRule(by=TaskMaker.EACH), replace(over, fillers=()), by="test")
    assert not nobody.tasks and len(nobody.subjects_without) == 7


@pytest.mark.parametrize(
    ("today", "begins", "asked"),
    [
        (date(2026, 11, 20), date(2026, 11, 1), {"before"}),
        (date(2026, 11, 27), date(2026, 11, 1), {"before", "after"}),
        (date(2026, 12, 31), date(2026, 12, 1), set()),
        (date(2026, 11, 26) + LATER, date(2027, 2, 1), {"later"}),
    ],
    ids=["before it", "the day after", "in between", "three months later"],
)
def test_participants_are_asked_before_after_and_three_months_later(today: date, begins: date, asked: set[str]) -> None:
    """Each time in the round into which it falls, and in no other."""
    session = Subject("session", "k1", "安全培训", None, {"date": ("2026-11-26",), "participants": ("li", "e7", "x")})
    persons = {"e7": Subject("person", "e7", "吴", None, {"account": ("wu",)})}
    rule = TaskRule(by=TaskMaker.PARTICIPANTS, phases=tuple(Phase))
    tasks = expand(rule, ground("session", [session], today=today, begins=begins, persons=persons), by="test").tasks
    assert {each.context["phase"] for each in tasks} == asked
    assert not tasks or {each.account for each in tasks} == {LI.id, WU.id}


def raters_of(subject: Subject) -> dict[str, set[str]]:
    found = expand(TaskRule(by=TaskMaker.RATERS), ground("person", [subject]), by="test").tasks
    names = {each.id: each.name for each in EVERYONE}
    return {
        relation: {names[each.account or 0] for each in found if each.relation == relation}
        for relation in {each.relation for each in found}
    }  # fmt: skip


def test_the_tree_proposes_who_stands_above_beside_and_below_a_manager() -> None:
    assert raters_of(Subject("person", "repairs", "抢修主任", "repair")) == {
        "superior": {"boss"}, "peer": {"services"}, "subordinate": {"li", "he"}, "self": {"repairs"},
    }  # fmt: skip


def test_a_superior_that_is_told_counts_before_the_tree() -> None:
    told = raters_of(Subject("person", "repairs", "抢修主任", "repair", {"superior": ("services",)}))
    assert told["superior"] == {"services"} and "boss" not in set().union(*told.values())


def test_of_somebody_who_manages_nobody_colleagues_are_peers() -> None:
    assert raters_of(Subject("person", "li", "李", "repair")) == {"superior": {"repairs"}, "self": {"li"}}


@pytest.mark.parametrize("maker", list(TaskMaker))
def test_the_same_ground_makes_the_same_tasks(maker: TaskMaker) -> None:
    """By their natural keys, so that making them again adds none."""
    kinds = {TaskMaker.RATERS: "person", TaskMaker.NEIGHBOURS: "step", TaskMaker.PARTICIPANTS: "session"}
    kind = kinds.get(maker, "department")
    subjects = [replace(each, kind=kind) for each in departments()]
    dates = [StaffDate(LI, "li", DAY), StaffDate("file", "赵", DAY)]
    over = ground(kind, subjects, fillers=(LI.id, HE.id), dates=dates)

    def keys(proposal: Proposal) -> list[str]:
        return sorted(each.natural_key for each in proposal.tasks)

    rule = TaskRule(by=maker, each=2, file_date="who.入职日期", after=0)
    twice = [keys(expand(rule, over, by="test")) for _ in range(2)]
    assert twice[0] == twice[1] and len(set(twice[0])) == len(twice[0])
