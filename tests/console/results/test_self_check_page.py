"""分析 → 自查对照: customers and the unit itself on the same items, in one round, with who answered for it."""

from __future__ import annotations

import pytest

from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Audience, Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def answered(store: Store, visit: Survey, *, own: int) -> Store:
    """Thirty customers give 3 or 4; of each department one gives itself a 5, in this quarter."""
    add_accounts(store)
    rounds = RoundRule(every=Every.QUARTER)
    check = visit.model_copy(update={"code": "own-view", "audience": Audience.STAFF, "rounds": rounds})
    for each in (visit.model_copy(update={"rounds": rounds}), check):
        store.surveys.save_draft(each, "service", by="test")
        store.surveys.publish(each.code, by="test")
    today = local_day(utc_now())
    common = {"received_on": today, "received_at": None, "touchpoint": None, "district": None}
    customers = [submission(n, answers={"csat": 3 + n % 2}, **common) for n in range(30)]
    units = [
        submission(100 + n, survey="own-view", answers={"csat": 5}, **common | {"department": department})
        for n, department in enumerate(["repair", "service"][:own])
    ]
    store.responses.bring_in(customers + units)
    return store


def test_what_the_unit_sees_better_than_its_customers_is_named(store: Store, visit: Survey, open_page: Open) -> None:
    answered(store, visit, own=2)
    shown = open_page(store, "head", "analysis", survey="power-visit", part="self", period="all")
    said = words(shown)
    assert not shown.exception and "自己看得明显比客户高" in said and "自评偏高" in said
    assert "+1.50" in said and "自查共 1 份答卷" in said, "only their own department"
    whole = words(open_page(store, "boss", "analysis", survey="power-visit", part="self", period="all"))
    assert "自查共 2 份答卷" in whole


def test_a_part_without_a_self_check_says_so(store: Store, visit: Survey, open_page: Open) -> None:
    answered(store, visit, own=0)
    assert "还没有自查" in words(open_page(store, "boss", "analysis", survey="power-visit", part="self", period="all"))


def test_an_anonymous_staff_survey_is_no_self_check(published: Store, visit: Survey, open_page: Open) -> None:
    """Who is one of two would be read by name."""
    add_accounts(published)
    secret = visit.model_copy(update={"code": "secret", "audience": Audience.STAFF, "anonymous": True})
    published.surveys.save_draft(secret, "service", by="test")
    published.surveys.publish("secret", by="test")
    published.responses.bring_in([submission(n, received_on=local_day(utc_now())) for n in range(9)])
    said = words(open_page(published, "boss", "analysis", survey="power-visit", part="self", period="all"))
    assert "没有可对照的自查问卷" in said
