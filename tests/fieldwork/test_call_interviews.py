"""The agent's pages of a call: card, script and form; answers kept once, nothing typed lost, nobody else let in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from surveys.accounts import Account
from surveys.fieldwork.calls import CallOutcome, CallState
from surveys.localisation.clock import ZONE, local_day
from surveys.people.contact import Secrecy
from surveys.permissions import Role
from surveys.storage import Store
from tests.fieldwork.test_calls import OPEN, QUEUE, calling, person
from tests.support.front_door import (
    NOW,
    Clock,
    TestClient,
    add_account,
    be,
    field,
    heading,
    hidden,
    publish,
    receipt,
    sign_in,
    visiting,
)

__all__ = ["calling"]  # a fixture

GOOD = {"csat": "5", "nps": "9"}
DAY = local_day(NOW)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(calling: Store, clock: Clock) -> Iterator[TestClient]:
    with visiting(calling, clock) as browser:
        yield browser


@pytest.fixture
def agent(browser: TestClient, calling: Store) -> Account:
    account = add_account(calling, "voice", Role.AGENT)
    be(browser, calling, account)
    return account


def next_call(browser: TestClient) -> str:
    """Take the next call; returns its address."""
    answer = browser.post("/call", data={"_csrf": field(browser.get("/call").text, "_csrf")})
    assert answer.status_code == 303
    return str(answer.headers["location"])


@pytest.fixture
def scripted(calling: Store) -> Store:
    """The same people in a queue whose script asks first whether it is a good time."""
    publish(calling, "phone-interview")
    calling.calls.close_queue(QUEUE.id, by="test", now=NOW)
    people = [each.id for each in calling.contacts.all()]
    calling.calls.open_queue(replace(QUEUE, id="script", survey="phone-interview"), people, by="test", now=NOW)
    return calling


def said(browser: TestClient, address: str, **answers: str) -> tuple[int, str]:
    """The form sent until it brings up no more questions."""
    sent = browser.post(address, data=hidden(browser.get(address).text) | answers)
    if sent.status_code == 200 and "_token" in hidden(sent.text):
        sent = browser.post(address, data=hidden(sent.text) | answers)
    return sent.status_code, sent.text


def test_call_me_another_day_is_an_appointment(browser: TestClient, scripted: Store, agent: Account) -> None:
    """Said in the script it is no answer: nothing is kept, and the call waits for the day and hour that were named."""
    address = next_call(browser)
    day = local_day(NOW) + timedelta(days=2)
    status, page = said(browser, address, available="call_later", back_on=day.isoformat(), back_at="20:20")
    assert status == 422 and "请约在可以拨打的时间" in page
    status, page = said(browser, address, available="call_later", back_on=day.isoformat(), back_at="10:30")
    assert status == 200 and scripted.responses.amount("phone-interview") == 0
    call = scripted.calls.get(address.rpartition("/")[2])
    assert call is not None and call.outcome is CallOutcome.LATER and call.agreed
    assert call.due_at == datetime.combine(day, time(10, 30), ZONE)
    assert "改约 1" in browser.get("/call").text and "完成 0" in browser.get("/call").text


def test_a_refusal_in_the_script_is_booked_as_refused(browser: TestClient, scripted: Store, agent: Account) -> None:
    """Not as someone who wasn't wanted; nothing is kept, and the call is over."""
    address = next_call(browser)
    assert said(browser, address, available="call_refused")[0] == 200
    call = scripted.calls.get(address.rpartition("/")[2])
    assert call is not None and call.outcome is CallOutcome.REFUSED and call.state is CallState.DONE
    assert scripted.responses.amount("phone-interview") == 0


def test_an_interview_from_the_next_call_to_its_receipt(browser: TestClient, calling: Store, agent: Account) -> None:
    """Card masked, script shown, answer kept once under the person and the channel, the day's count right."""
    address = next_call(browser)
    html = browser.get(address).text
    assert "王**" in html and "138****" in html and "王建国" not in html and "1380000" not in html
    assert QUEUE.script in html
    assert calling.accounts.audit(1)[0].action == "open contact"
    sent = browser.post(address, data=hidden(html) | GOOD)
    assert sent.status_code == 200 and receipt(sent.text)
    [[kept]] = list(calling.responses.responses("power-visit"))
    assert (kept.channel, kept.department, kept.answers["nps"]) == ("phone", "repair", 9)
    assert kept.contact in ("c0", "c1", "c2")
    again = browser.post(address, data=hidden(html) | GOOD)
    assert again.status_code == 200 and receipt(again.text) == receipt(sent.text)
    assert calling.responses.amount("power-visit") == 1
    assert "完成 1" in browser.get("/call").text
    assert calling.calls.standing("q") == {"complete": 1, "waiting": 2}


