"""Thousands of submissions made to break something: no 500, nothing kept that the survey does not allow.

Five hundred in each test by default; `XINSHENG_HOSTILE=10000` for as many as you like. Each run draws others and says
its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections import Counter
from functools import lru_cache

import pytest
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiScope
from surveys.cases.case import LONGEST_TEXT
from surveys.definition.templates import template
from surveys.storage import Store
from surveys.web.api import api
from surveys.web.forms.forms import FormPages
from surveys.web.protection.signing import FormToken
from surveys.web.rendering.page import exception_handlers
from tests.attacks.hostile_bodies import NASTY, OWN, Spoiler
from tests.attacks.open_doors import doors, everything_open, visitors
from tests.support.front_door import NOW, SECRET, Clock, TestClient, publish, tablet_token
from tests.web.test_api import ANSWER, EVENT, key_for

MANY = int(os.environ.get("XINSHENG_HOSTILE", "500"))
SURVEYS = ["power-visit", "department-review", "key-account"]
SOUND = {
    "/responses": ANSWER, "/responses/batch": {"responses": [ANSWER | {"id": "1"}, ANSWER | {"id": "2"}]},
    "/events": EVENT, "/sms": {"id": "1", "from": "138 0000 0001", "text": "5 抢修很快", "survey": "power-visit"},
    "/ivr": {"id": "1", "survey": "power-visit", "keys": ["5", "", "10"]},
}  # fmt: skip
REFUSALS = {400, 401, 403, 404, 410, 413, 422, 429}


@pytest.fixture
def seed() -> int:
    drawn = random.randrange(10**9)
    print("seed", drawn)
    return drawn


@lru_cache
def fields_of(survey: str) -> list[bytes]:
    return [name.encode() for each in template(survey).questions() for name in each.fields()]


def stranger_s_request(spoiler: Spoiler) -> tuple[str, bytes, bytes]:
    """(survey, content type, body) of a form that nobody was shown."""
    draw = spoiler.draw
    survey = draw.choice(SURVEYS)
    names = fields_of(survey)

    def value() -> bytes:
        return (
            draw.choice([b"1", b"2", b"4", b"5", b"na", b"yes", b"repair"]) if draw.random() < 0.85 else spoiler.nasty()
        )

    pairs = [(name, value()) for name in names if draw.random() < 0.7]
    pairs += [(draw.choice(OWN + NASTY), value()) for _ in range(draw.randrange(4))]
    if draw.random() < 0.9:
        token = FormToken.new(draw.choice([1] * 9 + [0, 99]), NOW).text(SECRET, survey)
        pairs.insert(0, (b"_token", token.encode()))
    return survey, *spoiler.body(pairs)


async def answered(app: Starlette, survey: str, kind: bytes, body: bytes) -> tuple[int, bytes]:
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"x"), (b"content-type", kind), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http", "method": "POST", "path": f"/s/{survey}", "query_string": b"", "headers": headers,
        "http_version": "1.1", "scheme": "http", "server": ("x", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)  # type: ignore[misc,return-value]


async def attack(store: Store, spoiler: Spoiler) -> Counter[int]:
    forms = FormPages(store, SECRET, clock=Clock())
    app = Starlette(routes=forms.routes(), exception_handlers=exception_handlers)
    statuses = Counter[int]()
    async with forms.running():
        for _ in range(MANY):
            survey, kind, body = stranger_s_request(spoiler)
            status, page = await answered(app, survey, kind, body)
            statuses[status] += 1
            assert status in {200, 303, *REFUSALS}, (status, survey, kind, body[:2000])
            assert_harmless(page)
    return statuses


def assert_harmless(page: bytes) -> None:
    """Nothing of the server's inside, and nothing that was sent is run."""
    assert b"Traceback" not in page and b"<script>alert" not in page and b"<img src=x" not in page


