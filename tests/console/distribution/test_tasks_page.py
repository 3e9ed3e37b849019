"""The page of tasks: given out by rule with a preview, watched over, and silent on who answered anonymously."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.definition.task_rules import Among
from surveys.fieldwork.tasks.doors import round_of_tasks
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.tasks import WouldTell, make_due_tasks, withdraw_tasks
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, press, signed_in, words
from tests.fieldwork.test_task_work import CODE, field
from tests.support.front_door import NOW, Clock, add_account, visiting
from tests.support.tasks import DAY, a_task, give

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated


@pytest.fixture
def organisation(store: Store) -> Store:
    add_accounts(store)
    add_account(store, "li", Role.STAFF, ("service",))
    return store


def test_tasks_are_given_out_by_rule_after_a_look_at_them(organisation: Store, open_page: Open) -> None:
    """Pressed again, nothing is given out twice."""
    field(organisation)
    app = open_page(organisation, "maker", "tasks")
    assert "项任务" in words(app) and "这份问卷还没有任务" in words(app)
    [button] = [each for each in app.button if each.label.startswith("下发 ")]
    press(app, button.label)
    assert "原来就有" in words(app)
    made = organisation.tasks.all(TaskSearch(CODE), local_day(utc_now()))
    assert made and {each.made_by for each in made} == {"maker"}
    press(app, button.label)
    assert len(organisation.tasks.all(TaskSearch(CODE), local_day(utc_now()))) == len(made)


def test_the_rule_asks_which_departments_are_rated_and_keeps_it_for_the_next_rounds(
    organisation: Store, open_page: Open
) -> None:
    """Nobody about their own department or one above it; by the level of the tree, or those chosen."""
    parts = [Department(code, name, "head") for code, name in (("service", "营销部"), ("repair", "抢修部"))]
    organisation.organisation.save([Department("head", "公司"), *parts], [])
    field(organisation)
    app = open_page(organisation, "maker", "tasks")
    app.selectbox(key=f"{CODE} rule among").set_value(Among.LEVEL).run()
    app.selectbox(key=f"{CODE} rule level").set_value(2).run()
    assert "涉及 2 个对象" in words(app)
    app.selectbox(key=f"{CODE} rule among").set_value(Among.CHOSEN).run()
    app.multiselect(key=f"{CODE} rule chosen").set_value(["repair", "head"]).run()
    assert "涉及 1 个对象" in words(app)
    press(app, "以后的轮次也按这条规则自动下发")
    make_due_tasks(organisation, utc_now())
    made = organisation.tasks.all(TaskSearch(CODE), local_day(utc_now()))
    assert made and {each.subject for each in made} == {"repair"}


def test_an_anonymous_list_tells_who_was_asked_and_not_who_answered(organisation: Store, open_page: Open) -> None:
    """The page is the same before and after somebody answers, but for counts of enough people."""
    field(organisation, anonymous=True)
    [li] = [each for each in organisation.accounts.all() if each.name == "li"]
    task = a_task(CODE, li.id)
    give(organisation, task)
    before = words(open_page(organisation, "maker", "tasks"))
    organisation.responses.append([submission(1, received_at=None, task=task.id)])
    after = words(open_page(organisation, "maker", "tasks"))
    assert "li" in before and before == after and "已完成" in after


def test_some_tasks_of_an_anonymous_round_are_not_withdrawn_once_somebody_has_answered(organisation: Store) -> None:
    """How many went would tell who had; all of them together may go."""
    field(organisation, anonymous=True)
    accounts = [each.id for each in organisation.accounts.all()][:3]
    tasks = [a_task(CODE, each) for each in accounts]
    give(organisation, *tasks)
    assert withdraw_tasks(organisation, tasks[:1], "换人", by="test", now=NOW) == 1
    organisation.responses.append([submission(1, received_at=None, task=tasks[1].id)])
    with pytest.raises(WouldTell):
        withdraw_tasks(organisation, tasks[2:], "换人", by="test", now=NOW)
    assert withdraw_tasks(organisation, tasks, "停办", by="test", now=NOW) == 1


def test_named_tasks_are_listed_by_state_and_withdrawn_with_a_reason(organisation: Store, open_page: Open) -> None:
    field(organisation)
    [li] = [each for each in organisation.accounts.all() if each.name == "li"]
    task = a_task(CODE, li.id, due_on=DAY)
    give(organisation, task)
    app = open_page(organisation, "maker", "tasks")
    next(each for each in app.multiselect if each.label.startswith("哪些任务")).set_value([task.id]).run()
    next(each for each in app.text_input if each.label.startswith("撤销的原因")).set_value("换人").run()
    press(app, "撤销")
    kept = organisation.tasks.get(task.id)
    assert kept is not None and kept.withdrawn_reason == "换人" and "已撤销 1 项" in words(app)


def test_a_manager_sees_the_tasks_of_their_departments_and_gives_none_out(organisation: Store, open_page: Open) -> None:
    field(organisation)
    [li] = [each for each in organisation.accounts.all() if each.name == "li"]
    give(organisation, a_task(CODE, li.id, "repair"), a_task(CODE, li.id, "service"))
    app = open_page(organisation, "head", "tasks")
    assert "配网抢修部" in words(app) and "营销服务部" not in words(app).partition("任务清单")[2]
    assert not [each for each in app.button if each.label.startswith("下发")]


def test_named_tasks_are_put_off_with_a_reason_that_their_filler_reads(organisation: Store, open_page: Open) -> None:
    """Late ones are counted for the department whose results wait for them; with a new day none is late."""
    field(organisation)
    [li] = [each for each in organisation.accounts.all() if each.name == "li"]
    today = local_day(utc_now())
    code, _ = round_of_tasks(organisation.surveys.get(CODE).opening.rounds, utc_now())
    task = a_task(CODE, li.id, due_on=today - timedelta(days=2), round=code)
    give(organisation, task)
    app = open_page(organisation, "maker", "tasks")
    assert "按对象所属部门" in words(app)
    next(each for each in app.multiselect if each.label.startswith("哪些任务")).set_value([task.id]).run()
    next(each for each in app.text_input if each.label.startswith("延期的原因")).set_value("外出学习").run()
    app.date_input(key="task put off").set_value(today + timedelta(days=5)).run()
    press(app, "延期")
    shown = words(app)
    assert "已延期 1 项" in shown and "延期：外出学习" in shown and "按对象所属部门" not in words(app.run())
    clock = Clock()
    clock.now = utc_now()
    with visiting(organisation, clock) as browser:
        browser.cookies.set(SESSION_COOKIE, signed_in(organisation, "li"))
        assert "已延期：外出学习" in browser.get("/my").text