def test_two_forms_of_one_call_count_once(browser: TestClient, calling: Store, agent: Account) -> None:
    """Two windows are open on it; the second form sent is no second answer."""
    address = next_call(browser)
    forms = [hidden(browser.get(address).text) for _ in range(2)]
    assert [browser.post(address, data=form | GOOD).status_code for form in forms] == [200, 409]
    assert calling.responses.amount("power-visit") == 1


def test_a_form_of_a_call_that_went_to_someone_else_is_told_so(
    browser: TestClient, calling: Store, clock: Clock, agent: Account
) -> None:  # fmt: skip
    """Neither kept nor answered with a receipt, also when the other agent's answer is there; nobody's card is shown."""
    calling.calls.close_queue("q", by="test", now=NOW)
    calling.calls.open_queue(replace(QUEUE, id="r"), ["c0"], by="test", now=NOW)
    address = next_call(browser)
    late = hidden(browser.get(address).text) | GOOD
    clock.passes(minutes=31)
    other = add_account(calling, "other", Role.AGENT)
    be(browser, calling, other)
    assert next_call(browser) == address
    be(browser, calling, agent)
    assert browser.post(address, data=late).status_code == 409
    be(browser, calling, other)
    assert browser.post(address, data=hidden(browser.get(address).text) | GOOD).status_code == 200
    be(browser, calling, agent)
    refused = browser.post(address, data=late)
    assert refused.status_code == 409 and not receipt(refused.text) and "王" not in refused.text
    assert calling.responses.amount("power-visit") == 1


def test_a_session_that_ended_during_a_call_costs_nothing_typed(
    browser: TestClient, calling: Store, clock: Clock, agent: Account
) -> None:  # fmt: skip
    """The form comes back without the person's card; after signing in it is sent again, by this agent alone."""
    address = next_call(browser)
    form = hidden(browser.get(address).text) | GOOD | {"comment": "客户说了很多"}
    clock.passes(hours=9)
    page = browser.post(address, data=form)
    assert page.status_code == 403 and 'href="/login"' in page.text
    assert "客户说了很多</textarea>" in page.text and "data-keep" not in page.text
    assert "王" not in page.text and not re.search(r"138[\d*]{4}", page.text) and QUEUE.script not in page.text
    assert browser.post("/call/" + "0" * 32, data=form).headers["location"].startswith("/login")
    assert sign_in(browser, "voice") == 303
    page = browser.post(address, data=form)
    assert page.status_code == 403 and "请再按一次" in page.text and "王**" in page.text
    again = form | hidden(page.text)
    assert browser.post(address, data=again).status_code == 200
    [[kept]] = list(calling.responses.responses("power-visit"))
    assert (kept.answers["comment"], kept.channel) == ("客户说了很多", "phone")


@pytest.mark.parametrize("beside", ["outcome", "number"])
def test_a_session_that_ended_before_a_report_costs_nothing_typed(
    browser: TestClient, calling: Store, clock: Clock, agent: Account, beside: str
) -> None:  # fmt: skip
    """Signed out, then signed in anew in another window: answers, day and hour stand there, and nothing is booked."""
    address = next_call(browser)
    form = hidden(browser.get(address).text) | GOOD | {"comment": "客户说了很多"}
    report = {"outcome": "later", "day": "2026-11-23", "time": "10:00"} if beside == "outcome" else {}
    clock.passes(hours=9)
    page = browser.post(f"{address}/{beside}", data=form | report)
    assert page.status_code == 403 and 'href="/login"' in page.text and "客户说了很多</textarea>" in page.text
    assert "王" not in page.text and not re.search(r"138[\d*]{4}", page.text)
    assert ("通话结果还没有记下" in page.text) == (beside == "outcome")
    assert sign_in(browser, "voice") == 303
    page = browser.post(address, data=GOOD | {"comment": "客户说了很多"} | hidden(page.text))
    assert page.status_code == 403 and "王**" in page.text and "客户说了很多</textarea>" in page.text
    assert ('value="2026-11-23"' in page.text and "再选一次通话结果" in page.text) == (beside == "outcome")
    assert calling.responses.amount("power-visit") == 0 and not calling.calls.by_agent(DAY, DAY)
    old = browser.post(f"{address}/{beside}", data=form | report)  # a page from before the sign-in, in another window
    assert old.status_code == 422 and "客户说了很多</textarea>" in old.text and "王**" in old.text
    sent = browser.post(f"{address}/{beside}", data=form | report | hidden(page.text))
    assert sent.status_code == (303 if beside == "outcome" else 200)


