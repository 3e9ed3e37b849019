"""The page of cases: late first, by scope; assigning, noting, joining; taking in by hand; rules and statistics."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surveys.cases.case import Case, CaseState, Source, case_id
from surveys.cases.journeys import answered_within, times_in_states
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.working_days import WorkingCalendar
from surveys.settings import Settings, secret_key
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated


def case(number: int, department: str = "repair", **more: object) -> Case:
    made = Case(f"{number:032}", Source("phone"), department, "投诉", f"第 {number} 件事", "", utc_now())
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture
def with_cases(published: Store) -> Store:
    add_accounts(published)
    today = local_day(utc_now())
    published.cases.receive(case(1, due_on=today + timedelta(days=3)))
    published.cases.receive(case(2, due_on=today - timedelta(days=3)))
    published.cases.receive(case(3, "service", due_on=today))
    return published


def test_what_is_late_comes_first_and_nothing_of_others(with_cases: Store, open_page: Open) -> None:
    page = words(open_page(with_cases, "head", "cases"))
    assert page.index("第 2 件事") < page.index("第 1 件事") and "第 3 件事" not in page
    assert "等待答复 2 件，其中超期 1 件" in page


def test_another_departments_case_is_not_opened_by_its_address(with_cases: Store, open_page: Open) -> None:
    app = open_page(with_cases, "head", "cases", case=case(3).id, stage="all")
    assert "第 3 件事" not in words(app)


def test_a_case_is_assigned_and_noted_on_the_page(with_cases: Store, open_page: Open) -> None:
    app = open_page(with_cases, "head", "cases", case=case(1).id)
    next(each for each in app.selectbox if each.label.startswith("经办人")).set_value("head").run()
    press(app, "保存派单")
    found = with_cases.cases.get(case(1).id)
    assert found is not None and (found.owner, found.state) == ("head", CaseState.ASSIGNED)
    next(each for each in app.text_area if each.label == "备注").input("电话里很激动")
    press(app, "加备注")
    assert [each.text for each in with_cases.case_steps.notes(case(1).id)] == ["电话里很激动"]
    assert "电话里很激动" in words(app)


def test_reports_of_one_matter_are_joined(with_cases: Store, open_page: Open) -> None:
    app = open_page(with_cases, "head", "cases", case=case(1).id)
    press(app, "确定并案")
    found = with_cases.cases.get(case(1).id)
    assert found is not None and found.joined_to == case(2).id
    assert "并入这一件的还有 1 次反映" in words(open_page(with_cases, "head", "cases", case=case(2).id))


def test_a_call_is_taken_in_once_and_followed_by_its_code(with_cases: Store, open_page: Open) -> None:
    app = open_page(with_cases, "head", "cases", tab="intake")
    press(app, "登记")
    assert "请写下说了什么" in words_of_errors(app)
    next(each for each in app.text_area if each.label == "说了什么").input("电表走得快 <script>")
    press(app, "登记")
    told = "\n".join(each.value for each in app.success)
    code = told.split("查询码 ")[1][:14]
    kept = [each for each in with_cases.cases.all() if "电表" in each.text]
    assert len(kept) == 1 and kept[0].due_on is not None
    secret = secret_key(Settings.from_environment().secret_file)
    assert kept[0].id == case_id(code, secret)


def test_rules_are_made_and_refused_on_the_page(with_cases: Store, open_page: Open) -> None:
    app = open_page(with_cases, "maker", "cases", tab="rules")
    press(app, "保存规则")
    assert "请填写规则名称" in words_of_errors(app)
    next(each for each in app.text_input if each.label == "规则名称").input("不满意回访")
    next(each for each in app.text_input if each.label == "值").input("2")
    press(app, "保存规则")
    [rule] = with_cases.case_rules.all()
    assert rule.name == "不满意回访" and rule.when.value == "2"
    press(app, "停用")
    assert not with_cases.case_rules.all()[0].enabled


def test_managers_set_no_rules(with_cases: Store, open_page: Open) -> None:
    assert "立单规则" not in words(open_page(with_cases, "head", "cases", tab="rules"))


def test_statistics_say_interval_and_n(with_cases: Store, open_page: Open) -> None:
    for number in (1, 2):
        seen = with_cases.cases.get(case(number).id)
        assert seen is not None
        with_cases.cases.answer(seen, CaseState.ANSWERED, "已办。", local_day(utc_now()), by="head")
    page = words(open_page(with_cases, "head", "cases", tab="statistics"))
    assert "按期答复 100%（95% 区间 34%–100%，n = 2）" in page


def test_what_is_within_its_limit_is_not_counted_yet(with_cases: Store) -> None:
    """Neither kept nor broken; beyond the limit without an answer it is broken."""
    journeys = with_cases.case_steps.journeys(["repair"], utc_now() - timedelta(days=1))
    calendar, today = WorkingCalendar(), local_day(utc_now())
    assert answered_within(journeys, {}, 2, {}, calendar, today) == (0, 0)
    assert answered_within(journeys, {}, 2, {}, calendar, today + timedelta(days=30)) == (0, 2)
    assert times_in_states(journeys.values(), calendar) == []

