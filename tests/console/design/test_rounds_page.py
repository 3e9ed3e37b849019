"""The page of a survey's rounds: what is there, opened and closed by hand, and the rule changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.rounds import RoundState
from surveys.localisation.clock import utc_now
from surveys.people.contact import Contact, ContactKind
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.rounds import UnfitRound
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.conftest import submission
from tests.console.design.test_building import Open, open_page, press, shown
from tests.console.test_console import signed_in
from tests.fieldwork.test_systems import answers_to
from tests.support.front_door import Clock, add_account, hidden, receipt, visiting

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


@pytest.fixture
def staff(store: Store, visit: Survey) -> Store:
    store.surveys.save_draft(visit.model_copy(update={"audience": Audience.STAFF}), None, by="test")
    store.surveys.publish(visit.code, by="test")
    return store


def test_a_round_is_opened_and_closed_by_hand(staff: Store, visit: Survey, open_page: Open) -> None:
    app = open_page("surveys", rounds=visit.code)
    assert "由人开轮次" in shown(app) and "每人每年一次" in shown(app)
    next(each for each in app.text_input if each.label == "名称（可不填）").set_value("秋季互评")
    press(app, "保存这一轮")
    [opened] = staff.rounds.of(visit.code).kept
    assert str(opened.name) == "秋季互评" and opened.state(utc_now()) is RoundState.OPEN
    press(app, "现在结束")
    assert staff.rounds.of(visit.code).kept[0].state(utc_now()) is RoundState.CLOSED
    assert "秋季互评" in shown(app)


def test_an_overlapping_round_is_refused_in_words(staff: Store, visit: Survey, open_page: Open) -> None:
    app = open_page("surveys", rounds=visit.code)
    press(app, "保存这一轮")
    press(app, "保存这一轮")
    assert any("重叠" in each.value for each in app.error), shown(app)
    assert len(staff.rounds.of(visit.code).kept) == 1


def test_calendar_rounds_are_listed_with_what_came_of_them(published: Store, visit: Survey, open_page: Open) -> None:
    published.responses.bring_in([submission(each) for each in range(3)])
    app = open_page("surveys", rounds=visit.code)
    assert "按日历，每月一轮" in shown(app) and "2026 年 11 月" in shown(app)


def test_the_rule_is_changed(published: Store, visit: Survey, open_page: Open) -> None:
    app = open_page("surveys", rounds=visit.code)
    next(each for each in app.selectbox if each.label == "多久一轮").set_value(Every.WEEK)
    press(app, "保存规则")
    assert published.rounds.of(visit.code).rule == RoundRule(every=Every.WEEK)


def rate(app: AppTest) -> str:
    return next(each for each in shown(app).split("·") if "应答" in each)


def test_a_round_asks_those_of_a_list(staff: Store, visit: Survey, open_page: Open) -> None:
    """Chosen one by one or named in a file, by user name, number or name; the response rate is of them alone."""
    home = {each: add_account(staff, each, Role.STAFF, ("service",)) for each in ("li", "wu", "he", "sun")}
    staff.contacts.keep(
        [Contact("f", "何", ContactKind.STAFF, customer_number="E7", account=home["he"].id)], by="test"
    )
    app = open_page("surveys", rounds=visit.code)
    mark = f"new {visit.code}"
    app.multiselect(key=f"people {mark}").set_value([home["li"].id]).run()
    listed = "工号,用户名\nE7,\n,wu\nE8,\n".encode()
    app.file_uploader(key=f"people file {mark}").upload("list.csv", listed, "text/csv").run()
    assert "名单里认出 2 人" in shown(app) and "没有“E8”的账号" in shown(app)
    press(app, "保存这一轮")
    [opened] = staff.rounds.of(visit.code).kept
    assert set(opened.people) == {home[each].id for each in ("li", "wu", "he")}
    assert "0%（0 / 3）" in rate(app) and "3 人（名单）" in shown(app)
    clock = Clock()
    clock.now = utc_now()
    for name, meant in (("li", True), ("sun", False)):
        with visiting(staff, clock) as browser:
            browser.cookies.set(SESSION_COOKIE, signed_in(staff, name))
            assert (f"/s/{visit.code}" in browser.get("/my").text) is meant
            page = browser.get(f"/s/{visit.code}")
            assert page.status_code == (200 if meant else 403)
            if meant:
                entered = hidden(page.text) | answers_to(visit.questions())
                assert receipt(browser.post(f"/s/{visit.code}", data=entered).text)
    assert "33%（1 / 3）" in rate(open_page("surveys", rounds=visit.code))


def test_a_list_of_an_anonymous_round_is_neither_short_nor_changed(
    staff: Store, visit: Survey, open_page: Open
) -> None:
    """Two lists that differ by one person would tell whether that person has answered."""
    people = [add_account(staff, f"a{n}", Role.STAFF, ("service",)).id for n in range(7)]
    staff.surveys.save_draft(visit.model_copy(update={"audience": Audience.STAFF, "anonymous": True}), None, by="test")
    staff.surveys.publish(visit.code, by="test")
    app = open_page("surveys", rounds=visit.code)
    app.multiselect(key=f"people new {visit.code}").set_value(people[:2]).run()
    press(app, "保存这一轮")
    assert any("至少要问 5 人，现在只有 2 人" in each.value for each in app.error)
    app.multiselect(key=f"people new {visit.code}").set_value(people[:6]).run()
    press(app, "保存这一轮")
    [opened] = staff.rounds.of(visit.code).kept
    for changed in (people[1:], [], people):
        with pytest.raises(UnfitRound):
            staff.rounds.change(replace(opened, people=tuple(changed)), by="test", now=utc_now())
