"""What needs attention on the start page comes from one table of alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from analysis.pages.overview import alerts
from analysis.pages.overview.alerts import ALERTS
from analysis.pages.overview.notices import InView, Notice
from analysis.released.released_answers import ReleasedAnswers
from surveys.cases.case import Case, Source
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, sample, words

__all__ = ["open_page", "sample"]  # fixtures
pytestmark = pytest.mark.dated


@pytest.fixture
def answered(published: Store) -> Store:
    add_accounts(published)
    published.responses.append([submission(number) for number in range(6)])
    return published


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.__name__.strip("_"))
@pytest.mark.parametrize("name", ["boss", "head"], ids=[Role.ADMIN, Role.MANAGER])
def test_each_alert_gives_notices_that_lead_somewhere(
    answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch, alert: object, name: str
) -> None:
    """Alone on the page, it is drawn with its link, or there is nothing to attend to."""
    monkeypatch.setattr(alerts, "ALERTS", (alert,))
    app = open_page(answered, name, "")
    shown = words(app)
    assert "等您处理" in shown
    assert "目前没有等您处理的事" in shown or any(link in shown for link in ("去", "看", "检查"))


def test_an_alert_that_is_added_is_shown_after_the_others(
    answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing else to be touched."""

    def mine(view: InView) -> list[Notice]:
        return [Notice("bad", "新的", f"{len(view.found)} 个调查要看", "results", "去看")]

    monkeypatch.setattr(alerts, "ALERTS", (*ALERTS, mine))
    assert "1 个调查要看" in words(open_page(answered, "boss", ""))


def test_the_start_page_has_the_headline_figures(published: Store, open_page: Open) -> None:
    """Of each survey in the field with interval and n; an answer of another quarter is not among them."""
    add_accounts(published)
    today = local_day(utc_now())
    published.responses.append([
        submission(number, received_on=today - timedelta(days=number % 9), answers={"csat": 4 + number % 2})
        for number in range(40)
    ])  # fmt: skip
    published.responses.append([submission(99, received_on=today - timedelta(days=99), answers={"csat": 1})])
    shown = words(open_page(published, "boss", ""))
    assert "最近怎么样" in shown and "4.50" in shown and "n=40" in shown and "100.0%" in shown


def test_what_is_late_stands_first_and_only_before_those_who_answer_it(published: Store, open_page: Open) -> None:
    """An overdue case of one's own department, before what is amiss with the installation; not that of another."""
    add_accounts(published)
    published.accounts.add("other", "other", Role.MANAGER, "no password", (), now=utc_now())
    published.responses.append([submission(number) for number in range(6)])
    case = Case("c1" * 16, Source("phone"), "repair", "", "停电", "", utc_now() - timedelta(days=9))
    published.cases.receive(replace(case, due_on=local_day(utc_now()) - timedelta(days=2)))
    for name in ("boss", "head"):
        shown = words(open_page(published, name, ""))
        assert shown.index("等您处理") < shown.index("1 件工单已超期") < shown.index("正在收集")
    assert "备份" not in shown and "没有超出平常起伏" not in shown and "还不能判断" in shown
    assert "工单已超期" not in words(open_page(published, "other", ""))


def test_who_only_fills_in_sees_the_tasks_that_wait(sample: Store, open_page: Open) -> None:
    """With the day on which the first is due; and no figures."""
    shown = words(open_page(sample, "staff-repair", ""))
    assert "份问卷等您填写，最近的期限是" in shown and "最近怎么样" not in shown


def test_the_first_areas_say_what_is_to_be_gained(sample: Store, open_page: Open) -> None:
    """The planted fault first, with interval and n; and what changed, or that few weeks show only large changes."""
    shown = words(open_page(sample, "manager", ""))
    assert "热点：城东" in shown and "总体满意度预计可升" in shown
    assert ("下降报警" in shown and "此前一般" in shown) or "作基准的只有 8 周" in shown


def test_an_anonymous_survey_of_few_has_no_figures_there(published: Store, open_page: Open) -> None:
    """Not before its first batch is released."""
    add_accounts(published)
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True, "code": "silent"})
    published.surveys.save_draft(survey, None, by="test")
    published.surveys.publish("silent", by="test")
    published.responses.append([submission(number, survey="silent") for number in range(3)])
    published.responses.settle(date.max)
    assert "还没有能显示的数字" in words(open_page(published, "boss", ""))


def test_answers_that_cannot_be_read_yet_are_not_waited_for(
    answered: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so at once, and has the figures as soon as they stand."""
    monkeypatch.setattr(ReleasedAnswers, "stands", False)
    shown = words(open_page(answered, "boss", ""))
    assert "正在整理答卷" in shown and "正在收集" not in shown
    monkeypatch.setattr(ReleasedAnswers, "stands", True)
    shown = words(open_page(answered, "boss", ""))
    assert "正在整理答卷" not in shown and "正在收集" in shown
