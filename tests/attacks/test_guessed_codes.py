"""Doors that a code alone opens: who guesses waits and is told of, from however many networks; who is right passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import anyio
import pytest
from httpx import Response
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope, new_key
from surveys.operations.setup_code import new_setup_code
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api.application import api
from surveys.web.forms import withdrawal
from surveys.web.protection import code_guesses
from surveys.web.protection.code_guesses import GUESSED, MANY_NETWORKS
from tests.attacks.test_wrong_lockouts import ATTACKER, at
from tests.support.front_door import NOW, PASSWORD, SECRET, Clock, TestClient, hidden, visiting

ELSEWHERE = "198.51.100.4"
KEY = f"Bearer xs_{'0' * 16}_{'a' * 43}"
Guess = Callable[[TestClient], Response]


@contextmanager
def doors(store: Store, of: str) -> Iterator[TestClient]:
    """A browser at the pages, or another system at the API; both can come from anywhere."""
    if of.startswith("key"):
        app = Starlette(routes=[api(store, SECRET, results_of(gate_of(store)), clock=Clock())])
        with TestClient(app, "http://testserver/api/v1") as system:
            yield system
    else:
        with visiting(store, Clock()) as browser:
            yield browser


def withdrawing(browser: TestClient) -> Response:
    asked = browser.post("/s/power-visit/withdraw", data={"receipt": "2222-2222-2222"})
    return browser.post("/s/power-visit/withdraw", data=hidden(asked.text))


DOORS: dict[str, Guess] = {
    "case": lambda browser: browser.get("/case/2222-2222-2222"),
    "withdrawal": withdrawing,
    "link": lambda browser: browser.get("/i/guess"),
    "what is kept behind a link": lambda browser: browser.get("/i/guess/mine"),
    "task": lambda browser: browser.get("/t/guess"),
    "tablet": lambda browser: browser.post("/k/repair-east/enrol", data={"code": "guess"}),
    "key": lambda system: system.get("/surveys", headers={"Authorization": KEY}),
    "key of a write": lambda system: system.post("/events", headers={"Authorization": KEY}),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("many", [False, True], ids=["one network", "many networks"])
def test_who_guesses_waits_and_is_told_of(
    published: Store, door: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one network guesses others go on; from as many as one likes it is slowed as well, and told of once."""
    monkeypatch.setattr(withdrawal, "_ANSWER_AFTER", 0.0)
    monkeypatch.setattr(code_guesses, "OVER_ALL", 60)
    with doors(published, door) as browser:
        told: Counter[int] = Counter()
        for number in range(70):
            at(browser, f"2001:db8:{number:x}::1" if many else ATTACKER)
            told[DOORS[door](browser).status_code] += 1
        assert told[429] >= (5 if many else 30), told
        at(browser, ELSEWHERE)
        assert (DOORS[door](browser).status_code == 429) is many
    alarms = [line.detail for line in published.accounts.audit() if line.action == GUESSED]
    assert alarms == [MANY_NETWORKS if many else f"{ATTACKER}/32"]


def test_the_right_key_passes_a_flood_of_wrong_ones(published: Store) -> None:
    """From the very network that guesses; no key at all is no guess."""
    key, text = new_key("95598", frozenset(ApiScope), NOW.date())
    published.api_keys.add(key, by="test")
    with doors(published, "key") as system:
        at(system, ATTACKER)
        assert {system.get("/surveys").status_code for _ in range(50)} == {401}
        for _ in range(60):
            last = DOORS["key"](system)
        assert last.status_code == 429 and int(last.headers["retry-after"]) > 0
        assert system.get("/surveys", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_the_set_up_code_is_guessed_at_in_vain(store: Store) -> None:
    """Who guesses waits, whose is right gets in all the same, from the same network, and once."""
    code = new_setup_code(store)
    with visiting(store, Clock()) as browser:
        at(browser, ATTACKER)
        sent = {**hidden(browser.get("/setup").text), "name": "boss", "password": PASSWORD, "again": PASSWORD}
        told = Counter(browser.post("/setup", data=sent | {"code": "2222-2222-2222"}).status_code for _ in range(30))
        assert told[429] > 0 and told[422] == 10 and not store.accounts.any()
        assert browser.post("/setup", data=sent | {"code": code}).status_code == 303
        browser.cookies.clear()
        assert browser.get(f"/setup?code={code}").headers["location"] == "/login"
    assert [(each.name, each.role) for each in store.accounts.all()] == [("boss", Role.ADMIN)]
    assert [line.object for line in store.accounts.audit() if line.action == GUESSED] == ["set-up code"]


def test_a_storm_of_guesses_ends(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a quarter of an hour nobody waits any more, and the next storm is told of again."""
    monkeypatch.setattr(code_guesses, "OVER_ALL", 20)
    clock = Clock()
    guesses = code_guesses.CodeGuesses(published.accounts, "link", free=30, now=lambda: clock().timestamp())

    def misses(count: int) -> int:
        async def all_of_them() -> int:
            return sum([await guesses.count(f"192.0.2.{number}/32") > 0 for number in range(count)])

        return anyio.run(all_of_them)

    assert misses(22) == 2
    clock.now += timedelta(minutes=16)
    assert misses(1) == 0 and misses(25) > 0
    assert [line.detail for line in published.accounts.audit() if line.action == GUESSED] == [MANY_NETWORKS] * 2