@pytest.mark.parametrize("way", ["", "/outcome", "/number"])
@pytest.mark.parametrize("end", ["closed", "gone"])
def test_a_call_that_takes_nothing_any_more_shows_what_was_typed(
    browser: TestClient, calling: Store, clock: Clock, agent: Account, way: str, end: str
) -> None:  # fmt: skip
    """In words, with the way to the next call; nobody's card. An outcome is still taken of a survey that is closed."""
    calling.calls.close_queue("q", by="test", now=NOW)
    calling.calls.open_queue(replace(QUEUE, id="r"), ["c0"], by="test", now=NOW)
    address = next_call(browser)
    form = hidden(browser.get(address).text) | GOOD | {"comment": "客户说了很多", "outcome": "no_answer"}
    if end == "closed":
        calling.surveys.close("power-visit", by="test")
    else:
        clock.passes(minutes=31)
        calling.calls.take("other", OPEN, clock())
    page = browser.post(f"{address}{way}", data=form)
    if (way, end) == ("/outcome", "closed"):
        assert page.headers["location"] == "/call"
        return
    assert page.status_code == (410 if end == "closed" else 409) and 'href="/call"' in page.text
    assert "客户说了很多" in page.text and "<dd>5" in page.text and "王" not in page.text
    assert calling.responses.amount("power-visit") == 0
    answer = browser.post("/call", data={"_csrf": field(browser.get("/call").text, "_csrf")})
    assert answer.status_code == 200 and "现在没有要拨打的电话" in answer.text, "not led back to it"


def test_answers_pass_the_same_checks_as_everybodys(browser: TestClient, calling: Store, agent: Account) -> None:
    """A score off the scale comes back with its reason, the card still there and still masked, the call still held."""
    address = next_call(browser)
    answer = browser.post(address, data=hidden(browser.get(address).text) | {"csat": "9", "nps": "99"})
    assert answer.status_code == 422 and "王**" in answer.text and "王建国" not in answer.text
    assert browser.post(address, data=hidden(answer.text) | GOOD).status_code == 200


def test_the_number_is_shown_on_demand_and_that_is_recorded(
    browser: TestClient, calling: Store, agent: Account
) -> None:  # fmt: skip
    address = next_call(browser)
    fields = hidden(browser.get(address).text) | {"csat": "4", "comment": "先说了一句"}
    shown = browser.post(f"{address}/number", data=fields)
    assert "tel:1380000000" in shown.text and "王建国" not in shown.text and "先说了一句</textarea>" in shown.text
    assert calling.accounts.audit(1)[0].action == "show number"


@pytest.mark.parametrize("outcome", ["no_answer", "refused", "wrong_number"])
def test_a_call_without_an_answer_is_reported(
    browser: TestClient, calling: Store, agent: Account, outcome: str
) -> None:  # fmt: skip
    address = next_call(browser)
    form = {"_csrf": field(browser.get(address).text, "_csrf"), "outcome": outcome, "opt_out": "1"}
    form["tries"] = field(browser.get(address).text, "tries")
    for _ in range(2):  # a button pressed twice
        assert browser.post(f"{address}/outcome", data=form).headers["location"] == "/call"
    other = form | {"outcome": "refused" if outcome == "no_answer" else "no_answer"}
    assert browser.post(f"{address}/outcome", data=other).status_code == 409
    day = local_day(NOW)
    assert [(each.agent, each.outcome, each.times) for each in calling.calls.by_agent(day, day)] == [
        ("voice", CallOutcome(outcome), 1)
    ]
    assert sum(each.opted_out_at is not None for each in calling.contacts.all()) == 1
    assert browser.get(address).status_code == 409


