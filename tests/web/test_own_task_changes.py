"""One's own task at `/my`: put off once with a reason, or handed to a colleague, as far as its maker lets one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.accounts import Account
from surveys.fieldwork.tasks.handing_over import FillersMay
from surveys.operations.task_reminders import escalate_due, tell_of_handing_on
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store
from tests.support.front_door import NOW, add_account, be, heading, hidden, visiting
from tests.support.tasks import DAY, a_task, give
from tests.web.test_tasks import INSPECTION, field_survey


@pytest.fixture
def people(store: Store) -> dict[str, Account]:
    """Two of one department, one of another, and a chief; all but one have files with addresses."""
    field_survey(store)
    homes = {"li": "service", "wu": "service", "he": "repair"}
    made = {name: add_account(store, name, Role.STAFF, (home,)) for name, home in homes.items()}
    made["chief"] = add_account(store, "chief", Role.MANAGER, ("service",))
    files = [
        Contact(f"f{each.id}", each.name, ContactKind.STAFF, email=f"{each.name}@example.cn", account=each.id)
        for each in made.values()
    ]
    store.contacts.keep([*files, Contact("expert", "专家")], by="test")
    return made


def letters(store: Store) -> list[tuple[str, str]]:
    sent = store.outbox.claim("mail", 50, now=NOW + timedelta(days=99))
    return [(each.message.address, each.message.body) for each in sent]


def test_a_task_is_put_off_once_with_a_reason_within_what_is_allowed(store: Store, people: dict[str, Account]) -> None:
    """Beyond it, in the past or without a reason it stays as it is, and the page says why."""
    task = a_task(INSPECTION, people["li"].id, due_on=DAY + timedelta(days=2))
    give(store, task)
    with visiting(store) as browser:
        be(browser, store, people["li"])
        assert f"/my/{task.id}" in browser.get("/my").text
        sent = {**hidden(browser.get(f"/my/{task.id}").text), "do": "put_off", "reason": "外出学习"}
        for day, reason in (("2026-12-02", "外出"), ("2026-11-01", "外出"), ("", "外出"), ("2026-11-29", " ")):
            assert browser.post(f"/my/{task.id}", data=sent | {"day": day, "reason": reason}).status_code == 422
        assert browser.post(f"/my/{task.id}", data=sent | {"day": "2026-12-01"}).status_code == 303
        kept = store.tasks.get(task.id)
        assert kept is not None and str(kept.due_on) == "2026-12-01" and kept.put_off_reason == "外出学习"
        assert "已延期：外出学习" in browser.get("/my").text
        again = browser.post(f"/my/{task.id}", data=sent | {"day": "2026-12-01"})
        assert again.status_code == 422 and "不能再延期" in again.text


def test_a_task_is_handed_to_a_colleague_who_is_told_once(store: Store, people: dict[str, Account]) -> None:
    """Only one of the same department; what was typed so far stays nobody else's."""
    task = a_task(INSPECTION, people["li"].id, relation="reviewer", due_on=DAY + timedelta(days=20))
    give(store, task)
    with visiting(store) as browser:
        be(browser, store, people["li"])
        form = hidden(browser.get(f"/t/{task.id}").text)
        browser.post(f"/t/{task.id}/draft", data={**form, "comment": "只给我自己看"})
        page = browser.get(f"/my/{task.id}").text
        assert 'value="wu"' in page and 'value="he"' not in page and 'value="li"' not in page
        sent = {**hidden(page), "do": "hand_over", "to": "he"}
        assert browser.post(f"/my/{task.id}", data=sent).status_code == 422
        assert browser.post(f"/my/{task.id}", data=sent | {"to": "wu"}).status_code == 303
        assert browser.get(f"/my/{task.id}").status_code == 404 and task.id not in browser.get("/my").text
        be(browser, store, people["wu"])
        assert "代 li 填写" in browser.get("/my").text and "只给我自己看" not in browser.get(f"/t/{task.id}").text
    assert (tell_of_handing_on(store, "https://ask", NOW), tell_of_handing_on(store, "https://ask", NOW)) == (1, 0)
    [(address, body)] = letters(store)
    assert address == "wu@example.cn" and "1 项任务转交" in body and "https://ask/my" in body


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({"relation": "participant"}, FillersMay(0)), ({"relation": "peer"}, FillersMay(0)), ({}, FillersMay(0, False)),
        ({"subject": "service"}, FillersMay(0)), ({"done": True}, FillersMay()),
    ],
    ids=["a participant", "a rater", "not allowed", "the colleagues' own", "done"],
)  # fmt: skip
def test_what_can_not_be_changed_says_so(
    store: Store, people: dict[str, Account], changes: dict[str, str], may: FillersMay
) -> None:
    task = a_task(INSPECTION, people["li"].id, due_on=DAY, **changes)
    give(store, task)
    store.task_plans.let_fillers(INSPECTION, may, by="test")
    with visiting(store) as browser:
        be(browser, store, people["li"])
        page = browser.get(f"/my/{task.id}")
        assert (page.status_code, heading(page.text)) == (410, "这项任务不能改")


def test_nobody_changes_the_task_of_somebody_else_or_from_elsewhere(store: Store, people: dict[str, Account]) -> None:
    task = a_task(INSPECTION, people["wu"].id, due_on=DAY)
    give(store, task)
    with visiting(store) as browser:
        assert browser.get(f"/my/{task.id}").headers["location"].startswith("/login")
        be(browser, store, people["li"])
        assert browser.get(f"/my/{task.id}").status_code == 404
        be(browser, store, people["wu"])
        assert browser.post(f"/my/{task.id}", data={"do": "hand_over", "to": "li"}).status_code == 403
    assert store.tasks.get(task.id) == task


def test_an_anonymous_task_is_neither_put_off_nor_handed_over(store: Store) -> None:
    """That would tell who has not answered."""
    field_survey(store, anonymous=True)
    li, _wu = (add_account(store, name, Role.STAFF, ("service",)) for name in ("li", "wu"))
    task = a_task(INSPECTION, li.id, due_on=DAY)
    give(store, task)
    with visiting(store) as browser:
        be(browser, store, li)
        assert f"/my/{task.id}" not in browser.get("/my").text and browser.get(f"/my/{task.id}").status_code == 410


def test_the_head_of_a_department_hears_once_of_what_its_people_and_outsiders_owe(
    store: Store, people: dict[str, Account]
) -> None:
    """Outsiders belong to nobody: who waits for their answer is told."""
    late = [
        a_task(INSPECTION, people["li"].id, "repair", due_on=DAY),
        a_task(INSPECTION, contact="expert", subject="service", due_on=DAY),
    ]
    give(store, *late)
    later = NOW + timedelta(days=4)
    assert (escalate_due(store, "https://ask", later), escalate_due(store, "https://ask", later)) == (1, 0)
    [(address, body)] = letters(store)
    assert address == "chief@example.cn" and "2 项任务" in body and "涉及 2 人" in body
