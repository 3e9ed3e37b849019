"""Tasks where their fillers meet them: `/my`, the form of one's own task, and personal links of outsiders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from surveys.accounts import Account
from surveys.definition.survey import Audience, Survey
from surveys.definition.task_rules import TaskMaker, TaskRule
from surveys.definition.templates import template
from surveys.fieldwork.rounds import Round
from surveys.fieldwork.tasks.task import task_token
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import (
    NOW,
    SECRET,
    Clock,
    TestClient,
    add_account,
    be,
    heading,
    hidden,
    receipt,
    sign_in,
    visiting,
)
from tests.support.tasks import DAY, a_task, give

INSPECTION = "power-visit"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"}


def field_survey(store: Store, *, anonymous: bool = False, rule: bool = True) -> Survey:
    """The post-visit form as one that staff fill in by task."""
    tasks = TaskRule(by=TaskMaker.OTHERS) if rule else None
    survey = template(INSPECTION).model_copy(
        update={"anonymous": anonymous, "audience": Audience.STAFF, "tasks": tasks}
    )
    survey = Survey.model_validate(survey.model_dump(exclude_none=True, by_alias=True))
    store.surveys.save_draft(survey, "service", by="test")
    store.surveys.publish(INSPECTION, by="test")
    return survey


@pytest.fixture
def named(store: Store) -> Store:
    field_survey(store)
    return store


@pytest.fixture
def li(named: Store) -> Account:
    return add_account(named, "li", Role.STAFF, ("service",))


def fill(browser: TestClient, address: str, **answers: str) -> str:
    page = browser.get(address, headers=PHONE).text
    return str(browser.post(address, data={**hidden(page), "csat": "4", "nps": "9", **answers}).text)


def test_my_tasks_are_listed_with_subject_due_date_and_state(named: Store, li: Account) -> None:
    """What is late comes first; what is done below; nobody else's."""
    late = a_task(INSPECTION, li.id, "repair", due_on=DAY - timedelta(days=3))
    later = a_task(INSPECTION, li.id, "service", due_on=DAY + timedelta(days=9))
    give(named, later, late, a_task(INSPECTION, add_account(named, "wu", Role.STAFF).id, "x-others"))
    with visiting(named) as browser:
        be(browser, named, li)
        page = browser.get("/my").text
        assert page.index("配网抢修部") < page.index("营销服务部") and "已超期 3 天" in page and "x-others" not in page
        assert receipt(fill(browser, f"/t/{late.id}"))
        page = browser.get("/my").text
        assert "已超期" not in page and "已完成 1 项" in page and f"/t/{late.id}" not in page


def test_a_task_names_its_subject_and_takes_one_answer(named: Store, li: Account) -> None:
    """Sent twice it gets its receipt again; filled in again elsewhere it is told apart and not counted."""
    task = a_task(INSPECTION, li.id, relation="reviewer")
    give(named, task)
    with visiting(named) as browser:
        be(browser, named, li)
        page = browser.get(f"/t/{task.id}").text
        assert "评价对象" in page and "配网抢修部" in page
        other = browser.get(f"/t/{task.id}").text
        sent = {**hidden(page), "csat": "4", "nps": "9"}
        first, repeated = (browser.post(f"/t/{task.id}", data=sent).text for _ in range(2))
        assert receipt(first) == receipt(repeated) != ""
        assert heading(browser.post(f"/t/{task.id}", data={**sent, **hidden(other)}).text) == "您之前已经评价过"
        over = browser.get(f"/t/{task.id}")
        assert (over.status_code, heading(over.text)) == (410, "已收到")
    [kept] = [each for chunk in named.responses.responses(INSPECTION) for each in chunk]
    assert (kept.subject, kept.department, kept.round, kept.task) == ("repair", "repair", "2026-Q4", task.id)
    assert (kept.context["relation"], kept.channel) == ("reviewer", "task")


def test_a_second_task_of_the_same_form_is_another_answer(named: Store, li: Account) -> None:
    tasks = [a_task(INSPECTION, li.id, each) for each in ("repair", "service")]
    give(named, *tasks)
    with visiting(named) as browser:
        be(browser, named, li)
        assert all(receipt(fill(browser, f"/t/{each.id}")) for each in tasks)
    assert named.responses.amount(INSPECTION) == 2


def test_another_persons_task_is_not_told_from_one_that_there_is_not(named: Store, li: Account) -> None:
    """By whatever method; a boss finds it no more than a colleague."""
    theirs = a_task(INSPECTION, add_account(named, "wu", Role.STAFF).id)
    give(named, theirs)
    boss = add_account(named, "boss", Role.ADMIN)
    with visiting(named) as browser:
        assert browser.get(f"/t/{theirs.id}").headers["location"].startswith("/login")
        for account in (li, boss):
            be(browser, named, account)
            pages = [browser.get(f"/t/{key}") for key in (theirs.id, "f" * 32)]
            pages += [browser.post(f"/t/{key}", data={"csat": "1"}) for key in (theirs.id, "f" * 32)]
            pages += [browser.post(f"/t/{key}/draft", data={"csat": "1"}) for key in (theirs.id, "f" * 32)]
            assert {(each.status_code, heading(each.text)) for each in pages} == {(404, "没有找到这项任务")}
    assert named.responses.amount(INSPECTION) == 0


