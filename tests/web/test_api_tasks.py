"""Tasks by the HTTP API: all or none, each once, with the address of its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch
from surveys.web.api import api
from tests.support.event_loop import database_off_the_event_loop
from tests.support.front_door import SECRET, Clock, TestClient, add_account, visiting
from tests.support.tasks import DAY
from tests.web.test_api import key_for
from tests.web.test_tasks import INSPECTION, field_survey


@pytest.fixture
def staff(store: Store) -> Store:
    """A form that is filled in by task, somebody to do so and an expert without an account."""
    field_survey(store)
    add_account(store, "li", Role.STAFF, ("service",))
    store.contacts.keep([Contact("expert", "专家", phone="13800001111")], by="test")
    return store


@pytest.fixture
def system(staff: Store) -> Iterator[TestClient]:
    """A system that may give tasks out and nothing else."""
    clock = Clock()
    app = Starlette(routes=[api(staff, SECRET, results_of(gate_of(staff)), clock=clock)])
    with database_off_the_event_loop(), TestClient(app, "http://testserver/api/v1") as client:
        client.headers["Authorization"] = f"Bearer {key_for(staff, clock, ApiScope.TASKS_WRITE)[1]}"
        yield client


def ask(system: TestClient, *tasks: dict[str, Any], survey: str = INSPECTION) -> Any:
    return system.post("/tasks", json={"survey": survey, "tasks": list(tasks)})


def test_a_system_gives_tasks_out_once_however_often_it_asks(system: TestClient, staff: Store) -> None:
    """The same filler with another key is another task, such as another call to listen to."""
    wanted = [{"filler": "li", "due": "2026-12-01"}, {"filler": "li", "key": "call 2"}, {"filler": "13800001111"}]
    first, again = ask(system, *wanted), ask(system, *wanted)
    assert (first.status_code, first.json()["new"], again.json()["new"], again.json()["known"]) == (201, 3, 0, 3)
    assert first.json()["tasks"] == again.json()["tasks"]
    assert len(staff.tasks.all(TaskSearch(INSPECTION), DAY)) == 3


def test_the_address_that_is_told_opens_the_form(system: TestClient, staff: Store) -> None:
    """An outsider's is a personal link."""
    [given] = ask(system, {"filler": "13800001111", "relation": "external"}).json()["tasks"]
    with visiting(staff) as browser:
        assert "外部专家" in browser.get(given["address"]).text


def test_one_unfit_task_keeps_none_and_names_its_place(system: TestClient, staff: Store) -> None:
    answer = ask(system, {"filler": "li"}, {"filler": "nobody", "due": "soon", "context": {"secret": "1"}})
    assert answer.status_code == 422
    where = {each["where"] for each in answer.json()["faults"]}
    assert where == {"tasks.1.filler", "tasks.1.due", "tasks.1.context.secret"}
    assert not staff.tasks.all(TaskSearch(INSPECTION), DAY)


def test_a_key_without_the_scope_gives_none_out(staff: Store) -> None:
    clock = Clock()
    app = Starlette(routes=[api(staff, SECRET, results_of(gate_of(staff)), clock=clock)])
    with TestClient(app, "http://testserver/api/v1") as client:
        others = [each for each in ApiScope if each is not ApiScope.TASKS_WRITE]
        client.headers["Authorization"] = f"Bearer {key_for(staff, clock, *others)[1]}"
        assert ask(client, {"filler": "li"}).status_code == 403


def test_a_survey_that_is_not_in_the_field_is_not_found(system: TestClient) -> None:
    assert ask(system, {"filler": "li"}, survey="nothing").status_code == 404
