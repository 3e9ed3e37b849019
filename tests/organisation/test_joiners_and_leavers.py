"""Joiners, leavers and transfers by the list of a personnel system, on the page of accounts and at the doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.definition.templates import template
from surveys.exchange.organisation.places_and_accounts import accounts_from
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.tables import opened_bytes
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.console.test_console import Open, open_page, signed_in, words
from tests.support.doors import Doors
from tests.support.front_door import visiting
from tests.support.tasks import a_task, give

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

TREE = "名称,上级部门,代号\n公司,,head\n抢修部,公司,repair\n营销部,公司,service\n一班,抢修部,crew\n"
STAFF = "账号,姓名,部门\nli,李,公司/抢修部/一班\nwu,吴,公司/营销部\nhe,何,公司/营销部\n"
DEPARTMENTS = [
    Department("head", "公司"), Department("repair", "抢修部", "head"), Department("other", "一班", "head"),
    Department("crew", "一班", "repair"),
]  # fmt: skip


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """A company whose people came from a list without roles, as WeCom writes it."""
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    found.import_table("accounts", STAFF)
    found.choose_passwords()
    return found


def publish(doors: Doors, code: str) -> None:
    doors.store.surveys.save_draft(template(code), "head", by="boss")
    doors.store.surveys.publish(code, by="boss")


def bring(doors: Doors, table: str) -> str:
    """The list of accounts on its page; returns what it says."""
    app = doors.page("accounts", tab="file")
    app.file_uploader(key="file accounts").upload("hr.csv", table.encode(), "text/csv").run()
    app.button(key="bring accounts").click().run()
    assert not app.exception
    return words(app)


def read(table: str, store: Store) -> list[tuple[str, object]]:
    with opened_bytes(table.encode()) as opened:
        lines = accounts_from(opened, store.accounts.all(), DEPARTMENTS, "boss")
    return [(each.state.value, each.one or str(each.reason)) for each in lines]


def page(doors: Doors, who: str, address: str) -> tuple[int, str]:
    with visiting(doors.store, utc_now) as browser:  # type: ignore[arg-type]
        browser.cookies.set(SESSION_COOKIE, signed_in(doors.store, who))
        answer = browser.get(address)
    return answer.status_code, answer.text


def test_a_list_without_roles_makes_staff_in_the_last_department_of_a_path(doors: Doors) -> None:
    """Nobody is put in all departments of the path, which would show them the whole company."""
    found = {each.name: (each.role, each.departments) for each in doors.store.accounts.all() if each.name != "boss"}
    assert found == {
        "li": (Role.STAFF, ("crew",)), "wu": (Role.STAFF, ("service",)), "he": (Role.STAFF, ("service",)),
    }  # fmt: skip


def test_the_list_brought_again_keeps_roles_and_who_was_closed(doors: Doors) -> None:
    doors.store.accounts.change("wu", active=False)
    doors.store.accounts.change("he", role=Role.MANAGER.value)
    app = doors.page("accounts", tab="file")
    app.file_uploader(key="file accounts").upload("hr.csv", STAFF.encode(), "text/csv").run()
    assert "没有可以导入的" in words(app)
    wu, he = doors.store.accounts.named("wu"), doors.store.accounts.named("he")
    assert wu is not None and not wu.active and he is not None and he.role is Role.MANAGER


def test_who_leaves_is_signed_out_and_a_successor_does_what_is_left(doors: Doors) -> None:
    """What is about the successor, what only the leaver can do and what is anonymous stays; all is written down."""
    publish(doors, "site-inspection")
    publish(doors, "department-review")
    wu = doors.store.accounts.named("wu")
    assert wu is not None
    named = a_task("site-inspection", wu.id, "p1", subject_kind="site")
    own = a_task("site-inspection", wu.id, "p2", subject_kind="site", relation="peer")
    anonymous = a_task("department-review", wu.id, "repair", relation="reviewer")
    give(doors.store, named, own, anonymous)
    session = signed_in(doors.store, "wu")
    said = bring(doors, "用户名,姓名,部门,在职状态,接手人\nwu,吴,营销部,离职,he\n")
    assert "转交任务 1 项，1 项只能由本人填写" in said
    he, gone = doors.store.accounts.named("he"), doors.store.accounts.named("wu")
    assert he is not None and gone is not None and not gone.active
    assert [each.id for each in doors.store.tasks.of_account(he.id)] == [named.id]
    with visiting(doors.store, utc_now) as browser:  # type: ignore[arg-type]
        browser.cookies.set(SESSION_COOKIE, session)
        assert browser.get("/my", follow_redirects=False).status_code != 200
        assert browser.get(f"/t/{own.id}", follow_redirects=False).status_code != 200
    lines = {(each.action, each.object, each.detail) for each in doors.store.accounts.audit()}
    assert ("change account", "wu", "staff; inactive") in lines
    assert any(action == "reassign tasks" for action, _, _ in lines)


def test_who_is_on_leave_keeps_the_account_and_a_deputy_does_the_tasks(doors: Doors) -> None:
    publish(doors, "site-inspection")
    wu, he = doors.store.accounts.named("wu"), doors.store.accounts.named("he")
    assert wu is not None and he is not None
    give(doors.store, a_task("site-inspection", wu.id, "p1", subject_kind="site"))
    assert "转交任务 1 项" in bring(doors, "用户名,姓名,部门,在职状态,代理人\nwu,吴,营销部,休假,he\n")
    still = doors.store.accounts.named("wu")
    assert still is not None and still.active and len(doors.store.tasks.of_account(he.id)) == 1


def test_nobody_rates_the_department_that_they_were_moved_to(doors: Doors) -> None:
    """The task was fit when it was made; form and sending are refused in words once it is about one's own."""
    publish(doors, "department-review")
    doors.work()
    wu = doors.store.accounts.named("wu")
    assert wu is not None
    tasks = doors.store.tasks.all(TaskSearch("department-review"), local_day(utc_now()), limit=-1)
    [task] = [each for each in tasks if each.account == wu.id and each.subject == "repair"]
    assert page(doors, "wu", f"/t/{task.id}")[0] == 200
    bring(doors, "用户名,姓名,部门\nwu,吴,抢修部\n")
    status, told = page(doors, "wu", f"/t/{task.id}")
    assert status == 410 and "现在是您自己的部门" in told
    with visiting(doors.store, utc_now) as browser:  # type: ignore[arg-type]
        browser.cookies.set(SESSION_COOKIE, signed_in(doors.store, "wu"))
        assert browser.post(f"/t/{task.id}", data={"overall": "1"}).status_code == 410
    assert not list(doors.store.responses.responses("department-review"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("wu,吴,抢修部,退学,", "没有在职状态"), ("wu,吴,抢修部,离职,wu", "要是另一个在用的账号"),
        ("wu,吴,抢修部,离职,nobody", "要是另一个在用的账号"), ("new,新,抢修部,离职,", "不必停用"),
        ("boss,boss,,离职,", "不能停用自己的账号"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_hold_is_refused(store: Store, row: str, reason: str) -> None:
    for name, role in (("boss", Role.ADMIN), ("wu", Role.STAFF)):
        store.accounts.add(name, name, role, "hash", now=utc_now())
    [(state, why)] = read(f"用户名,姓名,部门,在职状态,接手人\n{row}\n", store)
    assert state == "refused" and reason in str(why)


def test_a_path_whose_parts_do_not_hang_together_is_several_departments(store: Store) -> None:
    """Between departments a stroke was taken before, too."""
    [(_, one)] = read("用户名,姓名,部门\nli,李,抢修部/公司\n", store)
    assert getattr(one, "departments") == ("repair", "head")  # noqa: B009
    [(_, deep)] = read("用户名,姓名,部门\nli,李,公司/抢修部/一班\n", store)
    assert getattr(deep, "departments") == ("crew",)  # noqa: B009
