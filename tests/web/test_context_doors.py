"""Declared context by every door: links, counters, calls, text messages, keypads, paper, files, campaigns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from surveys.accounts import new_session_token, token_hash
from surveys.command_line import main
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.intake.submission import StoredResponse
from surveys.operations.launch import plan_campaign, start
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.fieldwork.test_calls import QUEUE
from tests.support.front_door import SECRET, Clock, add_account, field, hidden, visiting
from tests.web.test_api import EVENT, TestClient, clock, faults, follow_up_campaign, hand_in, system

__all__ = ["clock", "system"]  # fixtures

CREW = {"code": "crew", "label": "班组"}
BUSINESS = {
    "code": "biz", "type": "choice", "label": "业务",
    "options": [{"code": "new", "label": "新装"}, {"code": "move", "label": "移表"}],
}  # fmt: skip
TIER = {"code": "tier", "label": "等级", "sources": ["contact"]}
HOURS = {"code": "hours", "type": "number", "label": "办结小时", "sources": ["agent", "event"]}
GIVEN = {"csat": "5", "nps": "9"}


@pytest.fixture
def declaring(published: Store, visit: Survey) -> Store:
    """The post-visit survey, now with four facts."""
    data = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    survey = Survey.model_validate(data | {"context": [CREW, BUSINESS, TIER, HOURS]})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish("power-visit", by="test")
    return published


def only(store: Store) -> StoredResponse:
    [[response]] = list(store.responses.responses("power-visit"))
    return response


def filled(store: Store, address: str, clock: Clock | None = None, **typed: str) -> StoredResponse:
    with visiting(store, clock) as browser:
        page = browser.get(address).text
        assert browser.post(address, data=hidden(page) | GIVEN | typed).status_code == 200
    return only(store)


def invited(system: TestClient, store: Store, clock: Clock, **changes: Any) -> str:
    campaign = follow_up_campaign(store, clock)
    assert system.post("/events", json=EVENT | changes).json()["invitations"] == 1
    clock.passes(days=2)
    Scheduler(store, clock=clock).run_due()
    [invitation] = store.invitations.of_campaign(campaign)
    return link_token(SECRET, invitation.id)


def test_a_link_brings_what_is_declared_for_it(declaring: Store) -> None:
    """Nothing else of the address, no value that is none, and nothing that is typed under its name."""
    got = filled(declaring, "/s/power-visit?crew=A7&biz=新装&shoe=42&hours=3&tier=VIP", crew="other")
    assert got.context == {"crew": "A7", "biz": "new"}


def test_an_unfit_value_of_a_link_keeps_nobody_from_answering(declaring: Store) -> None:
    assert filled(declaring, "/s/power-visit?biz=none").context == {}


def test_what_an_invitation_is_for_is_not_changed_by_its_address(
    system: TestClient, declaring: Store, clock: Clock
) -> None:
    """Neither what the event said, nor what it left open."""
    token = invited(system, declaring, clock, context={"crew": "城东一班"})
    got = filled(declaring, f"/i/{token}?crew=B&biz=move", clock)
    assert got.context == {"crew": "城东一班"}


def test_what_is_declared_elsewhere_is_refused_of_an_event(system: TestClient, declaring: Store, clock: Clock) -> None:
    """By name: what the survey that follows does not declare, what comes another way, what is no such value."""
    follow_up_campaign(declaring, clock)
    answer = system.post("/events", json=EVENT | {"context": {"order": "1", "biz": "none", "tier": "VIP", "crew": "A"}})
    assert (answer.status_code, sorted(faults(answer))) == (422, ["context.biz", "context.order", "context.tier"])
    assert declaring.contacts.numbered("3301") is None


def test_the_business_of_an_event_is_the_declared_one(system: TestClient, declaring: Store, clock: Clock) -> None:
    token = invited(system, declaring, clock, business_type="move", context={"hours": "1.50"})
    assert filled(declaring, f"/i/{token}", clock).context == {"biz": "move", "hours": "1.5"}


def test_a_campaign_takes_the_tier_of_then(declaring: Store, clock: Clock) -> None:
    """An answer keeps it, whatever the file says afterwards."""
    person = Contact("c", "王先生", customer_number="3301", phone="13800138000", tier="金")
    declaring.contacts.keep([person], by="test")
    plan = Plan(name="回访", channel="sms", schedule=Schedule(at=clock(), unit=Unit.DAYS))
    campaign = plan_campaign(declaring, plan, "power-visit", department=None, by="test", now=clock())
    start(declaring, campaign, SECRET, by="test", now=clock())
    declaring.contacts.keep([replace(person, tier="普通")], by="test")
    clock.passes(hours=1)
    Scheduler(declaring, clock=clock).run_due()
    [invitation] = declaring.invitations.of_campaign(campaign.id)
    assert filled(declaring, f"/i/{link_token(SECRET, invitation.id)}", clock).context == {"tier": "金"}


@pytest.mark.parametrize(
    ("path", "body"), [("sms", {"id": "1", "text": "5"}), ("ivr", {"id": "1", "survey": "power-visit", "keys": ["5"]})]
)
def test_a_message_and_a_call_keep_what_the_invitation_is_for(
    system: TestClient, declaring: Store, clock: Clock, path: str, body: dict[str, Any]
) -> None:
    """Department, touchpoint, business type and context; what the message itself brings comes beside it."""
    about = {"department": "repair", "business_type": "故障抢修", "context": {"crew": "城东一班"}}
    invited(system, declaring, clock, **about)
    answer = system.post(f"/{path}", json=body | {"from": "13800138000", "context": {"biz": "move"}})
    assert answer.json()["outcome"] == "accepted"
    got = only(declaring)
    assert (got.department, got.business_type, got.channel) == ("repair", "故障抢修", path)
    assert got.context == {"crew": "城东一班", "biz": "move"}
    assert declaring.invitations.of_campaign(declaring.campaigns.all()[0].id)[0].finished


def test_a_keypad_call_after_the_answer_counts_for_itself(system: TestClient, declaring: Store, clock: Clock) -> None:
    """It may be about something else: the link that is used up takes no second answer and loses none."""
    invited(system, declaring, clock)
    call = {"survey": "power-visit", "keys": ["5"], "from": "13800138000"}
    outcomes = [system.post("/ivr", json=call | {"id": number}).json()["outcome"] for number in ("1", "1", "2")]
    assert outcomes == ["accepted", "duplicate", "accepted"]


@pytest.mark.parametrize("path", ["sms", "ivr", "responses"])
def test_undeclared_facts_are_refused_by_name_at_every_door(system: TestClient, declaring: Store, path: str) -> None:
    context = {"context": {"shoe": "42", "biz": "new"}}
    if path == "responses":
        answer = hand_in(system, **context)
    else:
        body = {"sms": {"text": "5"}, "ivr": {"keys": ["5"]}}[path]
        answer = system.post(f"/{path}", json={"id": "1", "survey": "power-visit"} | body | context)
    assert (answer.status_code, faults(answer)) == (422, ["context.shoe"])
    assert declaring.responses.amount("power-visit") == 0


def test_an_agent_enters_what_is_declared_for_the_call(declaring: Store, clock: Clock) -> None:
    """A value that is none is said and nothing is lost."""
    declaring.contacts.keep([Contact("c", "王先生", phone="13800138000", department="service")], by="test")
    declaring.calls.open_queue(QUEUE, ["c"], by="test", now=clock())
    with visiting(declaring, clock) as browser:
        token = new_session_token()
        declaring.accounts.begin_session(add_account(declaring, "voice", Role.AGENT), token_hash(token), clock())
        browser.cookies.set(SESSION_COOKIE, token)
        desk = browser.get("/call").text
        address = browser.post("/call", data={"_csrf": field(desk, "_csrf")}).headers["location"]
        page = browser.get(address).text
        assert "_fact_hours" in page and "_fact_crew" not in page
        unfit = browser.post(address, data=hidden(page) | GIVEN | {"_fact_hours": "很久"})
        assert unfit.status_code == 422 and "办结小时" in unfit.text and 'value="很久"' in unfit.text
        assert browser.post(address, data=hidden(page) | GIVEN | {"_fact_hours": "2小时"}).status_code == 422
        assert browser.post(address, data=hidden(page) | GIVEN | {"_fact_hours": "2"}).status_code == 200
    assert only(declaring).context == {"hours": "2", "agent": "voice", "queue": QUEUE.name}


def test_paper_is_typed_in_under_its_link(declaring: Store, clock: Clock) -> None:
    with visiting(declaring, clock) as browser:
        token = new_session_token()
        declaring.accounts.begin_session(add_account(declaring, "clerk", Role.DESIGNER), token_hash(token), clock())
        browser.cookies.set(SESSION_COOKIE, token)
        address = "/typing/power-visit?crew=A7&biz=move"
        sheet = hidden(browser.get(address).text) | {"_batch": "大厅", "_sheet": "1", "_day": "2026-11-22"}
        typed = {"k.csat": "5", "k.nps": "9"}
        page = browser.post(address, data=sheet | typed)
        left = hidden(page.text) | {"_batch": "大厅", "_sheet": "1", "_day": "2026-11-22", "_left": "1"}
        browser.post(address, data=left | typed)
    assert only(declaring).context == {"crew": "A7", "biz": "move"}


def test_a_table_brings_facts_and_takes_them_out_again(
    declaring: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the label or the code; a value that is none makes the row a bad one; the export has columns of them."""
    monkeypatch.setenv("XINSHENG_DB", str(declaring.path))
    table = tmp_path / "answers.csv"
    table.write_text("csat,nps,班组,_context.biz\n5,9,A7,新装\n4,8,A8,none\n", encoding="utf-8")
    assert main(["import", "power-visit", str(table)]) == 0
    assert "第 3 行" in capsys.readouterr().err
    assert only(declaring).context == {"crew": "A7", "biz": "new"}
    out = tmp_path / "out.csv"
    assert main(["export", "power-visit", "--format", "csv", "--out", str(out)]) == 0
    head, row = out.read_text("utf-8-sig").splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    assert {name: told[name] for name in told if "_context." in name} != {}
    assert "A7" in row


def test_the_preview_says_which_values_of_a_link_are_kept(declaring: Store, clock: Clock) -> None:
    """Those that come another way are none of them."""
    with visiting(declaring, clock) as browser:
        token = new_session_token()
        declaring.accounts.begin_session(add_account(declaring, "maker", Role.DESIGNER), token_hash(token), clock())
        browser.cookies.set(SESSION_COOKIE, token)
        page = browser.get("/preview/power-visit").text
    assert "链接带来的只保留：crew（班组）、biz（业务）；其他参数不保存。" in page
