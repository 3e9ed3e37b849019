"""Tasks as they are given out: by rule when a round opens, by request and by other systems; reminded and escalated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from surveys.accounts import Account
from surveys.definition.survey import Audience
from surveys.definition.task_rules import TaskMaker, TaskRule
from surveys.definition.templates import template
from surveys.exchange.task_requests import TaskRequest, UnfitRequest, UnfitTaskTable, requests_in, task_of
from surveys.fieldwork.tasks.reminding import may_remind_anonymously, reminder_due
from surveys.operations.scheduler import Scheduler, links_of
from surveys.operations.task_reminders import escalate_due, remind_due
from surveys.operations.tasks import give_out, make_due_tasks, propose, task_desk
from surveys.organisation.departments import Department
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.tables import opened_bytes
from tests.conftest import submission
from tests.support.front_door import NOW, SECRET, Clock, add_account
from tests.support.tasks import DAY, a_task, give

CODE, BASE = "power-visit", "https://ask.example"


def field(
    store: Store, by: TaskMaker | None = TaskMaker.OTHERS, *, anonymous: bool = False, about: str = "department"
) -> None:
    rule = TaskRule(by=by, days=10) if by else None
    changes = {"audience": Audience.STAFF, "tasks": rule, "about": about, "anonymous": anonymous}
    store.surveys.save_draft(template(CODE).model_copy(update=changes), "service", by="test")
    store.surveys.publish(CODE, by="test")


@pytest.fixture
def people(store: Store) -> dict[str, Account]:
    """A manager over a crew, and two colleagues; two of them have files with addresses."""
    store.organisation.save([Department("crew", "抢修一班", "repair")], [])
    made = [
        add_account(store, "chief", Role.MANAGER, ("repair",)), add_account(store, "li", Role.STAFF, ("crew",)),
        add_account(store, "wu", Role.STAFF, ("service",)),
    ]  # fmt: skip
    files = [
        Contact(f"f{each.id}", each.name, ContactKind.STAFF, email=f"{each.name}@example.cn", account=each.id)
        for each in made[:2]
    ]
    store.contacts.keep([*files, Contact("expert", "专家", phone="13800001111", customer_number="X1")], by="test")
    return {each.name: each for each in made}


def all_tasks(store: Store) -> list[tuple[int | None, str]]:
    return sorted((each.account, each.subject) for each in store.tasks.all(TaskSearch(CODE), DAY))


def test_the_tasks_of_a_round_make_themselves_once(store: Store, people: dict[str, Account]) -> None:
    """Three people about the departments beside theirs; another look makes none."""
    field(store)
    assert make_due_tasks(store, NOW) == 3 and make_due_tasks(store, NOW) == 0
    assert (people["li"].id, "crew") not in all_tasks(store) and (people["li"].id, "service") in all_tasks(store)
    assert {each.due_on for each in store.tasks.all(TaskSearch(CODE), DAY)} != {None}


def test_the_next_round_makes_its_own(store: Store, people: dict[str, Account]) -> None:
    field(store)
    make_due_tasks(store, NOW)
    assert make_due_tasks(store, NOW + timedelta(days=366)) == 3
    assert len({each.round for each in store.tasks.all(TaskSearch(CODE), DAY)}) == 2


def test_what_is_to_be_confirmed_does_not_make_itself(store: Store, people: dict[str, Account]) -> None:
    field(store, TaskMaker.RATERS, about="person")
    assert make_due_tasks(store, NOW) == 0
    rule = TaskRule(by=TaskMaker.RATERS)
    assert propose(store, store.surveys.get(CODE), rule, (), by="test", now=NOW).tasks


def test_who_has_drawn_draws_no_more_in_the_round(store: Store, people: dict[str, Account]) -> None:
    """Also when there are others to be drawn meanwhile."""
    field(store, None)
    rule, record = TaskRule(by=TaskMaker.DRAW), store.surveys.get(CODE)
    first = propose(store, record, rule, [people["li"].id], by="test", now=NOW).tasks
    give_out(store, SECRET, first, by="test")
    store.organisation.save([Department("new", "新部门")], [])
    assert len(first) == 1 and not propose(store, record, rule, [people["li"].id], by="test", now=NOW).tasks


def test_a_request_says_everything_that_is_wrong_with_it(store: Store, people: dict[str, Account]) -> None:
    field(store)
    desk = task_desk(store, store.surveys.get(CODE), by="test", now=NOW)
    with pytest.raises(UnfitRequest) as unfit:
        task_of(desk, TaskRequest("nobody", "nowhere", "明天", "朋友", {"secret": "1"}))
    assert set(unfit.value.reasons) == {"filler", "subject", "due", "relation", "context.secret"}
    made = task_of(desk, TaskRequest("li", "营销服务部", "2026年12月1日", "同级"))
    assert (made.account, made.subject, made.due_on, made.relation) == (
        people["li"].id, "service", date(2026, 12, 1), "peer",
    )  # fmt: skip
    assert task_of(desk, TaskRequest("X1", "service")).contact == "expert"


def test_nobody_rates_themselves_unless_the_relation_says_so(store: Store, people: dict[str, Account]) -> None:
    field(store, None, about="person")
    desk = task_desk(store, store.surveys.get(CODE), by="test", now=NOW)
    with pytest.raises(UnfitRequest, match="本人"):
        task_of(desk, TaskRequest("li", "li", relation="peer"))
    assert task_of(desk, TaskRequest("li", "li", relation="self")).account == people["li"].id


def test_tasks_come_from_a_file(store: Store, people: dict[str, Account]) -> None:
    """By the headings people use; blank lines are none."""
    table = "填写人,评价对象,截止日期,关系\nli,service,2026-12-01,评价人\n,,,\nwu,repair,,\n"
    with opened_bytes(table.encode()) as opened:
        rows = list(requests_in(opened, {}))
    assert [(number, each.filler, each.subject, each.due) for number, each in rows] == [
        (2, "li", "service", "2026-12-01"), (4, "wu", "repair", ""),
    ]  # fmt: skip
    with opened_bytes("对象\nx\n".encode()) as opened, pytest.raises(UnfitTaskTable, match="填写人"):
        list(requests_in(opened, {}))


def letters(store: Store) -> list[tuple[str, str]]:
    return [
        (each.message.address, each.message.body)
        for each in store.outbox.claim("mail", 50, now=NOW + timedelta(days=99))
    ]


def test_fillers_are_reminded_once_before_and_once_after_the_due_date(store: Store, people: dict[str, Account]) -> None:
    """One letter for all tasks of a person; none for what is done."""
    field(store)
    tasks = [a_task(CODE, people["li"].id, each, due_on=DAY + timedelta(days=2)) for each in ("repair", "service")]
    give(store, *tasks, a_task(CODE, people["chief"].id, "service", due_on=DAY + timedelta(days=20)))
    assert (remind_due(store, BASE, NOW), remind_due(store, BASE, NOW)) == (1, 0)
    store.responses.append([submission(1, task=tasks[0].id)])
    assert remind_due(store, BASE, NOW + timedelta(days=3)) == 1
    assert remind_due(store, BASE, NOW + timedelta(days=9)) == 0
    [first, second] = sorted(letters(store), key=lambda each: "1 项" in each[1])
    assert (
        first[0] == "li@example.cn" and "2 项任务" in first[1] and f"{BASE}/my" in first[1] and "1 项任务" in second[1]
    )


def test_an_outsiders_link_stands_in_no_table(store: Store, people: dict[str, Account]) -> None:
    """It is put in when the message is sent, and not any more when the task is withdrawn."""
    field(store)
    task = a_task(CODE, contact="expert", due_on=DAY)
    give_out(store, SECRET, [task], by="test")
    assert remind_due(store, BASE, NOW) == 1
    [taken] = store.outbox.claim("sms", 5, now=NOW)
    links = links_of(store, SECRET, BASE, clock=Clock())
    found = links(taken.message.invitation or "")
    assert "{link}" in taken.message.body and found is not None and found.link.startswith(f"{BASE}/t/")
    assert found.link.rpartition("/")[2].encode() not in store.path.read_bytes()
    store.tasks.withdraw([task.id], "换人", by="test")
    assert links(taken.message.invitation or "") is None


@pytest.mark.parametrize(("left", "done", "may"), [(20, 0, True), (20, 3, False), (20, 12, True), (3, 40, False)])
def test_reminders_of_an_anonymous_survey_single_out_nobody(left: int, done: int, may: bool) -> None:
    """Neither those few who are done nor those few who are left."""
    assert may_remind_anonymously(left, done, 5) is may


def test_reminding_an_anonymous_round_leaves_no_trace_of_who_was_done(store: Store, people: dict[str, Account]) -> None:
    """All tasks have had the same number afterwards."""
    field(store, anonymous=True)
    ids = [people["li"].id, *(add_account(store, f"p{n}", Role.STAFF, ("service",)).id for n in range(14))]
    tasks = [a_task(CODE, each, due_on=DAY) for each in ids]
    give(store, *tasks)
    for number, task in enumerate(tasks[5:12]):
        store.responses.append([submission(number, received_at=None, task=task.id)])
    assert remind_due(store, BASE, NOW) == 1
    assert {each.reminders for each in store.tasks.all(TaskSearch(CODE), DAY)} == {1}


def test_a_manager_hears_once_of_what_is_late(store: Store, people: dict[str, Account]) -> None:
    """Up the tree where a department has no manager of its own; never of an anonymous survey."""
    field(store)
    give(store, a_task(CODE, people["li"].id, "service", due_on=DAY))
    assert escalate_due(store, BASE, NOW) == 0
    later = NOW + timedelta(days=4)
    assert (escalate_due(store, BASE, later), escalate_due(store, BASE, later)) == (1, 0)
    assert [address for address, _ in letters(store)] == ["chief@example.cn"]


def test_the_scheduler_does_all_of_it(store: Store, people: dict[str, Account]) -> None:
    field(store)
    assert Scheduler(store, clock=Clock(), base_url=BASE).run_due() == 3


def test_a_reminder_is_due_by_days() -> None:
    task = a_task(CODE, 1, due_on=DAY)
    assert [reminder_due(task, DAY + timedelta(days=n)) for n in (-4, -3, 0, 1)] == [0, 1, 1, 2]
    assert reminder_due(replace(task, reminders=1), DAY) == 0 == reminder_due(replace(task, done=True), DAY)