def test_a_sign_in_that_ended_costs_nothing_typed_and_tells_no_name(named: Store, li: Account, clock: Clock) -> None:
    task = a_task(INSPECTION, li.id)
    give(named, task)
    with visiting(named, clock) as browser:
        be(browser, named, li)
        sent = {**hidden(browser.get(f"/t/{task.id}").text), "csat": "4", "comment": "写了很久"}
        clock.passes(hours=9)
        page = browser.post(f"/t/{task.id}", data=sent)
        assert page.status_code == 403 and "写了很久</textarea>" in page.text and "配网抢修部" not in page.text
        sign_in(browser, "li")
        again = browser.post(f"/t/{task.id}", data=sent)
        assert receipt(browser.post(f"/t/{task.id}", data={**sent, **hidden(again.text)}).text)


def test_a_withdrawn_task_explains_itself(named: Store, li: Account) -> None:
    task = a_task(INSPECTION, li.id)
    give(named, task)
    named.tasks.withdraw([task.id], "换人评价", by="boss")
    with visiting(named) as browser:
        be(browser, named, li)
        page = browser.get(f"/t/{task.id}")
        assert page.status_code == 410 and "换人评价" in page.text
        assert "没有需要您填写的问卷" in browser.get("/my").text


def test_what_was_typed_waits_for_its_filler_on_another_device(named: Store, li: Account) -> None:
    """Sealed; saved only from our page."""
    task = a_task(INSPECTION, li.id)
    give(named, task)
    with visiting(named) as browser:
        be(browser, named, li)
        page = hidden(browser.get(f"/t/{task.id}").text)
        assert browser.post(f"/t/{task.id}/draft", data={"comment": "forged"}).status_code == 403
        assert browser.post(f"/t/{task.id}/draft", data={**page, "comment": "写到一半"}).status_code == 204
        assert "写到一半</textarea>" in browser.get(f"/t/{task.id}").text
        assert "写到一半".encode() not in (named.tasks.unfinished(task.id) or b"")
        fill(browser, f"/t/{task.id}")
    assert named.tasks.unfinished(task.id) is None


@pytest.fixture
def clock() -> Clock:
    return Clock()


def outsider(store: Store, **changes: object) -> tuple[str, str]:
    """A task of an expert without an account: its id and the token of its link."""
    task = a_task(INSPECTION, contact="expert", relation="external", **changes)
    token = task_token(SECRET, task.id)
    give(store, task, tokens={task.id: token})
    return task.id, token


def test_an_outsider_fills_in_by_a_personal_link_once_on_any_device(named: Store) -> None:
    task, token = outsider(named)
    with visiting(named) as phone:
        page = phone.get(f"/t/{token}", headers=PHONE).text
        assert "配网抢修部" in page and "外部专家" in page
        assert phone.post(f"/t/{token}/draft", data={"comment": "写到一半"}).status_code == 204
        assert phone.get(f"/t/{task}").status_code in (303, 307)  # the number is no way in without signing in
    with visiting(named) as computer:
        assert "写到一半</textarea>" in computer.get(f"/t/{token}。").text
        assert receipt(fill(computer, f"/t/{token}"))
        assert computer.get(f"/t/{token}").status_code == 410
        assert computer.get("/t/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    [kept] = [each for chunk in named.responses.responses(INSPECTION) for each in chunk]
    assert (kept.contact, kept.context["relation"]) == ("expert", "external")


def test_an_old_personal_link_says_that_it_has_expired(named: Store, clock: Clock) -> None:
    _, token = outsider(named, due_on=date(2026, 11, 25))
    with visiting(named, clock) as browser:
        clock.passes(days=10)
        assert browser.get(f"/t/{token}").status_code == 200  # late, and still welcome
        clock.passes(days=30)
        page = browser.get(f"/t/{token}")
        assert (page.status_code, heading(page.text)) == (410, "这个链接已经过期")


def test_an_anonymous_answer_to_a_task_keeps_neither_task_nor_person(store: Store) -> None:
    """What it was about and how its filler stands to that is all it tells."""
    field_survey(store, anonymous=True)
    task, token = outsider(store)
    with visiting(store) as browser:
        assert receipt(fill(browser, f"/t/{token}"))
    [kept] = [each for chunk in store.responses.responses(INSPECTION) for each in chunk]
    assert (kept.task, kept.contact, kept.received_at, kept.subject) == (None, None, None, "repair")
    assert dict(kept.context) == {"relation": "external"}
    done = store.tasks.get(task)
    assert done is not None and done.done


def test_a_task_of_a_round_that_is_over_says_so_and_is_no_part_of_the_next(
    named: Store, li: Account, clock: Clock
) -> None:
    """What was begun in it is taken for a while, and counts in its own round."""
    first, task = a_round("spring", NOW), a_task(INSPECTION, li.id, round="spring")
    named.rounds.plan(first, now=NOW)
    give(named, task, a_task(INSPECTION, li.id, "service", round="spring"))
    with visiting(named, clock) as browser:
        be(browser, named, li)
        begun = hidden(browser.get(f"/t/{task.id}").text)
        named.rounds.close_now(INSPECTION, "spring", by="test", now=clock())
        named.rounds.plan(a_round("autumn", NOW + timedelta(minutes=5)), now=clock())
        clock.passes(minutes=10)
        assert receipt(browser.post(f"/t/{task.id}", data={**begun, "csat": "4", "nps": "9"}).text)
        assert "营销服务部" not in browser.get("/my").text
    [kept] = [each for chunk in named.responses.responses(INSPECTION) for each in chunk]
    assert kept.round == "spring"


def a_round(code: str, opens: datetime) -> Round:
    return Round(INSPECTION, code, opens_at=opens, created_by="test")