def test_an_appointment_needs_a_time_that_will_do(browser: TestClient, calling: Store, agent: Account) -> None:
    address = next_call(browser)
    form = {"_csrf": field(browser.get(address).text, "_csrf"), "outcome": "later"}
    for unfit in ({}, {"day": "2026-11-23", "time": "23:00"}, {"day": "x", "time": "10:00"}):
        assert browser.post(f"{address}/outcome", data=form | unfit).status_code == 422
    assert browser.post(f"{address}/outcome", data=form | {"day": "2026-11-23", "time": "10:00"}).status_code == 303


def test_an_outcome_that_is_none_is_refused(browser: TestClient, agent: Account) -> None:
    """An agent can't call it complete without an answer."""
    address = next_call(browser)
    form = {"_csrf": field(browser.get(address).text, "_csrf")}
    for outcome in ("complete", "not_wanted", "nonsense", ""):
        assert browser.post(f"{address}/outcome", data=form | {"outcome": outcome}).status_code == 400


def test_nobody_else_gets_into_a_call(browser: TestClient, calling: Store, agent: Account) -> None:
    """Another agent, a manager, no one at all, a form from elsewhere."""
    address = next_call(browser)
    form = hidden(browser.get(address).text)
    forged = {name: value for name, value in form.items() if name != "_csrf"} | GOOD
    assert browser.post(address, data=forged).status_code == 403
    assert browser.post("/call", data={}).status_code == 403
    assert browser.post(f"{address}/number", data={}).status_code == 403
    be(browser, calling, add_account(calling, "other", Role.AGENT))
    assert browser.get(address).status_code == browser.post(address, data=form | GOOD).status_code == 409
    be(browser, calling, add_account(calling, "head", Role.MANAGER, ("repair",)))
    assert browser.get(address).status_code == browser.get("/call").status_code == 403
    browser.cookies.clear()
    assert browser.get(address).headers["location"].startswith("/login")
    assert calling.responses.amount("power-visit") == 0


def test_an_agent_never_sees_a_file_above_the_own_level(browser: TestClient, calling: Store, agent: Account) -> None:
    """Not by waiting for it, and not when the level is given while the call is on."""
    address = next_call(browser)
    calling.contacts.keep([person(number, secrecy=Secrecy.TOP) for number in range(3)], by="test")
    assert browser.get(address).status_code == 409
    calling.calls.close_queue("q", by="test", now=NOW)
    calling.calls.open_queue(replace(QUEUE, id="r"), ["c0", "c1", "c2"], by="test", now=NOW)
    assert calling.calls.take("someone", OPEN, NOW) is None


def test_an_anonymous_interview_keeps_nobodys_name(browser: TestClient, calling: Store, agent: Account) -> None:
    """That the call is complete is known; which answer it brought is not."""
    survey = calling.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    calling.surveys.save_draft(survey, None, by="test")
    calling.surveys.publish(survey.code, by="test")
    address = next_call(browser)
    assert browser.post(address, data=hidden(browser.get(address).text) | GOOD).status_code == 200
    [[kept]] = list(calling.responses.responses("power-visit"))
    assert (kept.contact, kept.received_at, kept.department) == (None, None, "service")  # the survey's own


def test_nobody_to_call_is_said(browser: TestClient, calling: Store, agent: Account) -> None:
    """The agent stays at the desk."""
    calling.calls.close_queue("q", by="test", now=NOW)
    answer = browser.post("/call", data={"_csrf": field(browser.get("/call").text, "_csrf")})
    assert "没有要拨打的电话" in answer.text and heading(answer.text) == "电话访问"


def test_a_queue_this_agent_may_not_take_says_so(browser: TestClient, calling: Store) -> None:
    """People wait, but of a department that is not the agent's: the desk does not say that there is nobody."""
    calling.contacts.keep([replace(each, department="repair") for each in calling.contacts.all()], by="test")
    be(browser, calling, add_account(calling, "other", Role.AGENT, ("service",)))
    page = browser.post("/call", data={"_csrf": field(browser.get("/call").text, "_csrf")}).text
    assert "不在您的范围内" in page and "现在没有要拨打的电话" not in page
