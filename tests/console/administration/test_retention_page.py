"""设置 → 保存期限: periods are set, what is over is shown before it goes, and holds stop it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.storage.records.retention import RetentionPurpose
from tests.console.test_console import Open, add_accounts, open_page
from tests.storage.test_retention import answers

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def test_a_period_is_set_and_what_is_over_is_shown(published: Store, open_page: Open) -> None:
    """Too short ones and those of a survey where there are none are refused in words."""
    add_accounts(published)
    published.responses.bring_in(answers(range(3), local_day(utc_now()) - timedelta(days=500)))
    app = open_page(published, "boss", "settings", tab="retention")

    def save(purpose: RetentionPurpose, survey: str, months: int) -> str:
        app.selectbox(key="retention purpose").set_value(purpose.value)
        app.selectbox(key="retention survey").set_value(survey)
        app.number_input(key="retention months").set_value(months)
        app.button(key="save period").click().run()
        assert not app.exception
        return " ".join(each.value for each in (*app.error, *app.success))

    assert "至少保存 12 个月" in save(RetentionPurpose.CONTACTS, "", 3)
    assert "不分问卷" in save(RetentionPurpose.AUDIT, "power-visit", 12)
    assert published.retention.rules() == []
    assert "已保存" in save(RetentionPurpose.ANSWERS, "power-visit", 12)
    assert [(each.purpose, each.survey, each.months) for each in published.retention.rules()] == [
        (RetentionPurpose.ANSWERS, "power-visit", 12)
    ]
    assert [each.count for each in published.retention.due(local_day(utc_now()))] == [3]
    app.text_input(key="hold reason").set_value("投诉处理中")
    app.button(key="hold").click().run()
    assert published.retention.due(local_day(utc_now())) == [] and not app.exception
    app.button(key="lift ").click().run()
    assert len(published.retention.due(local_day(utc_now()))) == 1
    assert "一直保存" in save(RetentionPurpose.ANSWERS, "power-visit", 0) and published.retention.rules() == []