def test_forms_nobody_was_shown(store: Store, seed: int) -> None:
    """Every answer is a page for people; every kept answer is one its question gives for some entry."""
    for code in SURVEYS:
        publish(store, code)
    statuses = asyncio.run(attack(store, Spoiler(seed)))
    print(dict(statuses))
    assert statuses[422] and statuses[400]  # the attack reached every part
    assert_only_fit_answers(store, SURVEYS)


def test_forms_spoiled_behind_every_door(store: Store, seed: int) -> None:
    """What a real page would send, with something wrong in it: refused in words, or kept as its questions allow."""
    outcomes = spoiled_behind_doors(store, seed)
    print(dict(outcomes))
    named = {door.name for door in doors([], "")}
    assert {door for door, status in outcomes if status < 400} == named - {"sign-in"}
    assert_only_fit_answers(store, ["power-visit", "counter-kiosk", "all-types"])
    assert all(len(each.text) <= LONGEST_TEXT and "\0" not in each.text for each in store.cases.all())


def spoiled_behind_doors(store: Store, seed: int) -> Counter[tuple[str, int]]:
    """How often each door gave which status."""
    spoiler, outcomes = Spoiler(seed), Counter[tuple[str, int]]()
    ways = doors(everything_open(store), tablet_token(store, "repair-east"))
    with visitors(store) as browsers:
        for number in range(MANY):
            door = ways[number % len(ways)]
            browser = browsers[door.visitor]
            address, fields = door.knock(browser)
            kind, body = spoiler.form(fields)
            answer = browser.post(address, content=body, headers={"Content-Type": kind.decode()})
            outcomes[door.name, answer.status_code] += 1
            assert answer.status_code in {200, 204, 303, *REFUSALS}, (answer.status_code, door.name, kind, body[:2000])
            if (
                answer.headers.get("content-type") == "application/json"
            ):  # for the tablet's script, which reads it as text
                assert answer.headers["x-content-type-options"] == "nosniff"
            else:
                assert_harmless(answer.content)
    return outcomes


def test_documents_spoiled_on_their_way_to_the_api(store: Store, seed: int) -> None:
    """Refused with the place of the fault, or kept as the survey allows."""
    statuses = spoiled_for_the_api(store, seed)
    print(dict(statuses))
    assert {path for path, status in statuses if status == 422} == set(SOUND)
    assert_only_fit_answers(store, ["power-visit"])


def spoiled_for_the_api(store: Store, seed: int) -> Counter[tuple[str, int]]:
    """How often each address gave which status."""
    everything_open(store)
    spoiler, statuses, clock = Spoiler(seed), Counter[tuple[str, int]](), Clock()
    app = Starlette(routes=[api(store, SECRET, results_of(gate_of(store)), clock=clock)])
    with TestClient(app, "http://testserver/api/v1") as system:
        headers = {"Content-Type": "application/json"}
        for number in range(MANY):
            path = spoiler.draw.choice(list(SOUND))
            if number % 200 == 0:  # a key may be used so often a minute
                headers["Authorization"] = f"Bearer {key_for(store, clock, *ApiScope)[1]}"
            headers["Idempotency-Key"] = str(number)
            answer = system.post(path, content=spoiler.document(SOUND[path]), headers=headers)
            statuses[path, answer.status_code] += 1
            assert answer.status_code in {200, 202, 409, *REFUSALS}, (path, answer.status_code, answer.text)
            assert answer.headers["content-type"] in ("application/json", "application/problem+json")
    return statuses


def assert_only_fit_answers(store: Store, surveys: list[str]) -> None:
    """Each kept answer is one its question gives for some entry; the file is whole."""
    kept = [each for code in surveys for chunk in store.responses.responses(code) for each in chunk]
    assert kept
    for response in kept:
        form = store.responses.open_form(response.survey)
        assert form is not None
        for item, answer in response.answers.items():
            question = form.survey.question(item)
            assert question.check(question.entered_from(answer)) == answer
        assert response.touchpoint in (None, "repair-east")
    with sqlite3.connect(store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
