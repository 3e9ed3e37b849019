"""By phone an answer can be the outcome, of any option of any survey; and a queue that nobody may take says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from surveys import editing
from surveys.accounts import Account
from surveys.definition.survey import Survey
from surveys.exchange.definitions import DEFINITION_FORMATS
from surveys.fieldwork.calls import CallOutcome, CallState, appointment, outcome_said
from surveys.localisation.clock import ZONE, local_day
from surveys.people.contact import Contact, Secrecy
from surveys.permissions import Role
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words
from tests.fieldwork.test_call_interviews import agent, browser, calling, clock, next_call
from tests.fieldwork.test_calls import QUEUE
from tests.support.front_door import NOW, add_account, hidden, visiting

__all__ = ["agent", "browser", "calling", "clock", "open_page"]

ASK: dict[str, Any] = {
    "code": "ready", "type": "single_choice", "title": "现在方便吗", "required": True,
    "options": [
        {"code": "yes", "label": "方便"},
        {"code": "evening", "label": "晚点打", "call_outcome": "later"},
        {"code": "no", "label": "别打了", "call_outcome": "refused"},
        {"code": "moved", "label": "打错了", "call_outcome": "wrong_number"},
        {"code": "call_refused", "label": "不想说"},
    ],
}  # fmt: skip
DAY = {"code": "on", "type": "date", "title": "哪天打", "show_if": {"item": "ready", "value": "evening"}}
HOUR = {"code": "at", "type": "time", "title": "几点打", "show_if": {"item": "ready", "value": "evening"}}
CSAT = {"code": "csat", "type": "rating", "title": "满意吗", "required": True}
OUTAGE = {"code": "outage", "type": "date", "title": "哪天停的电"}


def script(*questions: dict[str, Any]) -> Survey:
    return Survey.model_validate(
        {"code": "script", "title": "脚本", "use": "测试", "sections": [{"questions": list(questions)}]}
    )


@pytest.fixture
def scripted(calling: Store) -> Store:
    """A queue whose script has no jumps: after the first question the others are asked as well."""
    calling.surveys.save_draft(script(ASK, DAY, HOUR, CSAT, OUTAGE), None, by="test")
    calling.surveys.publish("script", by="test")
    calling.calls.close_queue(QUEUE.id, by="test", now=NOW)
    people = [each.id for each in calling.contacts.all()]
    calling.calls.open_queue(replace(QUEUE, id="script", survey="script"), people, by="test", now=NOW)
    return calling


def said(browser: TestClient, address: str, **answers: str) -> tuple[int, str]:
    shown = "ready on at csat outage" if answers.get("ready") == "evening" else "ready csat outage"
    sent = browser.post(address, data=hidden(browser.get(address).text) | {"_asked": shown} | answers)
    return sent.status_code, sent.text


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("no", CallOutcome.REFUSED),
        ("moved", CallOutcome.WRONG_NUMBER),
        ("call_refused", CallOutcome.REFUSED),
    ],
)
def test_an_option_of_any_survey_ends_the_call_as_it_says(
    browser: TestClient, scripted: Store, agent: Account, code: str, outcome: CallOutcome
) -> None:
    """Whatever else is required and unanswered; nothing is kept, and the page names what was booked."""
    address = next_call(browser)
    status, page = said(browser, address, ready=code)
    call = scripted.calls.get(address.rpartition("/")[2])
    assert status == 200 and "没有保存答卷" in page and outcome.label in page
    assert call is not None and (call.outcome, call.state) == (outcome, CallState.DONE)
    assert scripted.responses.amount("script") == 0


def test_another_day_is_an_appointment_though_all_else_is_unanswered(
    browser: TestClient, scripted: Store, agent: Account
) -> None:
    """Without day and hour they are asked for; they may be typed as people write them."""
    address = next_call(browser)
    status, page = said(browser, address, ready="evening")
    assert status == 422 and "请填写与客户约好的日期和时间" in page and "请打分" not in page
    day = local_day(NOW) + timedelta(days=2)
    status, _ = said(browser, address, ready="evening", on=f"{day:%Y/%m/%d}", at="上午10:30", outage="2026-01-01")
    call = scripted.calls.get(address.rpartition("/")[2])
    assert status == 200 and scripted.responses.amount("script") == 0
    assert call is not None and call.outcome is CallOutcome.LATER and call.agreed
    assert call.due_at == datetime.combine(day, time(10, 30), ZONE)


def test_who_answers_is_complete(browser: TestClient, scripted: Store, agent: Account) -> None:
    address = next_call(browser)
    assert said(browser, address, ready="yes", csat="4")[0] == 200
    call = scripted.calls.get(address.rpartition("/")[2])
    assert call is not None and call.outcome is CallOutcome.COMPLETE
    assert scripted.responses.amount("script") == 1


def test_elsewhere_than_by_phone_it_is_an_answer_like_any(scripted: Store) -> None:
    with visiting(scripted) as browser:
        page = hidden(browser.get("/s/script").text) | {"_asked": "ready csat outage", "ready": "no", "csat": "1"}
        assert browser.post("/s/script", data=page).status_code == 200
    assert scripted.responses.amount("script") == 1


def test_a_day_that_was_asked_for_otherwise_is_no_appointment() -> None:
    """Only what is asked after the answer, and because of it where anything is."""
    entered = {"ready": ["evening"], "outage": ["2026-01-01"], "on": ["2026-11-25"], "at": ["10:30"]}
    first, because = script(OUTAGE, ASK), script(ASK, DAY, HOUR, OUTAGE)
    assert appointment(first.questions(), entered, "ready") == ("ready", None)
    item, agreed = appointment(because.questions(), entered, "ready")
    assert (item, agreed) == ("at", datetime(2026, 11, 25, 10, 30, tzinfo=ZONE))


def test_an_outcome_of_its_own_goes_before_the_meaning_of_a_code() -> None:
    options = [{"code": "call_refused", "label": "改天", "call_outcome": "later"}]
    told = outcome_said(script({**ASK, "options": options}).questions(), {"ready": ["call_refused"]})
    assert told is not None and told.outcome is CallOutcome.LATER


def test_the_builder_offers_the_outcome_of_an_option() -> None:
    [setting] = [each for each in editing.part_settings("single_choice", "options") if each.name == "call_outcome"]
    assert [each.chinese for each in setting.choices] == ["改约", "拒访", "空号或打错", "不需访问"]
    assert not setting.needed


@pytest.mark.parametrize("name", [name for name, each in DEFINITION_FORMATS.items() if each.write])
def test_outcomes_come_back_from_every_format(name: str) -> None:
    survey, form = script(ASK, CSAT), DEFINITION_FORMATS[name]
    assert form.write is not None
    assert form.read(form.write(survey)[0], "copy")[0].question("ready") == survey.question("ready")


def people_of(store: Store, secrecy: Secrecy = Secrecy.NONE) -> None:
    people = [
        Contact(f"c{n}", "王建国", phone=f"1381234567{n}", department="repair", secrecy=secrecy) for n in range(2)
    ]
    store.contacts.keep(people, by="test")


def open_queue(app: Any) -> str:
    next(box for box in app.text_input if box.label == "名单名称").input("回访")
    press(app, "新建名单")
    return words(app)


@pytest.mark.dated
def test_a_queue_nobody_may_take_says_so(published: Store, open_page: Open) -> None:
    """At once and as long as it is so: agents of another department and those no longer at work don't count."""
    store = add_accounts(published)
    for each in store.accounts.all():
        if each.role is Role.AGENT:
            store.accounts.change(each.name, active=False)
    add_account(store, "elsewhere", Role.AGENT, ("service",))
    people_of(store)
    told = open_queue(open_page(store, "boss", "calls"))
    assert "2 通没有在用的话务员能接" in told
    assert "没有话务员能打" in words(open_page(store, "boss", "calls"))
    add_account(store, "here", Role.AGENT, ("repair",))
    assert "没有话务员能打" not in words(open_page(store, "boss", "calls"))


@pytest.mark.dated
def test_a_queue_that_somebody_may_take_warns_of_nothing(published: Store, open_page: Open) -> None:
    store = add_accounts(published)
    people_of(store)
    assert "没有在用的话务员" not in open_queue(open_page(store, "boss", "calls"))
