"""Many answers from one hand: slowed where no person is that quick, conspicuous where one might be, never lost."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Survey
from surveys.fieldwork.protection import Protection
from surveys.intake.suspicion import TRAP, Flag
from surveys.storage import Store
from surveys.web.protection.devices import DEVICE_COOKIE, Visitor
from surveys.web.protection.rate_limits import Limits
from tests.support.front_door import Clock, heading, hidden, publish, visiting

FORM = "/s/power-visit"


class Seconds:
    """A clock that a test can move, backwards as well."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def flags(store: Store, survey: str = "power-visit") -> list[tuple[str, ...]]:
    return sorted(tuple(each.flags) for chunk in store.responses.responses(survey) for each in chunk)


def test_a_hall_behind_one_address_gets_through_and_a_program_does_not() -> None:
    """500 phones at once from one address; the same number from one device, or without a cookie, has to wait."""
    seconds = Seconds()
    limits = Limits(seconds)
    assert not any(limits.sending(Visitor("203.0.113.9", f"phone {n}")).wait for n in range(500))
    assert sum(limits.sending(Visitor("203.0.113.7", "one phone")).wait == 0 for _ in range(500)) == 30
    assert sum(limits.sending(Visitor("203.0.113.8")).wait == 0 for _ in range(5000)) == 600
    assert sum(limits.sending(Visitor(f"2001:db8:1:2::{n:x}")).wait == 0 for n in range(5000)) == 600
    seconds.now -= 500  # a clock set back gives nothing away and locks nobody out for longer
    assert 0 < limits.sending(Visitor("203.0.113.7", "one phone")).wait <= 5
    seconds.now += 505
    assert limits.sending(Visitor("203.0.113.7", "one phone")).wait == 0


def test_so_many_from_one_address_are_conspicuous_before_they_are_too_many() -> None:
    limits = Limits(Seconds())
    assert [limits.sending(Visitor("203.0.113.9", f"{n}")).crowded for n in (*range(300), 300)][-2:] == [False, True]
    assert not limits.sending(Visitor("127.0.0.1")).crowded


def test_who_has_to_wait_loses_nothing(published: Store) -> None:
    """429 with the seconds, and the whole form with what was typed."""
    with visiting(published) as browser:
        fields = {**hidden(browser.get(FORM).text), "comment": "还在"}
        while (page := browser.post(FORM, data=fields)).status_code == 422:
            pass
    assert page.status_code == 429 and int(page.headers["retry-after"]) > 0
    assert "还在</textarea>" in page.text and "提交太频繁" in page.text


@pytest.mark.parametrize(("seconds", "expected"), [(0, (Flag.TOO_FAST,)), (1, ())])
def test_a_form_of_one_tap_is_sent_soon(store: Store, seconds: int, expected: tuple[str, ...]) -> None:
    """How little time is too little goes by the length of the form; nor is it said to take a minute."""
    tap = {"code": "csat", "type": "rating", "title": "满意吗？", "required": True}
    definition = {"code": "tap", "title": "试", "use": "试", "sections": [{"questions": [tap]}]}
    store.surveys.save_draft(Survey.model_validate(definition), None, by="test")
    store.surveys.publish("tap", by="test")
    clock = Clock()
    with visiting(store, clock) as browser:
        page = browser.get("/s/tap").text
        assert "分钟" not in page
        clock.passes(seconds=seconds)
        browser.post("/s/tap", data={**hidden(page), "csat": "4"})
    assert flags(store, "tap") == [expected]


@pytest.mark.parametrize(
    ("seconds", "more", "expected"),
    [(60, {}, ()), (1, {}, (Flag.TOO_FAST,)), (60, {TRAP: "buy now"}, (Flag.TRAP,)), (-60, {}, ())],
    ids=["a person", "too fast", "a field nobody sees", "the clock was set back"],
)
def test_what_is_odd_is_noted_and_kept(
    published: Store, seconds: int, more: dict[str, str], expected: tuple[str, ...]
) -> None:  # fmt: skip
    clock = Clock()
    with visiting(published, clock) as browser:
        fields = hidden(browser.get(FORM).text)
        clock.passes(seconds=seconds)
        assert heading(browser.post(FORM, data={**fields, "csat": "4", **more}).text) == "感谢您的评价"
    assert flags(published) == [expected]


def test_a_second_answer_from_the_same_device_is_noted(published: Store) -> None:
    """A form sent twice is no second answer; a forged cookie is no device of ours."""
    clock = Clock()
    with visiting(published, clock) as browser:
        for _ in range(2):
            fields = {**hidden(browser.get(FORM).text), "csat": "4"}
            clock.passes(seconds=60)
            browser.post(FORM, data=fields)
            browser.post(FORM, data=fields)
        assert flags(published) == [(), (Flag.SAME_DEVICE,)]
        browser.cookies.clear()
        browser.cookies.set(DEVICE_COOKIE, "made-up.signature")
        fields = {**hidden(browser.get(FORM).text), "csat": "4"}
        clock.passes(seconds=60)
        browser.post(FORM, data=fields)
    assert flags(published) == [(), (), (Flag.SAME_DEVICE,)]


def test_an_anonymous_survey_tells_no_devices_apart(store: Store) -> None:
    """No cookie is set, and nothing is noted of how fast or from where."""
    publish(store, "employee-satisfaction")
    with visiting(store) as browser:
        assert DEVICE_COOKIE not in browser.get("/s/employee-satisfaction").headers.get("set-cookie", "")


def test_one_answer_of_each_device_where_a_survey_asks_for_it(published: Store) -> None:
    """Decided in the transaction that keeps the answer; of the device only a hash that fits no other survey is left."""
    published.protections.set("power-visit", Protection(once_per_device=True), by="test")
    with visiting(published) as browser:
        tabs = [{**hidden(browser.get(FORM).text), "csat": "4"} for _ in range(2)]
        first, second, again = (browser.post(FORM, data=fields) for fields in (*tabs, tabs[0]))
    assert [heading(page.text) for page in (first, second, again)] == [
        "感谢您的评价", "您之前已经评价过", "这份答卷已收到过",
    ]  # fmt: skip
    assert published.responses.amount("power-visit") == 1
