"""The page of a survey's rounds: what is there, opened and closed by hand, and the rule changed."""

from __future__ import annotations

import pytest

from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.rounds import RoundState
from surveys.localisation.clock import utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_building import Open, open_page, press, shown

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
