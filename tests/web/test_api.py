"""The HTTP API: keys and scopes, responses counted once, messages, results, and its document."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette

from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.api_keys import ApiKey, ApiScope, new_key
from surveys.definition.survey import Quota, Survey
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.localisation.clock import local_day
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.organisation.departments import Touchpoint
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.web.api import api
from surveys.web.api.access import Bucket
from surveys.web.protection.code_guesses import CodeGuesses
from tests.fieldwork.test_campaigns import started
from tests.fieldwork.test_dispositions import send_all
from tests.support.event_loop import database_off_the_event_loop
from tests.support.front_door import SECRET, Clock, publish

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

GIVEN = {"csat": 5, "nps": 10, "comment": "抢修很快"}
ANSWER = {"survey": "power-visit", "answers": GIVEN, "touchpoint": "repair-east"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def system(published: Store, clock: Clock) -> Iterator[TestClient]:
    """A system whose key is good for everything."""
    app = Starlette(routes=[api(published, SECRET, results_of(gate_of(published)), clock=clock)])
    reached = TestClient(app, "http://testserver/api/v1", raise_server_exceptions=False)
    with database_off_the_event_loop(), reached as client:
        client.headers["Authorization"] = f"Bearer {key_for(published, clock, *ApiScope)[1]}"
        yield client


def key_for(store: Store, clock: Clock, *scopes: ApiScope) -> tuple[ApiKey, str]:
    key, text = new_key("orders", frozenset(scopes), local_day(clock()))
    store.api_keys.add(key, by="test")
    return key, text


def hand_in(system: TestClient, number: str = "1", **changes: Any) -> Any:
    return system.post("/responses", json=ANSWER | changes, headers={"Idempotency-Key": number})


def faults(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [each["where"] for each in answer.json()["faults"]]


def test_a_response_handed_in_is_kept_as_a_form_would_keep_it(system: TestClient, published: Store) -> None:
    """With the touchpoint's department and district, through the questions' own checks."""
    answer = hand_in(system)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "accepted")
    [kept] = published.responses.newest("power-visit", 10)
    assert kept.answers == GIVEN
    assert (kept.department, kept.district, kept.channel) == ("repair", "城东", "api")


def test_a_repeat_is_the_same_response(system: TestClient, published: Store) -> None:
    """However often, single or in a batch; another number is another response."""
    first, again = hand_in(system), hand_in(system)
    batch = system.post("/responses/batch", json={"responses": [ANSWER | {"id": "1"}, ANSWER | {"id": "2"}]})
    assert (first.json()["id"], "duplicate") == (again.json()["id"], again.json()["outcome"])
    assert [each["outcome"] for each in batch.json()["receipts"]] == ["duplicate", "accepted"]
    assert published.responses.amount("power-visit") == 2


def test_a_batch_keeps_the_good_ones_and_names_the_faults_of_each_other(system: TestClient, published: Store) -> None:
    """So that the whole batch can be sent again after mending."""
    bad = {"survey": "power-visit", "id": "b", "answers": {"csat": 9, "colour": "red"}, "touchpoint": "nowhere"}
    answer = system.post("/responses/batch", json={"responses": [ANSWER | {"id": "a"}, bad]})
    kept, rejected = answer.json()["receipts"]
    assert (kept["outcome"], rejected["outcome"], rejected["id"]) == ("accepted", "rejected", None)
    assert [each["where"] for each in rejected["faults"]] == ["answers.colour", "touchpoint"]
    assert published.responses.amount("power-visit") == 1


def test_a_full_quota_takes_no_more(system: TestClient, published: Store, visit: Survey) -> None:
    """Of the answers it counts; the others are still wanted."""
    happy = Quota.model_validate({"code": "happy", "label": "满意", "when": {"item": "csat", "value": 5}, "limit": 2})
    published.surveys.save_draft(visit.model_copy(update={"quotas": (happy,)}), "service", by="test")
    published.surveys.publish("power-visit", by="test")
    outcomes = [hand_in(system, str(number)).json()["outcome"] for number in range(3)]
    assert outcomes == ["accepted", "accepted", "quota_full"]
    assert hand_in(system, "4", answers={"csat": 1}).json()["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"answers": {"csat": 6}}, ["answers.csat"]),
        ({"answers": {"csat": True}}, ["answers.csat"]),
        ({"answers": {"csat": {"a": [1]}}}, ["answers.csat"]),
        ({"answers": {"nps": 10}}, ["answers.csat"]),
        ({"answers": {}}, ["answers.csat"]),
        ({"answers": {"csat": 5, "comment": ["a", {}]}}, ["answers.comment"]),
        ({"answers": {"csat": 5, "comment": "\ud800"}}, ["answers.comment"]),
        ({"received_at": "2027-01-01T00:00:00+08:00"}, ["received_at"]),
        ({"received_at": "2026-11-22T10:00:00"}, ["body.received_at"]),
        ({"colour": "red"}, ["body.colour"]),
        ({"touchpoint": "nowhere"}, ["touchpoint"]),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(
    system: TestClient, published: Store, changes: dict[str, Any], where: list[str]
) -> None:
    """Every fault with its place."""
    body = json.dumps(ANSWER | changes)
    answer = system.post(
        "/responses", content=body, headers={"Idempotency-Key": "1", "Content-Type": "application/json"}
    )
    assert (answer.status_code, faults(answer)) == (422, where)
    assert published.responses.amount("power-visit") == 0


def test_staff_surveys_and_closed_ones_take_nothing(system: TestClient, published: Store) -> None:
    """Who may answer them is decided by signing in."""
    publish(published, "employee-satisfaction")
    assert hand_in(system, survey="employee-satisfaction").status_code == 403
    assert hand_in(system, survey="nothing-here").status_code == 404
    published.surveys.close("power-visit", by="test")
    assert hand_in(system).status_code == 404 and "is closed" in hand_in(system).text


def test_a_key_opens_only_what_its_scopes_name(system: TestClient, published: Store, clock: Clock) -> None:
    """No key, a wrong one, one without the scope, a revoked one."""
    key, text = key_for(published, clock, ApiScope.SURVEYS_READ)
    assert system.get("/surveys", headers={"Authorization": ""}).status_code == 401
    assert system.get("/surveys", headers={"Authorization": f"Bearer {text[:-1]}!"}).status_code == 401
    assert system.get("/surveys", headers={"Authorization": f"Bearer xs_{key.id}_{'A' * 43}"}).status_code == 401
    system.headers["Authorization"] = f"Bearer {text}"
    assert system.get("/surveys").status_code == 200
    assert hand_in(system).status_code == 403
    assert published.api_keys.find(key.id).last_used_on == local_day(clock())  # type: ignore[union-attr]
    assert published.api_keys.revoke(key.id, local_day(clock()), by="test")
    assert system.get("/surveys").status_code == 401


def test_only_the_hash_of_a_key_is_kept(published: Store, clock: Clock) -> None:
    """The database gives no key away."""
    _, text = key_for(published, clock, ApiScope.SURVEYS_READ)
    kept = b"".join(path.read_bytes() for path in published.path.parent.glob("xinsheng.db*"))
    assert text[-20:].encode() not in kept


def test_responses_are_read_page_by_page(system: TestClient) -> None:
    """Each one once; the last page has no next."""
    for number in range(5):
        hand_in(system, str(number))
    seen, after = [], ""
    while after is not None:
        page = system.get("/surveys/power-visit/responses", params={"after": after, "limit": 2}).json()
        seen += [each["id"] for each in page["responses"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 5


def test_anonymous_answers_are_not_given_out(system: TestClient, published: Store) -> None:
    """Neither one by one nor as a figure of a few."""
    publish(published, "employee-satisfaction")
    assert system.get("/surveys/employee-satisfaction/responses").status_code == 403
    figures = system.get("/surveys/employee-satisfaction/results").json()["figures"]
    assert figures and all(each["value"] is None and each["n"] == 0 for each in figures)
    listed = {each["code"]: each["responses"] for each in system.get("/surveys").json()}
    assert listed["employee-satisfaction"] is None


def test_results_are_narrowed_to_a_round_and_to_what_has_to_hold_together(
    system: TestClient, published: Store, clock: Clock
) -> None:
    """By codes; each figure is that of the narrowed page."""
    west = Touchpoint("repair-west", "城西抢修队", "repair", district="城西", business_type="故障抢修")
    published.organisation.save(touchpoints=[west])
    for number, place in enumerate(["repair-east"] * 3 + ["repair-west"] * 4):
        assert hand_in(system, str(number), touchpoint=place).status_code == 200

    def n_of(**query: object) -> int:
        answered = system.get("/surveys/power-visit/results", params=query)
        assert answered.status_code == 200, answered.text
        return int(answered.json()["figures"][0]["n"])

    this_round = f"{local_day(clock()):%Y-%m}"
    assert n_of() == 7 and n_of(where="touchpoint:repair-east") == 3 and n_of(round=this_round) == 7
    assert n_of(round=this_round, where=["touchpoint:repair-west", "department:repair"]) == 4


def test_results_are_split_and_responses_narrowed_by_whatever_results_are(
    system: TestClient, published: Store, clock: Clock
) -> None:
    """By place, round and option, several together; what is not there is refused by name."""
    west = Touchpoint("repair-west", "城西抢修队", "repair", district="城西", business_type="故障抢修")
    published.organisation.save(touchpoints=[west])
    for number, place in enumerate(["repair-east"] * 3 + ["repair-west"] * 4):
        assert hand_in(system, str(number), touchpoint=place).status_code == 200

    def split(**query: object) -> dict[str, int]:
        parts = system.get("/surveys/power-visit/results", params=query).json()["split"]
        return {each["value"]: each["figures"][0]["n"] if each["figures"] else 0 for each in parts}

    def amount(**query: object) -> int:
        return len(system.get("/surveys/power-visit/responses", params=query).json()["responses"])

    this_round, answered = f"{local_day(clock()):%Y-%m}", system.get("/surveys/power-visit/responses").json()
    assert split(by="touchpoint") == {"repair-east": 3, "repair-west": 4} and split() == {}
    assert split(by="round", where="touchpoint:repair-west") == {this_round: 4}
    csat = answered["responses"][0]["answers"]["csat"]
    assert amount(round=this_round) == 7 and amount(round="2020-01") == 0 and amount(where="department:repair") == 7
    assert amount(round=this_round, where=["touchpoint:repair-west", f"csat:{csat}"]) == 4
    assert amount(where=f"csat:{csat % 5 + 1}") == 0
    for query, told in (({"round": "spring"}, "no such round"), ({"where": "weather:rain"}, "narrows nothing")):
        refused = system.get("/surveys/power-visit/responses", params=query)
        assert refused.status_code == 422 and told in refused.text
    assert system.get("/surveys/power-visit/results", params={"by": "weather"}).status_code == 422


@pytest.mark.parametrize(
    "query, where",
    [
        ({"round": "1999-01"}, "round"), ({"where": "touchpoint:nowhere"}, "touchpoint"),
        ({"where": "contact:1"}, "where"), ({"where": "touchpoint"}, "where"), ({"where": ":x"}, "where"),
    ],
    ids=["a round without answers", "an unknown place", "a name that narrows nothing", "no code", "no name"],
)  # fmt: skip
def test_a_part_of_results_that_there_is_not_is_refused_by_name(
    system: TestClient, query: dict[str, str], where: str
) -> None:
    hand_in(system)
    answered = system.get("/surveys/power-visit/results", params=query)
    assert answered.status_code == 422 and answered.json()["faults"][0]["where"] == where


def test_drivers_come_with_share_interval_and_reach(system: TestClient, published: Store) -> None:
    """Shares of what ratings explain sum to 1, the stronger first; a part that there is not is refused by name."""
    for number in range(60):
        attitude, repair = 1 + number % 5, 1 + number // 5 % 5
        given = {"csat": round((2 * attitude + repair) / 3), "attitude": attitude, "repair": repair}
        assert hand_in(system, f"d{number}", answers=given).status_code == 200
    found = system.get("/surveys/power-visit/drivers").json()
    assert [each["code"] for each in found["drivers"]] == ["attitude", "repair"] and found["n"] == 60
    assert sum(each["share"] for each in found["drivers"]) == pytest.approx(1) and found["r_squared"] > 0.8
    assert all(each["low"] <= each["share"] <= each["high"] and each["reach"] == 1 for each in found["drivers"])
    assert set(found["left_out"]) == {"reliability", "connection", "information"}
    assert system.get("/surveys/power-visit/drivers", params={"where": "touchpoint:nowhere"}).status_code == 422
    assert system.get("/surveys/nothing-here/drivers").status_code == 404


def test_drivers_of_an_anonymous_survey_are_those_that_are_released(system: TestClient, published: Store) -> None:
    """Nothing is yet: neither n nor how many rated what."""
    publish(published, "employee-satisfaction")
    found = system.get("/surveys/employee-satisfaction/drivers")
    assert found.status_code == 200, found.text
    assert found.json()["n"] == 0 and not found.json()["drivers"]
    narrowed = {"where": "department:repair"}
    assert system.get("/surveys/employee-satisfaction/drivers", params=narrowed).status_code == 422


def test_response_rates_are_of_those_asked_by_name(system: TestClient, published: Store) -> None:
    """Open links ask nobody; of an anonymous survey two looks would show when somebody answered."""
    hand_in(system)
    assert system.get("/surveys/power-visit/response-rates").status_code == 404
    published.contacts.keep([Contact(f"{n:016x}", f"客户{n}", phone=f"1380000{n:04d}") for n in range(4)], by="test")
    started(published)
    send_all(published)
    found = system.get("/surveys/power-visit/response-rates", params={"partial": "true"}).json()
    assert found["asked"] == found["dispositions"]["no_reply"] == 4
    assert {each["name"]: each["value"] for each in found["rates"]}["RR1"] == 0
    publish(published, "employee-satisfaction")
    assert system.get("/surveys/employee-satisfaction/response-rates").status_code == 404
    assert system.get("/surveys/nothing-here/response-rates").status_code == 404


@pytest.mark.parametrize("narrowed", ["touchpoint:repair-east", "channel:api", "department:repair"])
def test_an_anonymous_survey_gives_no_part_that_is_not_released(
    system: TestClient, published: Store, narrowed: str
) -> None:
    """Nothing is released yet: neither a department nor anything finer can be asked for."""
    publish(published, "employee-satisfaction")
    assert system.get("/surveys/employee-satisfaction/results", params={"where": narrowed}).status_code == 422


def test_results_come_with_interval_and_n(system: TestClient) -> None:
    """Or with the reason for having none."""
    for number in range(30):
        hand_in(system, str(number), answers={"csat": 3 + number % 3, "nps": number % 11})
    figures = {each["measure"]: each for each in system.get("/surveys/power-visit/results").json()["figures"]}
    share = figures["top_two_box"]
    assert (share["n"], round(share["value"], 3)) == (30, 0.667)
    assert share["low"] < share["value"] < share["high"]


def test_a_message_becomes_answers_once(system: TestClient, published: Store) -> None:
    """The gateway may deliver it again."""
    message = {"id": "m1", "survey": "power-visit", "text": "5分 抢修很快"}
    outcomes = [system.post("/sms", json=message).json()["outcome"] for _ in range(2)]
    [kept] = published.responses.newest("power-visit", 10)
    assert outcomes == ["accepted", "duplicate"]
    assert (kept.answers, kept.channel) == ({"csat": 5, "comment": "抢修很快"}, "sms")


def follow_up_campaign(store: Store, clock: Clock, channel: str = "sms") -> str:
    """A running campaign that asks by text message a day after a work order was closed."""
    schedule = Schedule(event="work_order.closed", after=1, unit=Unit.DAYS)
    plan = Plan(name="工单回访", channel=channel, schedule=schedule)
    campaign = plan_campaign(store, plan, "power-visit", department=None, by="test", now=clock())
    start(store, campaign, SECRET, by="test", now=clock())
    return campaign.id


EVENT = {
    "id": "WO-1", "kind": "work_order.closed", "occurred_at": "2026-11-22T10:00:00+08:00",
    "customer": {"customer_number": "3301", "name": "王先生", "phone": "138 0013 8000"},
}  # fmt: skip


def test_an_event_invites_once_however_often_it_is_reported(
    system: TestClient, published: Store, clock: Clock
) -> None:  # fmt: skip
    """At the time the campaign has set; the customer gets a file; another kind of event invites no one."""
    campaign = follow_up_campaign(published, clock)
    counts = [system.post("/events", json=EVENT).json()["invitations"] for _ in range(3)]
    other = system.post("/events", json=EVENT | {"id": "WO-2", "kind": "bill.sent"}).json()["invitations"]
    [invitation] = published.invitations.of_campaign(campaign)
    assert (counts, other) == ([1, 0, 0], 0)
    assert invitation.due_at.isoformat() == "2026-11-23T02:00:00+00:00"
    assert published.contacts.numbered("3301").phone == "13800138000"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"customer": {}}, ["customer"]),
        ({"customer": {"phone": "12"}}, ["customer.phone", "customer"]),
        ({"occurred_at": "2027-01-01T00:00:00Z"}, ["occurred_at"]),
        ({"department": "nowhere"}, ["department"]),
        ({"kind": "Work Order"}, ["body.kind"]),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_an_unfit_event_is_refused(
    system: TestClient, published: Store, changes: dict[str, Any], where: list[str]
) -> None:  # fmt: skip
    """And leaves no file behind."""
    assert faults(system.post("/events", json=EVENT | changes)) == where
    assert published.contacts.amount() == 0


def test_a_reply_answers_the_invitation_it_was_sent_to(system: TestClient, published: Store, clock: Clock) -> None:
    """Found by the sender's number; it uses the link up. Someone else's number finds none."""
    campaign = follow_up_campaign(published, clock)
    system.post("/events", json=EVENT)
    clock.passes(days=2)
    Scheduler(published, clock=clock).run_due()
    stranger = system.post("/sms", json={"id": "0", "from": "13900000000", "text": "5"})
    answer = system.post("/sms", json={"id": "1", "from": "+86 13800138000", "text": "4 来得有点慢"})
    [invitation], [kept] = published.invitations.of_campaign(campaign), published.responses.newest("power-visit", 9)
    assert (stranger.status_code, answer.json()["outcome"], invitation.finished) == (404, "accepted", True)
    assert (kept.answers, kept.contact) == ({"csat": 4, "comment": "来得有点慢"}, invitation.contact)


def test_a_reply_can_opt_out(system: TestClient, published: Store, clock: Clock) -> None:
    """Nothing more is sent to this number; it is no answer."""
    follow_up_campaign(published, clock)
    system.post("/events", json=EVENT)
    answer = system.post("/sms", json={"id": "1", "from": "13800138000", "text": "TD"})
    assert answer.json()["outcome"] == "opted_out"
    assert published.contacts.numbered("3301").opted_out_at is not None  # type: ignore[union-attr]


def test_keys_pressed_become_answers(system: TestClient, published: Store) -> None:
    """A wrong key is named by its place."""
    call = {"id": "c1", "survey": "power-visit", "keys": ["4", "5"]}
    assert system.post("/ivr", json=call).json()["outcome"] == "accepted"
    assert published.responses.newest("power-visit", 1)[0].answers == {"csat": 4, "reliability": 5}
    assert faults(system.post("/ivr", json=call | {"id": "c2", "keys": ["7"]})) == ["keys.0"]


def test_large_and_broken_requests_are_refused(system: TestClient) -> None:
    """With a problem, never with a traceback or with what was sent."""
    large = system.post("/responses", content=b'{"survey": "' + b"a" * 6_000_000, headers={"Idempotency-Key": "1"})
    broken = system.post("/responses", content=b"{", headers={"Idempotency-Key": "1"})
    assert (large.status_code, broken.status_code) == (413, 422)
    assert system.get("/nothing").json()["status"] == 404
    assert system.get("/subjects/a%0Ab").headers["content-type"] == "application/problem+json"
    assert system.delete("/surveys").status_code == 405


def test_a_key_can_be_slowed_but_not_stopped() -> None:
    """The bucket fills again with time."""
    now = [0.0]
    bucket = Bucket(2, 3, lambda: now[0])
    assert [bucket.wait() for _ in range(4)] == [0, 0, 0, 1]
    now[0] = 0.5
    assert bucket.wait() == 0
    now[0] = -9.0  # a clock set back is no reason to fail
    assert bucket.wait() == 1


# Of requests to each operation; they are the same ones in every run, ten times as many at night.
EXAMPLES = settings().max_examples // 3


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_the_documented_api_is_the_real_one(
    published: Store, clock: Clock, mode: schemathesis.GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer to requests that fit the OpenAPI document, or break it, is one that it describes.

    Wrong keys are tried with each of them, oftener than anybody may guess; that is another test's.
    """

    async def never_waits(*_: object) -> int:
        return 0

    monkeypatch.setattr(CodeGuesses, "count", never_waits)
    app = Starlette(routes=[api(published, SECRET, results_of(gate_of(published)))])
    keyed = {"Authorization": f"Bearer {key_for(published, clock, *ApiScope)[1]}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    operations = [each.ok() for each in schema.get_all_operations()]
    if mode is schemathesis.GenerationMode.NEGATIVE:  # without parameters there is nothing to break
        operations = [each for each in operations if each.path != "/surveys"]
    assert len(operations) >= 7
    for operation in operations:

        @settings(
            max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def conforms(case: schemathesis.Case) -> None:
            # A schema can't say everything: which phone numbers there are, which answers fit.
            case.call_and_validate(headers=keyed, excluded_checks=[positive_data_acceptance])

        conforms()


def test_a_number_without_a_file_can_opt_out(system: TestClient, published: Store) -> None:
    """The wish is kept by the number, for whenever a file of it comes."""
    answer = system.post("/sms", json={"id": "1", "from": "+86 139 0000 2222", "text": "退订"})
    assert answer.json()["outcome"] == "opted_out"
    assert published.wishes.all() == {published.wishes.key("phone", "13900002222")}
