"""The map of touchpoints, and lessons offered where a survey starts."""

from __future__ import annotations

import pytest

from analysis.improvement.lesson_words import words_of
from surveys.improvement.lessons import Lesson
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, sample, words

__all__ = ["open_page", "sample"]
pytestmark = pytest.mark.dated


def test_each_touchpoint_stands_by_its_stage_with_score_volume_and_change(sample: Store, open_page: Open) -> None:
    """All twelve for the administrator; a manager has their own department's alone."""
    shown = words(open_page(sample, "admin", "analysis", survey="power-visit", part="map", period="90"))
    assert shown.count("城东营业厅") >= 1 and "柜台办理" in shown and "故障处理" in shown and "95% 区间" in shown
    own = words(open_page(sample, "manager", "analysis", survey="power-visit", part="map", period="90"))
    assert "城东抢修队" in own and "营业厅" not in own.partition("xs-table")[2]
    secret = words(open_page(sample, "admin", "analysis", survey="department-review", part="map"))
    assert "没有可以画的触点" in secret


def test_signed_lessons_are_offered_where_a_survey_starts(store: Store, open_page: Open) -> None:
    """In the gallery when a template is about to be published; what is not signed is not offered."""
    add_accounts(store)
    day = local_day(utc_now())
    lesson = Lesson("l9", "营业厅平板没人答", "营业厅平板放在角落", "看不见", "平板放到窗口边")
    written = store.lessons.keep(lesson, words_of(lesson.text), by="maker", day=day)

    def gallery() -> str:
        app = open_page(store, "maker", "surveys", tab="gallery")
        app.session_state["publish counter-kiosk open"] = True
        return words(app.run())

    assert "营业厅平板没人答" not in gallery()
    store.lessons.sign(written, by="boss", day=day)
    assert "营业厅平板没人答" in gallery()
