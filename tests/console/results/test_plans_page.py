"""The page of improvement plans: from a finding to a plan, its measures, and what they did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from surveys.definition.survey import Survey
from surveys.improvement.plans import ImprovementPlan, PlanMeasure, PlanState, Surroundings
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Touchpoint
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, sample, words

__all__ = ["open_page", "sample"]
pytestmark = pytest.mark.dated
PLACES = [f"place-{n}" for n in range(6)]


def today() -> date:
    return local_day(utc_now())


def around() -> Surroundings:
    return Surroundings(frozenset({"boss", "head"}), today(), {"touchpoint": frozenset(PLACES)})


def measured(store: Store, survey: Survey, *, better: bool) -> None:
    """Half a year of answers at six places; at the first two the last two months are better, or not."""
    add_accounts(store)
    chance = np.random.default_rng(8)
    store.organisation.save(touchpoints=[Touchpoint(code, code.upper(), "repair") for code in PLACES])
    rows = []
    for n in range(900):
        ago, place = int(chance.integers(1, 180)), PLACES[n % 6]
        good = better and place in PLACES[:2] and ago < 60
        score = int(np.clip(round(chance.normal(4.4 if good else 3.2, 0.7)), 1, 5))
        rows.append(submission(
            n, answers={"csat": score}, received_on=today() - timedelta(days=ago), received_at=None, touchpoint=place
        ))  # fmt: skip
    store.responses.bring_in(rows)
    plan = ImprovementPlan("p1", "缩短排队", survey.code, "", "repair", "head", today() + timedelta(days=30))
    store.plans.add(replace(plan, relevant=0.4), around(), by="boss")
    measure = PlanMeasure(
        "m1", "p1", "加开窗口", "head", today() - timedelta(days=70), today() - timedelta(days=60),
        today() - timedelta(days=1), "touchpoint", (PLACES[0], PLACES[1]), today(), cost=Decimal(5000),
        saving="20000 × (19 − 8)",
    )  # fmt: skip
    store.plans.keep_measure(measure, around(), by="boss")


@pytest.mark.parametrize(("better", "verdict"), [(True, "措施见效"), (False, "看不出效果")])
def test_a_measure_is_judged_by_what_came_after_it(
    published: Store, visit: Survey, open_page: Open, better: bool, verdict: str
) -> None:
    measured(published, visit, better=better)
    shown = words(open_page(published, "boss", "plans"))
    assert verdict in shown
    assert "n=" in shown and "95% 区间" in shown
    assert "4 个没有采取措施的单位" in shown
    assert "开始以后才登记的" in shown  # it was written down today
    assert "220,000 元" in shown and "20,000 × 11" in shown


def test_a_manager_sees_the_plans_of_their_departments_alone(published: Store, visit: Survey, open_page: Open) -> None:
    measured(published, visit, better=False)
    other = ImprovementPlan("p2", "别处的计划", visit.code, "", None, "boss", today() + timedelta(days=9))
    published.plans.add(other, around(), by="boss")
    shown = words(open_page(published, "head", "plans"))
    assert "缩短排队" in shown and "别处的计划" not in shown
    assert "别处的计划" not in words(open_page(published, "head", "plans", plan="p2"))


def test_who_may_not_plan_has_no_such_page(published: Store, visit: Survey, open_page: Open) -> None:
    measured(published, visit, better=False)
    for name in ("voice", "hand"):
        assert "缩短排队" not in words(open_page(published, name, "plans"))


def test_an_empty_house_says_where_to_begin(store: Store, open_page: Open) -> None:
    add_accounts(store)
    assert "还没有改进计划" in words(open_page(store, "boss", "plans"))


def test_nobody_approves_their_own_plan_on_the_page(published: Store, visit: Survey, open_page: Open) -> None:
    add_accounts(published)
    plan = ImprovementPlan("p1", "缩短排队", visit.code, "", "repair", "head", today() + timedelta(days=9))
    published.plans.add(plan, around(), by="boss", approval=True)
    own = open_page(published, "boss", "plans")
    assert "等待批准" in words(own) and "批准" not in [each.label for each in own.button]
    other = open_page(published, "maker", "plans")
    assert "批准" not in [each.label for each in other.button]  # may plan, but not approve
    published.accounts.change("maker", role="admin")
    app = open_page(published, "maker", "plans")
    next(each for each in app.button if each.label == "批准").click().run()
    kept = published.plans.get("p1")
    assert kept is not None and kept.state is PlanState.RUNNING and kept.approved_by == "maker"


def test_a_plan_is_made_on_the_page_and_faults_are_told(published: Store, visit: Survey, open_page: Open) -> None:
    add_accounts(published)
    published.responses.bring_in([submission(1, answers={"csat": 3}, touchpoint=None)])
    app = open_page(published, "boss", "plans", about=visit.code)
    next(each for each in app.button if each.label == "建立").click().run()
    assert "请写明要做什么" in words(app)
    app.text_input[0].set_value("缩短排队")
    next(each for each in app.button if each.label == "建立").click().run()
    assert [each.title for each in published.plans.all()] == ["缩短排队"]
    assert "登记措施" in words(app)


def test_a_deleted_survey_leaves_the_plan_readable(published: Store, visit: Survey, open_page: Open) -> None:
    add_accounts(published)
    plan = ImprovementPlan("p1", "缩短排队", "gone", "", "repair", "head", today() + timedelta(days=9))
    published.plans.add(plan, around(), by="boss")
    assert "问卷已经删除" in words(open_page(published, "boss", "plans"))


def test_the_sample_shows_a_measure_without_effect(sample: Store, open_page: Open) -> None:
    """Nothing was put into the answers for it, and the page does not claim that it worked."""
    shown = words(open_page(sample, "manager-service", "plans"))
    assert "两个营业厅设引导员" in shown and "看不出效果" in shown and "措施见效" not in shown
    assert "6,600 元" in shown


def test_late_plans_stand_on_the_overview(published: Store, visit: Survey, open_page: Open) -> None:
    measured(published, visit, better=True)
    shown = words(open_page(published, "boss", "start"))
    assert "加开窗口" in shown


def test_people_are_named_and_a_measure_outlives_the_account_of_its_owner(
    published: Store, visit: Survey, open_page: Open
) -> None:
    """Names, not sign-in names; who can't sign in any more is still said, and the measure can be changed."""
    measured(published, visit, better=True)
    assert "负责人：head name" in words(open_page(published, "boss", "plans"))
    published.accounts.change("head", active=False)
    app = open_page(published, "boss", "plans")
    next(each for each in app.selectbox if each.key == "measure chosen").set_value("m1").run()
    assert not app.exception and "head name" in words(app)
