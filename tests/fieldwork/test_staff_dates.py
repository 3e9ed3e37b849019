"""So long after a date in their file each of the staff has a task: once for each day that comes, by account or link."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from surveys.definition.task_rules import After
from surveys.definition.templates import template
from surveys.fieldwork.campaigns.schedule import months_later
from surveys.fieldwork.tasks.task import Task, task_address
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.console.test_console import Open, add_accounts, open_page, press, signed_in, words
from tests.fieldwork.test_file_dates import morning
from tests.fieldwork.test_systems import answers_to
from tests.support.front_door import SECRET, Clock, TestClient, add_account, hidden, publish, receipt, visiting

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated
CODE = "new-employee"


@pytest.fixture
def joined(store: Store) -> Store:
    """Li has an account, Zhao has none; of Wu nobody can read when he came; Zheng's account is closed."""
    publish(store, CODE, "service")
    li, gone = (add_account(store, name, Role.STAFF, ("service",)) for name in ("li", "gone"))
    store.accounts.change(gone.name, active=False)
    store.contacts.keep(
        [
            Contact("li", "李娜", ContactKind.STAFF, account=li.id, department="service",
                    who={"入职日期": "2026-08-24"}),
            Contact("zhao", "赵强", ContactKind.STAFF, phone="13800001111", department="repair",
                    who={"入职日期": "2026年8月25日"}),
            Contact("wu", "吴江", ContactKind.STAFF, department="repair", who={"入职日期": "去年秋天"}),
            Contact("gone", "郑某", ContactKind.STAFF, account=gone.id, department="service",
                    who={"入职日期": "2026-08-24"}),
            Contact("client", "客户", who={"入职日期": "2026-08-24"}),
        ], by="test",
    )  # fmt: skip
    return store


def turn(store: Store, day: str) -> None:
    """What a server that was started anew this morning does."""
    Scheduler(store, clock=lambda: morning(day), secret=SECRET, base_url="https://ask.example").run_due()


def tasks(store: Store) -> list[Task]:
    return store.tasks.all(TaskSearch(CODE), date(2026, 11, 24), limit=-1)


def test_each_day_that_comes_makes_one_task(joined: Store) -> None:
    """Neither before nor again; customers and dates that nobody can read make none."""
    made = []
    for day in ("2026-11-23", "2026-11-24", "2026-11-24", "2026-11-25", "2026-12-01", "2027-01-10"):
        turn(joined, day)
        made.append(len(tasks(joined)))
    assert made == [0, 1, 1, 2, 2, 2]
    assert {(each.contact, each.department, each.due_on) for each in tasks(joined)} == {
        (None, "service", date(2026, 12, 8)), ("zhao", "repair", date(2026, 12, 9)),
    }  # fmt: skip


def test_what_came_due_over_the_end_of_a_round_is_asked_once(joined: Store) -> None:
    """The server was down on the day; within the week the task is made, in the round of then, and only there."""
    file = Contact("ma", "马", ContactKind.STAFF, phone="13800002222", who={"入职日期": "2026-09-30"})
    joined.contacts.keep([file], by="test")
    turn(joined, "2026-12-30")
    turn(joined, "2027-01-03")
    assert [(each.contact, each.round) for each in tasks(joined)] == [("ma", "2026-Q4")]
    late = Contact("he", "何", ContactKind.STAFF, phone="13800003333", who={"入职日期": "2026-09-29"})
    joined.contacts.keep([late], by="test")
    turn(joined, "2027-01-04")
    assert {(each.contact, each.round) for each in tasks(joined)} == {("ma", "2026-Q4"), ("he", "2027-Q1")}
    turn(joined, "2027-01-05")
    assert len(tasks(joined)) == 2


def answer(browser: TestClient, store: Store, address: str) -> str:
    page, asked = browser.get(address).text, store.surveys.get(CODE).survey.questions()
    return receipt(browser.post(address, data=hidden(page) | answers_to(asked)).text)


def test_a_list_of_staff_makes_tasks_that_are_filled_in(store: Store, open_page: Open) -> None:
    """From the list with user names to the answer: at `/my` by who has an account, by a link by who has none."""
    add_accounts(store)
    add_account(store, "li", Role.STAFF, ("service",))
    publish(store, CODE, "service")
    joined = local_day(utc_now()) - timedelta(days=90)
    lines = ["工号,姓名,手机号,部门,用户名,客户或员工,who.入职日期", f"E1,李娜,13800000001,service,li,,{joined}",
             f"E2,赵强,13800000002,repair,,员工,{joined}", f"E3,钱进,13800000003,repair,nobody,,{joined}",
             f"E4,孙,13800000004,repair,li,,{joined}"]  # fmt: skip
    app = open_page(store, "boss", "people")
    app.file_uploader(key="people file").upload("staff.csv", "\n".join(lines).encode(), "text/csv").run()
    press(app, "导入")
    assert "新增 2 人" in words(app) and "没有用户名为“nobody”的账号" in words(app)
    assert {each.name: each.kind for each in store.contacts.all()} == dict.fromkeys(("李娜", "赵强"), ContactKind.STAFF)
    page = open_page(store, "maker", "tasks", survey=CODE)
    assert "2 份员工档案有这个日期" in words(page)
    page.selectbox(key=f"{CODE} rule unit").set_value(After.DAYS).run()
    page.number_input(key=f"{CODE} rule after").set_value(90).run()
    assert "赵强（专属链接）" in words(page)
    press(page, "以后的轮次也按这条规则自动下发")
    clock = Clock()
    clock.now = utc_now()
    Scheduler(store, clock=clock, secret=SECRET).run_due()
    made = {each.contact is None: each for each in store.tasks.all(TaskSearch(CODE), local_day(clock()))}
    assert len(made) == 2
    with visiting(store, clock) as browser:
        assert answer(browser, store, task_address(made[False], SECRET))
        browser.cookies.set(SESSION_COOKIE, signed_in(store, "li"))
        assert f"/t/{made[True].id}" in browser.get("/my").text
        assert answer(browser, store, f"/t/{made[True].id}")
    Scheduler(store, clock=clock, secret=SECRET).run_due()
    assert all(each.done for each in store.tasks.all(TaskSearch(CODE), local_day(clock())))
    assert {each.department for each in store.responses.newest(CODE, 9)} == {"service", "repair"}


@pytest.mark.parametrize("anonymous", [True, False])
def test_dates_of_single_people_make_no_tasks_of_anonymous_surveys(
    store: Store, open_page: Open, anonymous: bool
) -> None:
    """Whose day has come is one person, and an answer of that week would be theirs."""
    add_accounts(store)
    survey = template(CODE).model_copy(update={"anonymous": anonymous})
    store.surveys.save_draft(survey, "service", by="test")
    store.surveys.publish(CODE, by="test")
    joined = months_later(local_day(utc_now()), -3)
    file = Contact("zhao", "赵", ContactKind.STAFF, phone="13800002222", who={"入职日期": joined.isoformat()})
    store.contacts.keep([file], by="test")
    Scheduler(store, secret=SECRET).run_due()
    assert bool(store.tasks.all(TaskSearch(CODE), local_day(utc_now()))) is not anonymous
    offered = open_page(store, "maker", "tasks", survey=CODE).selectbox(key=f"{CODE} rule by").options
    assert ("每名员工，在档案里的日期之后一段时间" in offered) is not anonymous
