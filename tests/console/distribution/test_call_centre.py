"""The pages of the call centre and of events: figures with intervals, one's own departments, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from analysis.differences.contact_centre import call_figures, group_scores
from analysis.level.time_limits import stage_times
from surveys.fieldwork.order_stages import USUAL_STAGES, OrderStages
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.order_times import STAGES
from surveys.storage import Store
from surveys.storage.records.orders import OrderSteps
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def test_few_answers_are_drawn_towards_the_whole() -> None:
    """A single 1 is no agent's score; n and channels are told, and no group is left out."""
    names = ["a", "b", "d", "e", "f"]
    ratings = pd.Series([4, 5, 4, 5, 4, 5] * len(names) + [1, None])
    agents = pd.Series([name for name in names for _ in range(6)] + ["c", None])
    channels = pd.Series(["phone", "ivr", "sms"] * 10 + ["ivr", "phone"])
    found = {each.name: each for each in group_scores(ratings, agents, channels)}
    assert [found[name].n for name in "abc"] == [6, 6, 1] and found["c"].raw == 1
    value, low, high = found["c"].estimate.figures()
    assert found["c"].pooled and 1 < value < 4.5 and high > low
    assert found["a"].by_channel == {"phone": 2, "ivr": 2, "sms": 2}


def test_two_groups_are_told_as_they_are() -> None:
    found = group_scores(pd.Series([4.0, 5.0, 3.0, 4.0]), pd.Series(["a", "a", "b", "b"]), pd.Series(["ivr"] * 4))
    assert [(each.raw, each.pooled) for each in found] == [(4.5, False), (3.5, False)]


def test_reached_and_answered_are_shares_of_all_calls() -> None:
    counts = [("a", "complete", 6), ("a", "no_answer", 3), ("a", "refused", 1), ("b", "wrong_number", 2)]
    first, second = call_figures(counts)
    assert (first.calls, first.reached.value, first.answered.value) == (10, 0.7, 0.6)
    assert second.reached.value == 0 and second.reached.figures()[2] > 0


def test_shares_in_time_are_by_business_and_limit() -> None:
    """With interval and n; a stage without a limit has hours alone."""
    now = utc_now()
    orders = [
        OrderSteps(str(n), {"order.accepted": now, "order.resolved": now + timedelta(hours=n)}, "repair", business)
        for n, business in ((1, "fault"), (3, "fault"), (30, "bill"))
    ]
    stages = OrderStages(tuple(each.model_copy(update={"limits": {"fault": 2}}) for each in USUAL_STAGES.root))
    fault = next(each for each in stage_times(orders, stages) if each.business == "fault")
    bill = next(each for each in stage_times(orders, stages) if each.business == "bill")
    assert (fault.n, fault.median_hours, fault.limit) == (2, 2, 2)
    assert fault.in_time is not None and fault.in_time.value == 0.5 and fault.in_time.n == 2
    assert bill.in_time is None and bill.median_hours == 30


@pytest.fixture
def centre(published: Store) -> Store:
    """Answers by three agents and channels, and an order that was resolved in two hours."""
    add_accounts(published)
    today, now = local_day(utc_now()), utc_now()
    published.responses.append([
        replace(
            submission(n), context={"agent": f"80{n % 3}", "queue": "回访"}, channel=("phone", "ivr", "sms")[n % 3],
            received_on=today, received_at=now, answers={"csat": 3 + n % 3},
        )
        for n in range(12)
    ])  # fmt: skip
    published.orders.note("WO-1", "order.accepted", now - timedelta(hours=3), "repair", "fault")
    published.orders.note("WO-1", "order.resolved", now - timedelta(hours=1), "repair", "fault")
    limits = OrderStages(tuple(each.model_copy(update={"limits": {"": 4}}) for each in USUAL_STAGES.root))
    published.organisation.set(STAGES, limits.model_dump_json())
    return published


def test_managers_see_scores_by_agent_with_key_and_text(centre: Store, open_page: Open) -> None:
    shown = words(open_page(centre, "boss", "call-centre"))
    for said in ("800", "801", "802", "按键", "短信", "平均分（95% 区间）", "还没有拨打过电话"):
        assert said in shown


def test_the_page_of_events_tells_stages_and_limits(centre: Store, open_page: Open) -> None:
    shown = words(open_page(centre, "boss", "events"))
    for said in ("受理到办结", "2.0", "按时比例", "定时查看的文件夹", "各环节的时限"):
        assert said in shown


def test_orders_of_other_departments_are_not_told(centre: Store, open_page: Open) -> None:
    """Nor is the folder, to who may not change settings."""
    centre.orders.note("WO-9", "order.accepted", utc_now() - timedelta(hours=3), "service", "secret")
    centre.orders.note("WO-9", "order.resolved", utc_now() - timedelta(hours=2), "service", "secret")
    shown = words(open_page(centre, "head", "events"))
    assert "secret" not in shown and "定时查看的文件夹" not in shown


def test_an_empty_database_says_what_to_do(store: Store, open_page: Open) -> None:
    add_accounts(store)
    assert "order.accepted" in words(open_page(store, "boss", "events"))
    assert "还没有发布过问卷" in words(open_page(store, "boss", "call-centre"))
