"""Other systems hand cases in and take them further; what they read is written down, and says nobody's contact."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from surveys.api_keys import ApiScope
from surveys.cases.case import case_id
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api import api
from tests.support.event_loop import database_off_the_event_loop
from tests.support.front_door import SECRET, Clock, TestClient, add_account
from tests.web.test_api import key_for

BOTH = (ApiScope.CASES_READ, ApiScope.CASES_WRITE)
CASE = {"id": "wo-1", "text": "停电两小时", "department": "repair", "category": "投诉", "contact": "13800001111"}


@pytest.fixture
def system(store: Store) -> Iterator[TestClient]:
    clock = Clock()
    app = Starlette(routes=[api(store, SECRET, lambda *_: [], clock=clock)])
    with database_off_the_event_loop(), TestClient(app, "http://testserver/api/v1") as client:
        client.headers["Authorization"] = f"Bearer {key_for(store, clock, *BOTH)[1]}"
        yield client


def test_a_case_comes_once_and_its_author_has_the_code(system: TestClient, store: Store) -> None:
    """Sent again it is the same; with a due day; read without contact, and the reading is written down once a day."""
    first, again = (system.post("/cases", json=CASE).json() for _ in range(2))
    assert (first["new"], again["new"]) == (True, False) and first["code"] == again["code"]
    assert first["id"] == case_id(first["code"], SECRET)
    [listed] = system.get("/cases", params={"open_only": "true"}).json()["cases"]
    assert listed == system.get(f"/cases/{first['id']}").json()
    assert listed["due_on"] and listed["state"] == "received" and "13800001111" not in str(listed)
    read = [line for line in store.accounts.audit(20) if line.action == "read cases by api"]
    assert len(read) == 1
    assert system.get("/cases/none").status_code == 404
    refused = system.get("/cases", params={"department": "null"})
    assert refused.status_code == 422 and "repair" in refused.text


def test_a_case_is_taken_further_step_by_step(system: TestClient, store: Store) -> None:
    """Assigned, answered, closed; the same again leaves no trace, and what can't follow is refused with what can."""
    add_account(store, "head", Role.MANAGER, ("repair",))
    steps = f"/cases/{system.post('/cases', json=CASE).json()['id']}/steps"
    assert system.post(steps, json={"owner": "head"}).json()["state"] == "assigned"
    assert system.post(steps, json={"state": "confirmed"}).status_code == 409
    told = [system.post(steps, json={"reply": "已恢复"}).json() for _ in range(2)]
    assert told[0] == told[1] and told[0]["state"] == "answered" and told[0]["reply"] == "已恢复"
    [case] = store.cases.all()
    assert len(store.case_steps.of(case.id)) == 3 and store.case_steps.of(case.id)[-1].by.startswith("api: ")
    assert system.post(steps, json={"owner": "nobody"}).status_code == 422


def test_all_that_is_wrong_is_told_at_once(system: TestClient, store: Store) -> None:
    answer = system.post("/cases", json={**CASE, "department": "none", "category": "none"})
    assert {each["where"] for each in answer.json()["faults"]} == {"department", "category"}
    assert not store.cases.all()


@pytest.mark.parametrize("scope", BOTH)
def test_a_key_reads_or_writes_cases_by_its_scope(system: TestClient, store: Store, scope: ApiScope) -> None:
    others = [each for each in ApiScope if each is not scope]
    system.headers["Authorization"] = f"Bearer {key_for(store, Clock(), *others)[1]}"
    asked = {
        ApiScope.CASES_READ: [lambda: system.get("/cases"), lambda: system.get("/cases/a")],
        ApiScope.CASES_WRITE: [
            lambda: system.post("/cases", json=CASE), lambda: system.post("/cases/a/steps", json={"reply": "a"}),
        ],
    }  # fmt: skip
    assert [each().status_code for each in asked[scope]] == [403, 403]
