"""What forms can be about, by the HTTP API: listed, brought in all or none, retired."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope
from surveys.organisation.departments import Department
from surveys.storage import Store
from surveys.web.api import api
from tests.support.event_loop import database_off_the_event_loop
from tests.support.front_door import SECRET, Clock, TestClient
from tests.web.test_api import key_for

BOTH = (ApiScope.SUBJECTS_READ, ApiScope.SUBJECTS_WRITE)


@pytest.fixture
def system(store: Store) -> Iterator[TestClient]:
    """A system that keeps subjects and may nothing else."""
    clock = Clock()
    store.organisation.save([Department("service", "营销服务部")])
    app = Starlette(routes=[api(store, SECRET, results_of(gate_of(store)), clock=clock)])
    with database_off_the_event_loop(), TestClient(app, "http://testserver/api/v1") as client:
        client.headers["Authorization"] = f"Bearer {key_for(store, clock, *BOTH)[1]}"
        yield client


def test_steps_come_once_and_name_each_other(system: TestClient) -> None:
    """Also those further down; what is left out later stays as it is."""
    steps = [
        {"code": "accept", "name": "受理", "department": "service", "attributes": {"successor": ["survey"]}},
        {"code": "survey", "name": "勘查", "department": "营销服务部"},
    ]  # fmt: skip
    first, again = (system.post("/subjects/step", json={"subjects": steps}).json() for _ in range(2))
    assert (first, again) == ({"new": 2, "changed": 0, "same": 0}, {"new": 0, "changed": 0, "same": 2})
    renamed = system.post("/subjects/step", json={"subjects": [{"code": "accept", "name": "业务受理"}]})
    assert renamed.json() == {"new": 0, "changed": 1, "same": 0}
    found = system.get("/subjects/step").json()["subjects"]
    assert [(each["code"], each["name"], each["department"]) for each in found] == [
        ("accept", "业务受理", "service"), ("survey", "勘查", "service"),
    ]  # fmt: skip
    assert found[0]["attributes"] == {"successor": ["survey"]}


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_taken(system: TestClient) -> None:
    told = [
        {"code": "hall", "name": "营业厅", "department": "nowhere"}, {"code": "depot"},
        {"code": "kiosk", "name": "亭", "attributes": {"colour": ["red"]}}, {"code": "sound", "name": "好的"},
    ]  # fmt: skip
    answer = system.post("/subjects/site", json={"subjects": told})
    assert answer.status_code == 422
    assert {each["where"] for each in answer.json()["faults"]} == {f"subjects.{n}" for n in range(3)}
    assert system.get("/subjects/site").json()["subjects"] == []


def test_a_department_is_listed_and_retired_and_kept_elsewhere(system: TestClient, store: Store) -> None:
    assert [each["code"] for each in system.get("/subjects/department").json()["subjects"]] == ["repair", "service"]
    assert system.post("/subjects/department", json={"subjects": [{"code": "x", "name": "x"}]}).status_code == 409
    gone = system.post("/subjects/department/service/retire", json={"last": "2026-11-01"})
    assert gone.json()["active_to"] == "2026-11-01"
    assert [each.code for each in store.subjects.of_kind("department", on=Clock()().date())] == ["repair"]
    assert system.post("/subjects/department/none/retire", json={"last": None}).status_code == 404
    assert "session" in system.get("/subjects/ship").json()["detail"]


@pytest.mark.parametrize("scope", BOTH)
def test_a_key_is_good_for_its_scope_alone(system: TestClient, store: Store, scope: ApiScope) -> None:
    others = [each for each in ApiScope if each is not scope]
    system.headers["Authorization"] = f"Bearer {key_for(store, Clock(), *others)[1]}"
    asked = {
        ApiScope.SUBJECTS_READ: lambda: system.get("/subjects/site"),
        ApiScope.SUBJECTS_WRITE: lambda: system.post("/subjects/site", json={"subjects": [{"code": "a", "name": "a"}]}),
    }  # fmt: skip
    assert asked[scope]().status_code == 403
